"""The file of a figure: its format and width, what it says of itself, and the same bytes for the same numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sim import evidence, observed
from sim.model.mistakes import Mistake, suggest
from sim.plots.house import INCH

if TYPE_CHECKING:  # the house imports matplotlib first
    from matplotlib.figure import Figure

FORMS = ("png", "svg", "pdf")
USUAL = "png,svg"  # of a picture on disk, unless others are asked for
DOTS, ON_SCREEN = 300, 100  # per inch
COLOURS, AREAS, WHITE = 56, 40, 0xFFFFFF  # of a palette; those of areas come first
AUTHOR = "armsrace contributors"
UNITS = {"mm": 25.4, "cm": 2.54, "in": 1.0, "pt": INCH}  # of an inch
NARROWEST, WIDEST = 3.2, 20.0  # inches: narrower, and the words leave no room for what is drawn


def forms_of(formats: str | Collection[str]) -> tuple[str, ...]:
    """Return the formats asked for, each once; several in one text are parted by commas.

    Raises
    ------
    Mistake
        If there is no such format.

    Examples
    --------
    >>> forms_of("PDF, png"), forms_of(["svg"])
    (('pdf', 'png'), ('svg',))
    """
    asked = formats.split(",") if isinstance(formats, str) else formats
    forms = tuple(dict.fromkeys(str(form).strip().lower() for form in asked))
    for form in forms:
        if form not in FORMS:
            raise Mistake(
                f"--format: '{form}' is none{suggest(form, FORMS)}; a figure is written as {', '.join(FORMS)}"
            )
    if not forms:
        raise Mistake(f"--format: name at least one of {', '.join(FORMS)}")
    return forms


def inches(width: str | float) -> float:
    """Return a width in inches; a number is one, a text has its unit.

    Raises
    ------
    Mistake
        If it is no length, or nothing can be laid out in it.

    Examples
    --------
    >>> round(inches("160mm"), 2), inches("7.2 in"), inches(5)
    (6.3, 7.2, 5.0)
    """
    found = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*(mm|cm|in|pt)?\s*", str(width), re.IGNORECASE)
    if not found or (isinstance(width, str) and not found[2]):
        raise Mistake(f"--width: '{width}' is no length; write it with its unit, such as 160mm or 7.2in")
    wide = float(found[1]) / UNITS[(found[2] or "in").lower()]
    if not NARROWEST <= wide <= WIDEST:
        least, most = (f"{25.4 * bound:.0f}mm" for bound in (NARROWEST, WIDEST))
        raise Mistake(f"--width: {width} leaves no room for a figure; widths go from {least} to {most}")
    return wide


# -- what a figure says of itself


def footnote(dataset: xr.Dataset) -> str:
    """Return the sentences that say what the figure is and which sweep it shows."""
    about = dataset.attrs
    runs = f"{int(about['runs']):,} runs" if about.get("runs", 1) != 1 else "one run"
    if about.get("failed"):
        runs += f" ({int(about['failed']):,} runs left out)"
    title = str(about.get("title") or about.get("scenario", "unnamed")).rstrip(". ")
    point = f" ({about['point']})" if about.get("point") else ""
    played = [
        runs,
        f"seed {about.get('seed', 'unknown')}",
        f"digest {str(about.get('digest', 'unknown'))[:8]}",
        f"armsrace {about.get('version', 'unknown')}",
    ]
    return f"Simulation, not a forecast. Scenario: {title}{point}. {', '.join(played).capitalize()}."


def rests_on(dataset: xr.Dataset) -> str:
    """Return key, title, tables with their digests, and licence of each source that a figure shows; empty if none."""
    tables = str(dataset.attrs.get("tables", "")).split()
    keys = dict.fromkeys(key for table in tables for key in observed.file_sources(table))
    told = []
    for entry in map(evidence.source, keys):
        files = [
            f"{table}.csv {observed.file_digest(table)}"
            for table in tables
            if entry.key in observed.file_sources(table)
        ]
        licence = f"; {entry.licence}" if entry.licence else ""
        told.append(f"{entry.key}: {entry.title} ({', '.join(files)}{licence})")
    return ". ".join(told)


def metadata(dataset: xr.Dataset, form: str, title: str = "", alt: str = "") -> dict[str, Any]:
    """Return file metadata without dates, under the names that PNG, SVG or PDF know."""
    note, sources = footnote(dataset), rests_on(dataset)
    note = f"{note} Digest of the result: {dataset.attrs['digest']}." if "digest" in dataset.attrs else note
    note = f"{note} Beside it: {dataset.attrs['beside']}." if "beside" in dataset.attrs else note
    source = f"{note} {sources}".strip()
    if form == "svg":
        return {
            "Title": title, "Creator": AUTHOR, "Description": alt, "Source": source, "Publisher": "armsrace",
            "Date": None,
        }  # fmt: skip
    if form == "pdf":
        return {
            "Title": title, "Author": AUTHOR, "Subject": alt, "Keywords": source, "Creator": "armsrace",
            "CreationDate": None,
        }  # fmt: skip
    return {"Title": title, "Author": AUTHOR, "Description": alt, "Source": source, "Software": "armsrace"}


def save(figure: Figure, path: Path, dataset: xr.Dataset, title: str = "", alt: str = "") -> None:
    """Write a figure so that the same dataset gives the same bytes, as what the ending of the path says.

    Parameters
    ----------
    title, alt : str
        Of the file; its headline unless given, and the description of the figure.
    """
    form = path.suffix.lstrip(".").lower()
    about = metadata(dataset, form, title or str(figure.get_label()), alt)
    if form == "png":
        path.write_bytes(png(figure, DOTS, about))
    else:
        figure.savefig(path, dpi=DOTS, metadata=about)


def png(figure: Figure, dots: int = ON_SCREEN, about: Mapping[str, str] | None = None) -> bytes:
    """Return a figure as the bytes of a PNG file: in a palette, in which few colours take a third of the room."""
    drawn, file, told = BytesIO(), BytesIO(), PngInfo()
    figure.savefig(drawn, format="png", dpi=dots, pil_kwargs={"compress_level": 1})  # read again at once
    for name, text in (about or {}).items():
        told.add_text(name, text)
    with Image.open(drawn) as picture:
        few = _in_palette(picture.convert("RGB"))
    few.save(file, format="png", pnginfo=told, dpi=(dots, dots), optimize=True)
    return file.getvalue()


def _in_palette(picture: Image.Image) -> Image.Image:
    """Return a picture in few colours: areas keep theirs, the edges of letters and lines take the nearest."""
    red, green, blue = np.moveaxis(np.asarray(picture, np.uint32), -1, 0)
    code = red << 16 | green << 8 | blue
    inside = code[1:, 1:][(code[1:, 1:] == code[:-1, 1:]) & (code[1:, 1:] == code[1:, :-1])]
    found, count = np.unique(inside[inside != WHITE], return_counts=True)
    areas = [WHITE, *found[np.argsort(-count, kind="stable")][: AREAS - 1].tolist()]
    there: Any = picture.getcolors(code.size)
    often = [r << 16 | g << 8 | b for _, (r, g, b) in sorted(there, key=lambda each: (-each[0], each[1]))]
    kept = _parts(np.array([*dict.fromkeys([*areas, *often])][:COLOURS], np.uint32))
    known = np.array(often, np.uint32)
    nearest = ((_parts(known)[:, None].astype(int) - kept) ** 2).sum(-1).argmin(1)
    places = np.zeros(1 << 24, np.uint8)
    places[known] = nearest
    few = Image.fromarray(places[code], "P")
    few.putpalette(kept.tobytes())
    return few


def _parts(code: np.ndarray) -> np.ndarray:
    """Return red, green and blue of colours, ``(colour, 3)``."""
    return np.stack([code >> 16, code >> 8 & 255, code & 255], -1).astype(np.uint8)
