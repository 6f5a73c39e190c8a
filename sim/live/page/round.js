// What a seat and the facilitator both see: who is done, what everybody can know, what an actor perceives.

import { hue } from "./charts.js";
import { course } from "./course.js";
import { chart, el, short } from "./elements.js";
import { zoneBar } from "./history.js";

export const monthName = (text) =>
  new Date(`${text}-01T00:00:00Z`).toLocaleDateString("en", { year: "numeric", month: "long", timeZone: "UTC" });

export const period = (told) => `${monthName(told.from)} to ${monthName(told.until)}`;

export const nameOf = (told, key) => [...told.groups, ...told.states, ...told.suppliers].find((one) => one.key === key)?.name ?? key;

/** Units as they are read; prices are those of 2023. */
export const plain = (text) => text.replace("US$2023", "US$").replace(" per yr", " a year").replace(/ share$/, "");

/** A number as it is chosen: yes or no where it is a flag, per cent where it is a share. */
export function inWords(suggested, value) {
  if (suggested.unit === "flag") return value > 0.5 ? "yes" : "no";
  if (suggested.unit === "share") return `${Math.round(1000 * value) / 10} %`;
  return `${short(value)}${suggested.unit === "1" ? "" : ` ${plain(suggested.unit)}`}`;
}

/** The seats in a row, with who is done. */
export function standing(told) {
  const words = (one) => (one.done ? "done" : one.taken ? "deciding" : "rules");
  return el("ul", { class: "standing", "aria-label": "Who is done" }, ...told.groups.filter((one) => one.taken).map((one) =>
    el("li", { class: one.done ? "done" : "" }, el("b", {}, one.name), " ", el("span", {}, words(one)))));
}

/** What public records show: spending, land, talks, what happened. */
export function publicNews(told, place, width) {
  const last = told.public.at(-1);
  if (!last) {
    place.replaceChildren(el("p", { class: "soft" }, "Nothing has been played yet."));
    return;
  }
  if (place.dataset.until === last.date) return; // what was opened in it stays open
  place.dataset.until = last.date;
  const figure = chart("Military spending on public record", "US$ billion a year, 2023 prices");
  const lines = told.states.map((one, i) => ({ name: one.name, colour: hue(one, i), values: told.public.map((month) => month.spending[i] / 1000) }));
  figure.draw(course(told.public.map((month) => month.date), lines, { width, height: 200, zero: true }),
    `Spending on record in ${last.date}: ${lines.map((one) => `${one.name} ${short(one.values.at(-1))} billion`).join(", ")}`,
    ["Month", ...told.states.map((one) => one.name)], told.public.map((month) => [month.date, ...month.spending.map((value) => short(value / 1000))]));
  const events = [...told.public].reverse().flatMap((month) => month.events.map((event) => ({ ...event, date: month.date })));
  place.replaceChildren(figure.whole, ...told.zones.map((zone, z) => zoneBar(told, last, zone, z)),
    el("p", { class: "legend" }, `${monthName(last.date)}. Talks: ${last.talks}. Fighting: ${["none", "a limited operation", "a campaign"][last.fighting]}.`),
    el("ol", { class: "events", "aria-label": "What happened" }, ...(events.length ? events.map((event) =>
      el("li", { class: event.known ? "" : "unknown" }, el("time", {}, event.date), `${event.what}.`)) : [el("li", {}, "Nothing worth telling so far.")])));
}

const FIRST = 10; // of what is perceived, that are seen at once

/** What an actor perceives, with how it was a round ago; what its rules read beyond the first can be opened. */
export function perceptions(told, open = false) {
  const single = told.perceives.filter((one) => one.values.length === 1), several = told.perceives.filter((one) => one.values.length > 1);
  const more = [single.length > FIRST ? numbers(single.slice(FIRST)) : "",
    el("dl", {}, ...several.flatMap((one) => [el("dt", {}, one.label), el("dd", {}, together(one.values))]))];
  return el("div", {}, numbers(single.slice(0, FIRST)), el("details", { class: "several", open }, el("summary", {}, "All that your rules read"), ...more));
}

function numbers(some) {
  const before = some.some((one) => one.before.length);
  const row = (one) => el("tr", {}, el("th", { scope: "row" }, one.label, one.values[0][0] ? ` (${one.values[0][0]})` : ""),
    el("td", {}, plain(one.values[0][1])), before ? el("td", { class: "was" }, plain(one.before[0]?.[1] ?? "")) : null);
  return el("table", { class: "perceives" }, el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, "now"),
    before ? el("th", { scope: "col" }, "a round ago") : null)), el("tbody", {}, ...some.map(row)));
}

/** Values of many, the commonest said once: "Russia 0.62; the others 0.7". */
function together(values) {
  const groups = d3.groups(values, ([, text]) => plain(text)).sort(([, a], [, b]) => a.length - b.length);
  const last = groups.at(-1)[1].length, common = last > 2;
  return groups.map(([text, of], i) => (common && i === groups.length - 1
    ? `${last === values.length ? "all" : "the others"} ${text}` : `${of.map(([name]) => name).join(", ")} ${text}`)).join("; ");
}
