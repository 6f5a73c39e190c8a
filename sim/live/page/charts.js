// The pictures of "what if": fans of spending, wars so far, who arms whom. The baseline lies in grey beneath.

const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000"];
const GREY = "#8c8c8c";

export const colour = (index) => COLOURS[index % COLOURS.length];
/** The same hue for letters, dark enough to be read on white. */
export const ink = (index) => d3.color(colour(index)).darker(0.6).formatHex();
const month = (text) => new Date(`${text}-01T00:00:00Z`);

/** Rows of a band: one for each month that has been played. */
function band(answer, state, what = "milex") {
  return answer.steps.slice(1).map((step, i) => {
    const [low, middle, high] = step[what][state];
    return { date: month(answer.months[i]), low, middle, high };
  }).filter((row) => row.middle != null);
}

const common = (answer, width) => ({
  width, height: 240, marginLeft: 44, marginRight: 8,
  x: { domain: [month(answer.months[0]), month(answer.months.at(-1))], label: null, ticks: width < 420 ? 4 : 6 },
  style: { fontSize: "12px", fontFamily: "inherit", background: "none" },
});

/** Ones, twos and fives between the ends of a log axis. */
function plain(ends) {
  const [low, high] = [Math.min(...ends) * 0.9, Math.max(...ends) * 1.15];
  return d3.range(-3, 9).flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))
    .filter((value) => value >= low && value <= high);
}

/** Spending of each state over time: median and the middle 80 of 100 histories, on a log scale. */
export function spending(now, base, width) {
  const marks = [];
  now.states.forEach((_, i) => {
    if (base) {
      const rows = band(base, i);
      marks.push(Plot.areaY(rows, { x: "date", y1: "low", y2: "high", fill: GREY, fillOpacity: 0.16 }),
        Plot.lineY(rows, { x: "date", y: "middle", stroke: GREY, strokeDasharray: "4 3" }));
    }
    const rows = band(now, i);
    marks.push(Plot.areaY(rows, { x: "date", y1: "low", y2: "high", fill: colour(i), fillOpacity: 0.22 }),
      Plot.lineY(rows, { x: "date", y: "middle", stroke: colour(i), strokeWidth: 2 }));
    if (rows.length) {
      marks.push(Plot.text([rows[0]], { x: "date", y: "high", text: [now.states[i].name], fill: ink(i), dy: -9,
        textAnchor: "start", fontWeight: 600, stroke: "white", strokeWidth: 4 }));
    }
  });
  const ends = [base, now].filter(Boolean).flatMap((answer) => answer.states.flatMap((_, i) =>
    band(answer, i).flatMap((row) => [row.low, row.high]))).filter((value) => value > 0);
  return Plot.plot({ ...common(now, width), marks, y: {
    type: "log", label: null, grid: true, domain: ends.length ? [Math.min(...ends) * 0.9, Math.max(...ends) * 1.15] : [1, 10],
    ticks: plain(ends), tickFormat: (value) => `${value / 1000}` } });
}

/** Of 100 histories, how many have had a major war by each month. */
export function wars(now, base, width) {
  const rows = (answer) => answer.steps.slice(1).map((step, i) =>
    ({ date: month(answer.months[i]), share: (100 * step.war) / answer.runs }));
  const marks = [Plot.ruleY([0])];
  if (base) marks.push(Plot.lineY(rows(base), { x: "date", y: "share", stroke: GREY, strokeDasharray: "4 3" }));
  marks.push(Plot.areaY(rows(now), { x: "date", y: "share", fill: "#333", fillOpacity: 0.12 }),
    Plot.lineY(rows(now), { x: "date", y: "share", stroke: "#111", strokeWidth: 2 }));
  return Plot.plot({ ...common(now, width), y: { domain: [0, 100], label: null, grid: true, ticks: 5 }, marks });
}

/** Shares of suppliers in all that a state has taken so far. */
export function shares(answer, state) {
  const taken = answer.steps.at(-1).arms[state];
  const all = taken.reduce((sum, volume) => sum + (volume ?? 0), 0);
  return new Map(answer.suppliers.map((supplier, i) => [supplier.key, all > 0 ? (100 * (taken[i] ?? 0)) / all : 0]));
}

/** One row a supplier: a filled dot now, a hollow grey one in the baseline. */
export function suppliers(now, base, state, width) {
  const here = shares(now, state), there = base ? shares(base, state) : null;
  const rows = now.suppliers.map(({ key, name }) => ({ name, now: here.get(key), base: there?.get(key) }))
    .filter((row) => row.now >= 1 || (row.base ?? 0) >= 1)
    .sort((a, b) => (b.base ?? b.now) - (a.base ?? a.now));
  const names = rows.map((row) => row.name);
  const marks = [Plot.gridX({ stroke: "#ececec" })];
  if (base) marks.push(Plot.link(rows, { x1: "base", x2: "now", y1: "name", y2: "name", stroke: "#bbb", strokeWidth: 2 }),
    Plot.dot(rows, { x: "base", y: "name", stroke: "#6b6b6b", fill: "white", r: 4.5 }));
  marks.push(Plot.dot(rows, { x: "now", y: "name", fill: colour(state), r: 5 }),
    Plot.text(rows, { x: (row) => Math.max(row.now, row.base ?? 0), y: "name", dx: 10, textAnchor: "start",
      text: (row) => `${Math.round(row.now)}` }));
  return { rows, svg: Plot.plot({ width, height: 44 + 22 * Math.max(rows.length, 1), marginLeft: 112, marginRight: 34,
    x: { domain: [0, 100], label: null, ticks: 5 }, y: { domain: names, label: null, tickSize: 0 },
    style: { fontSize: "12px", fontFamily: "inherit", background: "none" }, marks }) };
}
