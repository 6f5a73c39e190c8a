// Pictures of one month: who delivered to whom in a year, and of a whole history: when there was fighting.

import { hue } from "./charts.js";
import { short } from "./elements.js";

const RED = "#b8420a", INK = "#1b1b1b", SOFT = "#5a5a5a";
const ROW = 46, WIDEST = 22, STATE = 21;

/** Suppliers at both sides, states between them, strokes as wide as a year of deliveries: fixed places, not a map. */
export function flows(start, month, widest, width) {
  const half = Math.ceil(start.suppliers.length / 2), height = 40 + ROW * Math.max(half, 2 * start.states.length);
  const side = Math.min(150, width * 0.27);
  const from = start.suppliers.map((_, i) => {
    const left = i < half, count = left ? half : start.suppliers.length - half, row = left ? i : i - half;
    return { left, x: left ? side : width - side, y: ((row + 0.5) * height) / count };
  });
  const to = start.states.map((_, i) => ({ x: width / 2, y: ((i + 0.5) * (height - 24)) / start.states.length }));
  const svg = d3.create("svg").attr("viewBox", [0, 0, width, height]).attr("width", width).attr("height", height);
  const strokes = month.flows.flatMap((row, s) => row.map((volume, c) => ({ s, c, volume }))).filter((one) => one.volume > 0);
  strokes.sort((a, b) => b.volume - a.volume).forEach((one) => stroke(svg, from[one.s], to[one.c], Math.max(1.5, WIDEST * Math.sqrt(one.volume / widest)),
    hue(start.suppliers[one.s], one.s)));
  start.suppliers.forEach((one, i) => supplier(svg, one, from[i], d3.sum(month.flows[i]), hue(one, i)));
  start.states.forEach((one, i) => state(svg, one, to[i], month.fighting, hue(one, i)));
  return svg.node();
}

/** A stroke in the colour of the supplier, with an edge, since some of these colours are pale. */
function stroke(svg, from, to, wide, colour) {
  const end = to.x + (from.left ? -STATE : STATE), middle = (from.x + end) / 2;
  const path = `M${from.x},${from.y}C${middle},${from.y} ${middle},${to.y} ${end},${to.y}`;
  for (const [shade, more] of [["#6e6e6e", 1.5], [colour, 0]]) {
    svg.append("path").attr("d", path).attr("fill", "none").attr("stroke", shade).attr("stroke-width", wide + more);
  }
}

function supplier(svg, one, { left, x, y }, volume, colour) {
  const anchor = left ? "end" : "start", at = x + (left ? -11 : 11), quiet = !(volume >= 0.5);
  svg.append("circle").attr("cx", x).attr("cy", y).attr("r", 5.5).attr("fill", quiet ? "#fff" : colour).attr("stroke", "#6e6e6e");
  const text = svg.append("text").attr("x", at).attr("y", y + 4.5).attr("text-anchor", anchor).attr("font-size", 13.5)
    .attr("fill", quiet ? SOFT : INK);
  text.append("tspan").text(one.name);
  if (!quiet) text.append("tspan").attr("x", at).attr("dy", 15).attr("font-weight", 600).text(short(Math.round(volume)));
}

function state(svg, one, { x, y }, fighting, colour) {
  if (fighting) svg.append("circle").attr("cx", x).attr("cy", y).attr("r", STATE + 7).attr("fill", "none").attr("stroke", RED)
    .attr("stroke-width", fighting > 1 ? 5 : 2).attr("stroke-dasharray", fighting > 1 ? null : "5 4");
  svg.append("circle").attr("cx", x).attr("cy", y).attr("r", STATE).attr("fill", colour).attr("stroke", "#fff").attr("stroke-width", 2);
  svg.append("text").attr("x", x).attr("y", y + STATE + 22).attr("text-anchor", "middle").attr("font-size", 14.5).attr("font-weight", 600)
    .attr("fill", INK).attr("stroke", "#fff").attr("stroke-width", 4).attr("paint-order", "stroke").text(one.name);
}

/** When there was fighting, a stroke a month beneath the slider. */
export function strip(months, at, width) {
  const svg = d3.create("svg").attr("viewBox", [0, 0, width, 34]).attr("width", width).attr("height", 34);
  const x = d3.scaleLinear([0, months.length - 1], [8, width - 8]);
  svg.append("line").attr("x1", 8).attr("x2", width - 8).attr("y1", 16).attr("y2", 16).attr("stroke", "#c9c9c6");
  months.forEach(({ fighting }, i) => {
    if (fighting) svg.append("line").attr("x1", x(i)).attr("x2", x(i)).attr("y1", fighting > 1 ? 0 : 9).attr("y2", 16)
      .attr("stroke", RED).attr("stroke-width", Math.max(1.5, (width - 16) / months.length));
  });
  const every = width < 480 ? 5 : 2;
  months.forEach(({ date }, i) => {
    const year = +date.slice(0, 4);
    if (!date.endsWith("-01") || year % every) return;
    svg.append("text").attr("x", x(i)).attr("y", 31).attr("text-anchor", i ? "middle" : "start").attr("font-size", 12).attr("fill", SOFT).text(year);
  });
  svg.append("line").attr("x1", x(at)).attr("x2", x(at)).attr("y1", 0).attr("y2", 18).attr("stroke", INK).attr("stroke-width", 1.5);
  return svg.node();
}
