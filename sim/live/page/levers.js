// A lever: its words, where it stands, its range, what the scenario has, and on what that number rests.

import { leverName } from "./ask.js";
import { cardButton } from "./card.js";
import { capital, el, nearest, short } from "./elements.js";

const UNITS = { 1: "", share: "", flag: "", code: "", "per yr": "a year", "log per log": "% per %", "core claims": "of a core claim" };
const READ = { "log per log": "Per cent more for each per cent that the rival spends more.",
  log: "A log scale: 0.1 is about ten per cent.", "core claims": "Measured in what the land that a state claims is worth to it." };

/** A unit as it is read beside a number. */
export const unitOf = (unit) => UNITS[unit] ?? unit;
const withUnit = (number, unit) => [short(number), unitOf(unit)].filter(Boolean).join(" ");

export function leverControl(lever, query, again) {
  const name = leverName(lever.path), id = name.replaceAll(".", "-");
  const step = stepOf(lever);
  const places = lever.values ?? null;  // where it can stand, if not anywhere
  const [low, high] = places ? d3.extent(places) : [lever.low, lever.high];
  const close = places ? 1e-9 : step / 2;
  const output = el("output", { for: id });
  const whole = el("div", { class: "lever" });
  const show = (number) => {
    output.textContent = withUnit(number, lever.unit);
    slider.setAttribute("aria-valuetext", output.textContent);
  };
  const mark = () => {
    whole.classList.toggle("moved", query.has(name));
    back.disabled = !query.has(name);
  };
  const set = (number) => {
    if (Math.abs(number - lever.value) < close) query.delete(name);
    else query.set(name, String(+number.toPrecision(6)));
    show(query.has(name) ? number : lever.value);
    mark();
    again();
  };
  const slider = el("input", { id, type: "range", min: low, max: high, step: "any", list: `${id}-here`,
    "aria-describedby": `${id}-why`, input: (event) => show(snapped(+event.target.value)),
    change: () => move(snapped(+slider.value)), keydown: (event) => byKey(event) });
  const move = (number) => { slider.value = number; set(number); };
  const snapped = (number) => {
    if (places) return places[nearest(places, number)];
    const near = lever.low + step * Math.round((number - lever.low) / step);
    return Math.abs(number - lever.value) < step / 2 ? lever.value : Math.min(lever.high, +near.toPrecision(6));
  };
  const byKey = (event) => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    if (!by) return;
    event.preventDefault();
    const here = places && nearest(places, +slider.value) + Math.sign(by);
    move(places ? places[Math.min(places.length - 1, Math.max(0, here))]
      : snapped(Math.min(high, Math.max(low, +slider.value + by * step))));
  };
  const back = el("button", { type: "button", class: "quiet", "aria-label": `Put back: ${lever.words}`,
    click: () => { move(lever.value); slider.focus(); } }, `here ${short(lever.value)}`);
  slider.value = query.get(name) ?? lever.value;
  show(+(query.get(name) ?? lever.value));
  mark();
  whole.append(
    el("div", { class: "top" }, el("label", { for: id }, lever.words), output), slider,
    el("datalist", { id: `${id}-here` }, ...(places ?? [lever.value]).map((value) => el("option", { value }))),
    el("div", { class: "ends" }, el("span", {}, short(low)), back, el("span", {}, short(high))), reasons(lever, id));
  return whole;
}

/** How far it moves at once: a switch from one end to the other, a share of all or nothing by quarters. */
function stepOf({ unit, low, high, value }) {
  if (["flag", "code"].includes(unit)) return 1;
  return low === 0 && high === 1 && Number.isInteger(value) ? 0.25 : (high - low) / 40;
}

/** On what the number of a scenario rests; open where there is room. */
function reasons(lever, id) {
  const basis = lever.basis || "yours to choose";
  const why = [lever.because, lever.source && `From ${lever.source}`].filter(Boolean).map((text) => `${text}.`).join(" ");
  const range = `${short(lever.low)} to ${withUnit(lever.high, lever.unit)}; the scenario has ${short(lever.value)}.`;
  return el("details", { class: "why", open: innerWidth > 896 },
    el("summary", {}, basis, el("span", { class: "unseen" }, `: ${lever.words}`)),
    el("p", { id: `${id}-why` }, el("span", { class: "unseen" }, `${range} ${basis}. `), capital(why), " ", READ[lever.unit] ?? "", " ",
      lever.rule ? cardButton(lever.rule, "Its rule") : null));
}
