// Lines month by month, each named at its end.

import { ends, grid, ink, room } from "./charts.js";

const TOP = 14, BELOW = 34;

/** Draw lines of `{ name, colour, values, dashed }`; those that are dashed have no name of their own. */
export function course(months, lines, { width = 380, height = 210, zero = false } = {}) {
  const dates = months.map((text) => new Date(`${text}-01T00:00:00Z`)), named = lines.filter((one) => !one.dashed);
  const rows = (one) => one.values.map((value, i) => ({ date: dates[i], value })).filter((row) => Number.isFinite(row.value));
  const all = lines.flatMap((one) => rows(one).map((row) => row.value));
  const scale = d3.scaleLinear([zero ? 0 : d3.min(all), d3.max(all)], [height - BELOW, TOP]).nice(4);
  const marks = [grid(), ...lines.map((one) => Plot.lineY(rows(one), { x: "date", y: "value", stroke: one.colour,
    strokeWidth: one.dashed ? 1.6 : 2.2, strokeDasharray: one.dashed ? "4 3" : null })),
  ...ends(named.map((one) => ({ x: dates.at(-1), y: rows(one).at(-1)?.value, text: one.name, fill: ink(one.colour) })), scale)];
  return Plot.plot({ width, height, marks, marginLeft: 44, marginRight: room(named.map((one) => one.name)), marginTop: TOP, marginBottom: BELOW,
    x: { type: "utc", label: null, ticks: months.length < 9 ? "month" : width < 480 ? 3 : 5, tickSize: 0, tickPadding: 8 }, y: { label: null, domain: scale.domain(), ticks: 4, tickSize: 0 },
    style: { fontSize: "13px", fontFamily: "inherit", background: "none", color: "#5a5a5a", overflow: "visible" } });
}
