"""A browser as a visitor has it: a server of its own, and a page that notes whatever a visitor would mind.

`conftest` hands these to tests as fixtures: `visit` opens a page, `looked_at` judges it as it stands and takes its
picture. A test that needs another server than the plain one serves it by `serving`.
"""

import os
import shutil
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

REQUIRED = "ARMSRACE_NEEDS_BROWSER"  # in the environment: a missing browser is a failure, so that CI cannot skip
PICTURES = "ARMSRACE_PICTURES"  # in the environment: a folder that keeps the pictures
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDE, PHONE = (1280, 900), (390, 844)
WAIT = 30_000  # ms until something must have come; on a busy machine a sweep takes its time
CONTROLS = {"button", "link", "textbox", "searchbox", "slider", "spinbutton", "combobox", "listbox", "checkbox",
            "radio", "switch", "tab", "menuitem", "DisclosureTriangle", "image", "region"}  # fmt: skip
JUDGES = Path(__file__).with_name("browsing.js")


@contextmanager
def chromium():
    """Yield the system's browser; skip with a sentence where there is none."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found, lacking = None, "playwright is not installed; pip install playwright"
    else:
        lacking = "no chromium is on the PATH; install it by the system's package manager"
    if found is None:
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(f"pages were not tried in a browser: {lacking}")
    with sync_playwright() as playwright:
        # Root has no sandbox, and what is opened is our own.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def serving(application):
    """Serve an application on a free port, in a thread; yield its address, which ends in a slash."""
    import uvicorn

    running = uvicorn.Server(
        uvicorn.Config(application, port=0, log_level="warning", lifespan="on", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        running.should_exit = True
        thread.join(20)


def opened(browser, address, size=WIDE, **context):
    """Open an address; the page has a list ``complaints`` that must be empty in the end.

    More arguments are those of `browser.new_context`: ``offline``, ``reduced_motion``, ``accept_downloads`` ...
    """
    width, height = size
    page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
    page.set_default_timeout(WAIT)
    page.complaints = complaints = []
    home = urlsplit(address)

    def asked(request):
        there = urlsplit(request.url)
        if there.scheme not in ("data", "blob") and (there.scheme, there.netloc) != (home.scheme, home.netloc):
            complaints.append(f"asked another host: {request.url}")

    def failed(request):
        if "ERR_ABORTED" not in (request.failure or ""):  # a newer question ends an older one
            complaints.append(f"could not be had: {request.url} {request.failure}")

    def said(message):
        if message.type in ("error", "warning"):
            complaints.append(f"console {message.type}: {message.text}")

    page.on("request", asked)
    page.on("requestfailed", failed)
    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.goto(address)
    return page


def judged(page):
    """Return what a visitor would mind in the page as it stands: sentences."""
    found = page.evaluate(JUDGES.read_text(encoding="utf-8"))
    return [*found, *unnamed(page), *page.complaints]


def unnamed(page):
    """Return the controls, pictures and regions that a screen reader has no name for."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        f"a {node['role']['value']} has no name: {_markup(page, node)}"
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in CONTROLS
        if not node.get("name", {}).get("value", "").strip()
    ]


def _markup(page, node):
    """Return the beginning of an element's source, by which it is found."""
    session = page.context.new_cdp_session(page)
    try:
        return session.send("DOM.getOuterHTML", {"backendNodeId": node["backendDOMNodeId"]})["outerHTML"][:160]
    finally:
        session.detach()
