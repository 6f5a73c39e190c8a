// Which part of the page is shown, and the setting that its address holds.

import { openHistory } from "./history.js";
import { openLesson } from "./lesson.js";
import { openSeats } from "./seats.js";
import { openWhatIf } from "./what-if.js";

const PARTS = { "what-if": openWhatIf, history: openHistory, seats: openSeats, lesson: openLesson };
let close = () => {};

export function parameters() {
  return new URLSearchParams(location.search);
}

/** Write what is set into the address, so that a link says all of it. */
export function remember(query) {
  history.replaceState(null, "", `?${query}`);
}

function show() {
  const joins = location.pathname.endsWith("/join"), asked = joins ? "seats" : parameters().get("part");
  const part = asked in PARTS ? asked : "what-if";
  document.body.classList.toggle("joined", joins);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.part === part) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  close();
  const place = document.getElementById("part");
  place.replaceChildren();
  close = PARTS[part](place) ?? (() => {});
}

for (const link of document.querySelectorAll("nav a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const query = parameters();  // the scenario and the levers go along
    query.set("part", link.dataset.part);
    query.delete("lesson");
    history.pushState(null, "", `?${query}`);
    show();
    document.getElementById("part").focus();
  });
}
addEventListener("popstate", show);
addEventListener("DOMContentLoaded", show);
if (document.readyState !== "loading") show();
