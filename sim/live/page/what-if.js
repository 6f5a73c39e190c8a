// What if: levers, the picture as it grows, and what differs from the baseline.

import { json, leverName, settingOf, stream } from "./ask.js";
import { spending, suppliers, wars } from "./charts.js";
import { calmly, chart, el, nearest, ofHundred, short, table } from "./elements.js";
import { parameters, remember } from "./main.js";

const RUNS = [10, 50, 128, 256, 512, 1000];

/** Open it; a lesson names its own setting, its levers, and where the setting is remembered. */
export function openWhatIf(place, lesson = {}) {
  const state = { lesson, query: settingOf(lesson.query ?? parameters()), now: null, base: null, end: null, asked: null, levers: [] };
  const headline = el(lesson.query ? "h2" : "h1", { class: "headline", "aria-live": "polite" }, "…");
  const standfirst = el("p", { class: "soft" });
  const bar = el("i");
  const wrong = el("div");
  const controls = el("section", { class: "controls", "aria-label": "Levers" });
  const charts = el("div", { class: "charts" });
  const differences = el("section", { "aria-label": "Differences" });
  place.append(headline, standfirst, el("div", { class: "progress", "aria-hidden": "true" }, bar), wrong,
    el("div", { class: "split" }, controls, el("div", {}, charts, differences, buttons(state))));

  const drawn = calmly(() => {
    if (state.now?.steps.length) draw(state, { headline, standfirst, bar, charts, differences });
  });
  const play = calmly(() => ask(state, drawn, wrong), 250);
  begin(state, controls, play, wrong);
  addEventListener("resize", drawn);
  return () => { state.asked?.abort(); removeEventListener("resize", drawn); };
}

/** Write the setting into the address. */
function keep(state) {
  if (state.lesson.remember) state.lesson.remember(state.query);
  else remember(`part=what-if&${state.query}`);
}

/** Offer scenarios and their levers, then play. */
async function begin(state, controls, play, wrong) {
  try {
    state.about ??= await json("api/about");
    state.levers = (await json("api/scenario", `scenario=${encodeURIComponent(state.query.get("scenario"))}`)).levers
      .filter((lever) => state.lesson.levers?.includes(lever.path) ?? true);
  } catch (error) {
    wrong.replaceChildren(el("p", { class: "wrong", role: "alert" }, error.message));
    return;
  }
  const again = () => { keep(state); play(); };
  const chosen = state.query.get("scenario");
  const scenario = el("select", { id: "scenario", change: (event) => {
    state.query = new URLSearchParams({ scenario: event.target.value });
    state.base = null;
    keep(state);
    begin(state, controls, play, wrong);
  } }, ...state.about.scenarios.map((one) =>
    el("option", { value: one.name, selected: one.name === chosen }, one.title)));
  const runs = el("select", { id: "runs", change: (event) => { state.query.set("runs", event.target.value); again(); } },
    ...RUNS.map((count) => el("option", { selected: String(count) === (state.query.get("runs") ?? "256") }, count)));
  const seed = el("input", { id: "seed", type: "number", min: 0, step: 1, value: state.query.get("seed") ?? 0,
    change: (event) => { state.query.set("seed", event.target.value || 0); again(); } });
  controls.replaceChildren(
    el("label", { for: "scenario" }, "Scenario"), scenario,
    el("div", { class: "few asks-server" }, el("div", {}, el("label", { for: "runs" }, "Histories"), runs),
      el("div", {}, el("label", { for: "seed" }, "Luck (seed)"), seed)),
    ...state.levers.map((lever) => leverControl(lever, state, again)),
    el("div", { class: "buttons" }, el("button", { type: "button", click: () => {
      for (const lever of state.levers) state.query.delete(leverName(lever.path));
      keep(state);
      begin(state, controls, play, wrong);
    } }, "Put all back")));
  play();
}

function leverControl(lever, state, again) {
  const name = leverName(lever.path), id = name.replaceAll(".", "-");
  const step = lever.low === 0 && lever.high === 1 && Number.isInteger(lever.value) ? 0.25 : (lever.high - lever.low) / 40;
  const output = el("output", { for: id });
  const unit = ["1", "share"].includes(lever.unit) ? "" : ` ${lever.unit}`;
  const say = (number) => { output.textContent = short(number) + unit; };
  const whole = el("div", { class: "lever" });
  const mark = () => whole.classList.toggle("moved", state.query.has(name));
  const { values } = lever;  // where it can stand, if not anywhere
  const numberAt = (position) => (values ? values[+position] : +position);
  const ends = values ? { min: 0, max: values.length - 1, step: 1 } : { min: lever.low, max: lever.high, step };
  const slider = el("input", { id, type: "range", ...ends, "aria-describedby": `${id}-why`,
    input: (event) => say(numberAt(event.target.value)),
    change: (event) => {
      const number = numberAt(event.target.value);
      if (Math.abs(number - lever.value) < (values ? 1e-9 : step / 2)) state.query.delete(name);
      else state.query.set(name, String(+number.toPrecision(6)));
      mark();
      again();
    } });
  const number = +(state.query.get(name) ?? lever.value);
  slider.value = values ? nearest(values, number) : number;
  say(state.query.has(name) ? +state.query.get(name) : lever.value);
  mark();
  const told = [`${short(lever.low)} to ${short(lever.high)}${unit}`, `here ${short(lever.value)}`,
    lever.basis ? `${lever.basis}${lever.because ? `: ${lever.because}` : lever.source ? ` from ${lever.source}` : ""}`
      : "yours to choose"].join("; ");
  whole.append(el("label", { for: id }, lever.words), el("div", { class: "slide" }, slider, output), el("p", { class: "why", id: `${id}-why` }, told));
  return whole;
}

/** Play the baseline if it is not there, then the setting; a new question ends an older one. */
async function ask(state, drawn, wrong) {
  state.asked?.abort();
  const asked = (state.asked = new AbortController());
  const plain = baselineOf(state.query);
  const moved = String(plain) !== String(state.query);
  wrong.replaceChildren();
  try {
    if (state.base?.query !== String(plain)) {
      state.base = null;
      await listen(state, "base", plain, asked, moved ? drawn : () => { state.now = state.base; state.end = null; drawn(); });
    }
    if (moved) await listen(state, "now", state.query, asked, drawn);
    else { state.now = state.base; drawn(); }
  } catch (error) {
    if (error.name !== "AbortError") wrong.replaceChildren(el("p", { class: "wrong", role: "alert" }, error.message));
  }
}

/** What lies in grey beneath: the scenario it is held against, or the same with nothing moved. */
function baselineOf(query) {
  const plain = new URLSearchParams([...query].filter(([name]) => name !== "against" && !name.startsWith("lever.")));
  if (query.has("against")) plain.set("scenario", query.get("against"));
  return plain;
}

async function listen(state, name, query, asked, drawn) {
  const answer = { query: String(query), steps: [], end: null };
  await stream("api/what-if", query, (message) => {
    if (message.kind === "start") Object.assign(answer, message);
    if (message.kind === "step") answer.steps.push(message);
    if (message.kind === "end") answer.end = message;
    if (answer.steps.length === 1) state[name] = answer;
    drawn();
  }, asked.signal);
}

// -- drawing

function draw(state, parts) {
  const { now } = state, base = state.base && state.base !== now && state.base.end ? state.base : null;
  const last = now.steps.at(-1), year = now.months.at(-1).slice(0, 4), done = Boolean(now.end);
  parts.bar.style.width = `${(100 * last.step) / now.months.length}%`;
  const so_far = done ? `by ${year}` : `by ${now.months[Math.max(last.step - 1, 0)]}`;
  const war = `${ofHundred(last.war, now.runs)} histories`;
  const before = base ? `, against ${ofHundred(base.steps[last.step].war, base.runs)} without` : "";
  const text = done && now.end.headline ? now.end.headline : `A major war in ${war} ${so_far}${before}`;
  if (parts.headline.textContent !== text && (done || last.step % 24 === 0)) parts.headline.textContent = text;
  parts.standfirst.textContent = `${now.title}. ${now.runs} histories, luck ${now.seed}${
    base ? `; grey: ${base.title === now.title ? "the same histories with nothing moved" : base.title}` : ""}.`;
  const width = Math.max(280, Math.min(parts.charts.clientWidth, parts.charts.clientWidth / (innerWidth > 900 ? 2 : 1) - 16));
  parts.made ??= {};
  if (parts.charts.dataset.of !== now.title) {
    parts.charts.dataset.of = now.title;
    parts.charts.made = { spending: chart("Military spending", "US$ billion a year, 2023 prices"),
      wars: chart("A major war has started", "of 100 histories"),
      suppliers: now.states.map((one) => chart(`Who arms ${one.name}`, "per cent of all deliveries so far")) };
    parts.charts.replaceChildren(parts.charts.made.spending.whole, parts.charts.made.wars.whole,
      ...parts.charts.made.suppliers.map((one) => one.whole));
  }
  drawCharts(now, base, parts.charts.made, width);
  drawDifferences(now, parts.differences);
}

const years = (answer) => answer.steps.slice(1).map((_, i) => i).filter((i) => answer.months[i].endsWith("-12"));

function drawCharts(now, base, made, width) {
  const billions = (value) => short(value == null ? null : value / 1000);
  made.spending.draw(spending(now, base, width),
    `Military spending: ${now.states.map((one, i) => `${one.name} ${billions(now.steps.at(-1).milex[i][1])} billion`).join(", ")}`,
    ["Year", ...now.states.flatMap((one) => [`${one.name} median`, "low", "high"])],
    years(now).map((i) => [now.months[i].slice(0, 4), ...now.states.flatMap((_, s) => {
      const [low, middle, high] = now.steps[i + 1].milex[s];
      return [middle, low, high].map(billions);
    })]));
  made.wars.draw(wars(now, base, width), `Histories with a major war: ${ofHundred(now.steps.at(-1).war, now.runs)}`,
    ["Year", "of 100 histories", ...(base ? ["without"] : [])],
    years(now).map((i) => [now.months[i].slice(0, 4), ...[now, base].filter(Boolean)
      .map((answer) => short((100 * (answer.steps[i + 1]?.war ?? NaN)) / answer.runs))]));
  now.states.forEach((one, i) => {
    const { rows, svg } = suppliers(now, base, i, width);
    made.suppliers[i].draw(svg, rows.map((row) => `${row.name} ${Math.round(row.now)} per cent`).join(", ") || "no deliveries",
      ["Supplier", "now", ...(base ? ["without"] : [])],
      rows.map((row) => [row.name, short(row.now), ...(base ? [short(row.base)] : [])]));
  });
}

function drawDifferences(now, place) {
  const found = now.end?.differences ?? [];
  if (!found.length) { place.replaceChildren(); return; }
  place.replaceChildren(el("h2", {}, `What differs, ${now.end.years.join(" to ")} `,
    el("small", {}, `with the levers less without, ${now.end.pairs} pairs with the same luck; in grey what cannot be told from luck`)),
    table("Differences", ["", "", "without", "with", "difference", "95 % interval", "histories that end differently", ""],
      found.map((row) => [row.words, row.unit, row.first, row.second, row.difference, `${row.low} to ${row.high}`,
        `${row.differing} of ${row.pairs}`, row.rung]),
      (i) => (found[i].clear ? "" : "unclear")));
}

// -- what can be taken away

function buttons(state) {
  const said = el("span", { role: "status" });
  const tell = (text) => { said.textContent = text; };
  const copy = async (text, what) => {
    try { await navigator.clipboard.writeText(text); tell(`${what} copied`); } catch { tell("copying is not allowed here"); }
  };
  const save = (name, text, kind) => {
    const link = el("a", { href: URL.createObjectURL(new Blob([text], { type: kind })), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return el("div", { class: "buttons" },
    el("button", { type: "button", click: () => copy(location.href, "address") }, "Copy link"),
    el("button", { type: "button", class: "asks-server", click: async () =>
      copy(await (await fetch(`api/yaml?${state.query}`)).text(), "scenario") }, "Copy as YAML"),
    el("button", { type: "button", click: () => save("armsrace.csv", csv(state.now), "text/csv") }, "Download data"), said);
}

function csv(answer) {
  const head = ["month", "histories_with_major_war", "histories", ...answer.states.flatMap(({ key }) =>
    [`milex_low_${key}`, `milex_median_${key}`, `milex_high_${key}`]), ...answer.states.flatMap((one) =>
    answer.suppliers.map((supplier) => `deliveries_so_far_${supplier.key}_to_${one.key}`))];
  const rows = answer.steps.slice(1).map((step, i) => [answer.months[i], step.war, answer.runs, ...step.milex.flat(),
    ...step.arms.flat()]);
  return [head, ...rows].map((row) => row.join(",")).join("\n") + "\n";
}
