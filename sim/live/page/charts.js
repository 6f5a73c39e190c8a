// The pictures of "what if": fans of spending, wars so far, who arms whom. The baseline lies in grey beneath.

import { rounded } from "./elements.js";

const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000"];
const GREY = "#8c8c8c", SOFT = "#5a5a5a", LINE = "#e6e6e3";
const HEIGHT = 250, TOP = 14, BELOW = 26, LEFT = 34, GAP = 16;

export const colour = (index) => COLOURS[index % COLOURS.length];
/** The colour of an actor in figures and here; of one that has none, that of its place. */
export const hue = (actor, index) => actor.colour ?? colour(index);
/** The same hue for letters, dark enough to be read on white. */
export const ink = (shade) => d3.color(shade).darker(0.6).formatHex();
const month = (text) => new Date(`${text}-01T00:00:00Z`);

/** Rows of a band: one for each month that has been played. */
function band(answer, state, what = "milex") {
  return answer.steps.slice(1).map((step, i) => {
    const [low, middle, high] = step[what][state];
    return { date: month(answer.months[i]), low, middle, high };
  }).filter((row) => row.middle != null);
}

const common = (answer, width, right) => ({
  width, height: HEIGHT, marginLeft: LEFT, marginRight: right, marginTop: TOP, marginBottom: BELOW,
  x: { domain: [month(answer.months[0]), month(answer.months.at(-1))], label: null, ticks: width < 480 ? 3 : 5, tickSize: 0, tickPadding: 8 },
  style: { fontSize: "13px", fontFamily: "inherit", background: "none", color: SOFT, overflow: "visible" },
});
export const grid = () => Plot.gridY({ stroke: LINE, strokeOpacity: 1 });
export const room = (words) => 12 + 7.4 * Math.max(...words.map((word) => word.length));

/** Words at the ends of lines, moved apart where they would lie on each other. */
export function ends(labels, height) {
  let last = -Infinity;
  return labels.filter((one) => one.y != null).map((one) => ({ ...one, at: height(one.y) })).sort((a, b) => a.at - b.at)
    .map((one) => {
      last = Math.max(one.at, last + GAP);
      return Plot.text([one], { x: "x", y: "y", text: "text", fill: one.fill, dx: 7, dy: last - one.at, textAnchor: "start",
        fontWeight: one.quiet ? 400 : 600, stroke: "white", strokeWidth: 3 });
    });
}

/** Ones, twos and fives between the ends of a log axis. */
function plain([low, high]) {
  return d3.range(-3, 9).flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))
    .filter((value) => value >= low && value <= high);
}

/** Spending of each state over time: median and the middle 80 of 100 histories, on a log scale. */
export function spending(now, base, width) {
  const bands = now.states.map((_, i) => band(now, i)), grey = base ? now.states.map((_, i) => band(base, i)) : [];
  const all = [...bands, ...grey].flat().flatMap((row) => [row.low, row.high]).filter((value) => value > 0);
  const domain = all.length ? [Math.min(...all) * 0.85, Math.max(...all) * 1.15] : [1, 10];
  const marks = [grid()];
  for (const rows of grey) {
    marks.push(Plot.areaY(rows, { x: "date", y1: "low", y2: "high", fill: GREY, fillOpacity: 0.18 }),
      Plot.lineY(rows, { x: "date", y: "middle", stroke: "#6e6e6e", strokeDasharray: "4 3" }));
  }
  bands.forEach((rows, i) => marks.push(
    Plot.areaY(rows, { x: "date", y1: "low", y2: "high", fill: hue(now.states[i], i), fillOpacity: 0.22 }),
    Plot.lineY(rows, { x: "date", y: "middle", stroke: hue(now.states[i], i), strokeWidth: 2.2 })));
  const height = d3.scaleLog(domain, [HEIGHT - BELOW, TOP]);
  marks.push(...ends(now.states.map((one, i) => ({ x: bands[i].at(-1)?.date, y: bands[i].at(-1)?.middle, text: one.name,
    fill: ink(hue(one, i)) })), height));
  return Plot.plot({ ...common(now, width, room(now.states.map((one) => one.name))), marks,
    y: { type: "log", label: null, domain, ticks: plain(domain), tickSize: 0, tickFormat: (value) => `${value / 1000}` } });
}

/** Of 100 histories, how many have had a major war by each month. */
export function wars(now, base, width) {
  const rows = (answer) => answer.steps.slice(1).map((step, i) =>
    ({ date: month(answer.months[i]), share: (100 * step.war) / answer.runs }));
  const here = rows(now), there = base ? rows(base) : [];
  const end = (all, word, more) => ({ x: all.at(-1)?.date, y: all.at(-1)?.share, text: `${rounded(all.at(-1)?.share)}${word}`, ...more });
  const labels = here.length ? [end(here, base ? " with" : "", { fill: "#111" })] : [];
  if (there.length) labels.push(end(there, " without", { fill: SOFT, quiet: true }));
  const marks = [grid(), Plot.ruleY([0], { stroke: "#999" })];
  if (base) marks.push(Plot.lineY(there, { x: "date", y: "share", stroke: "#6e6e6e", strokeDasharray: "4 3" }));
  marks.push(Plot.areaY(here, { x: "date", y: "share", fill: "#333", fillOpacity: 0.1 }),
    Plot.lineY(here, { x: "date", y: "share", stroke: "#111", strokeWidth: 2.2 }),
    ...ends(labels, d3.scaleLinear([0, 100], [HEIGHT - BELOW, TOP])));
  return Plot.plot({ ...common(now, width, base ? 82 : 34), marks, y: { domain: [0, 100], label: null, ticks: 5, tickSize: 0 } });
}

/** Shares of suppliers in all that a state has taken so far. */
export function shares(answer, state) {
  const taken = answer.steps.at(-1).arms[state];
  const all = taken.reduce((sum, volume) => sum + (volume ?? 0), 0);
  return new Map(answer.suppliers.map((supplier, i) => [supplier.key, all > 0 ? (100 * (taken[i] ?? 0)) / all : 0]));
}

/** One row a supplier: a filled dot now, a hollow grey one in the baseline, and both numbers at the right. */
export function suppliers(now, base, state, width) {
  const here = shares(now, state), there = base ? shares(base, state) : null;
  const rows = now.suppliers.map(({ key, name }) => ({ name, now: here.get(key), base: there?.get(key) }))
    .filter((row) => row.now >= 1 || (row.base ?? 0) >= 1)
    .sort((a, b) => (b.base ?? b.now) - (a.base ?? a.now));
  const numbers = (value, dx, more) => Plot.text(rows, { y: "name", text: (row) => rounded(value(row)), frameAnchor: "right",
    textAnchor: "end", dx, ...more });
  const head = (text, dx, more) => Plot.text([text], { frameAnchor: "top-right", textAnchor: "end", dx, dy: -16, ...more });
  const strong = { fill: "#111", fontWeight: 600 }, quiet = { fill: SOFT };
  const marks = [Plot.gridX({ stroke: LINE, strokeOpacity: 1 })];
  if (base) marks.push(Plot.link(rows, { x1: "base", x2: "now", y1: "name", y2: "name", stroke: "#b5b5b5", strokeWidth: 2 }),
    Plot.dot(rows, { x: "base", y: "name", stroke: "#6e6e6e", strokeWidth: 1.5, fill: "white", r: 4.5 }),
    numbers((row) => row.base, 92, quiet), head("without", 92, quiet), head("with", 42, strong));
  marks.push(Plot.dot(rows, { x: "now", y: "name", fill: hue(now.states[state], state), r: 5.5 }), numbers((row) => row.now, 42, strong));
  const svg = Plot.plot({ width, height: 58 + 25 * Math.max(rows.length, 1), marginTop: 28, marginLeft: 116, marginRight: base ? 100 : 50, marks,
    x: { domain: [0, 100], label: null, ticks: 4, tickSize: 0, tickPadding: 6 }, y: { domain: rows.map((row) => row.name), label: null, tickSize: 0, tickPadding: 8 },
    style: { fontSize: "13px", fontFamily: "inherit", background: "none", color: SOFT, overflow: "visible" } });
  return { rows, svg };
}
