// What if: levers, the picture as it grows, and what differs from the baseline.

import { json, leverName, settingOf, stream } from "./ask.js";
import { spending, suppliers, wars } from "./charts.js";
import { calm, calmly, chart, el, ofHundred, rounded, sentence, short, table } from "./elements.js";
import { leverControl } from "./levers.js";
import { parameters, remember } from "./main.js";
import { takeAway } from "./take-away.js";

const RUNS = [10, 50, 128, 256, 512, 1000];
const SHOWN = 8; // levers that are not folded away

/** Open it; a lesson names its own setting, its levers, and where the setting is remembered. */
export function openWhatIf(place, lesson = {}) {
  const state = { lesson, query: settingOf(lesson.query ?? parameters()), now: null, base: null, asked: null, levers: [] };
  const headline = el(lesson.query ? "h2" : "h1", { class: "headline", "aria-live": "polite" }, "The first months are being played …");
  const standfirst = el("p", { class: "soft" });
  const bar = el("i");
  const wrong = el("div");
  const controls = el("section", { class: "controls", "aria-label": "Levers" });
  const charts = el("div", { class: "charts" });
  const differences = el("section", { "aria-label": "Differences" });
  const progress = el("div", { class: "progress", "aria-hidden": "true" }, bar);
  place.append(el("div", { class: "lead" }, headline, progress), standfirst, wrong,
    el("div", { class: "split" }, controls, el("div", {}, charts, differences, takeAway(state))));

  const drawn = calmly(() => {
    if (state.now?.steps.length) draw(state, { headline, standfirst, bar, charts, differences });
  });
  const play = calmly(() => ask(state, drawn, wrong, progress), 250);
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
    wrong.replaceChildren(sentence(error.message));
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
    ...choices(state.query.get("runs") ?? "256").map(({ count, selected }) => el("option", { selected }, count)));
  const seed = el("input", { id: "seed", type: "number", min: 0, step: 1, value: state.query.get("seed") ?? 0,
    change: (event) => { state.query.set("seed", event.target.value || 0); again(); } });
  controls.replaceChildren(
    el("label", { for: "scenario" }, "Scenario"), scenario,
    el("div", { class: "few asks-server" }, el("div", {}, el("label", { for: "runs" }, "Histories"), runs),
      el("div", {}, el("label", { for: "seed" }, "Luck (seed)"), seed)),
    ...leverControls(state, again),
    state.levers.length ? el("div", { class: "buttons" }, el("button", { type: "button", click: () => {
      for (const lever of state.levers) state.query.delete(leverName(lever.path));
      keep(state);
      begin(state, controls, play, wrong);
    } }, "Put all back")) : el("p", { class: "soft" }, "This scenario has none of the numbers that can be moved here."));
  play();
}

/** The levers; of many the last ones are folded away, unless one of them has been moved. */
function leverControls({ levers, query, lesson }, again) {
  const made = levers.map((lever) => leverControl(lever, query, again));
  const shown = lesson.levers ? made.length : SHOWN, folded = made.slice(shown);
  if (!folded.length) return made;
  const open = levers.slice(shown).some((lever) => query.has(leverName(lever.path)));
  return [...made.slice(0, shown), el("details", { class: "more", open }, el("summary", {}, `${folded.length} more`), ...folded)];
}

/** How many histories may be asked for; an address may name another number. */
function choices(asked) {
  return [...new Set([...RUNS, +asked])].sort((a, b) => a - b).map((count) => ({ count, selected: count === +asked }));
}

/** Play the baseline if it is not there, then the setting; a new question ends an older one. */
async function ask(state, drawn, wrong, progress) {
  state.asked?.abort();
  const asked = (state.asked = new AbortController());
  const plain = baselineOf(state.query);
  const moved = String(plain) !== String(state.query);
  wrong.replaceChildren();
  progress.classList.add("waiting");
  const heard = () => { progress.classList.remove("waiting"); drawn(); };
  try {
    if (state.base?.query !== String(plain) || !state.base.end) {  // another one, or one that was broken off
      state.base = null;
      await listen(state, "base", plain, asked, moved ? drawn : () => { state.now = state.base; heard(); });
    }
    if (moved) await listen(state, "now", state.query, asked, heard);
    else { state.now = state.base; heard(); }
  } catch (error) {
    if (error.name === "AbortError") return;
    progress.classList.remove("waiting");
    wrong.replaceChildren(sentence(error.message));
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
  const last = now.steps.at(-1), done = Boolean(now.end);
  parts.bar.style.width = done ? "0" : `${(100 * last.step) / now.months.length}%`;
  if (calm() && !done) return;
  parts.headline.setAttribute("aria-busy", String(!done));
  const text = said(now, base, last, done);
  if (parts.headline.textContent !== text) parts.headline.textContent = text;
  parts.standfirst.textContent = `${now.title}. ${now.runs} histories, luck ${now.seed}${
    base ? `; grey: ${base.title === now.title ? "the same histories with nothing moved" : base.title}` : ""}.${
    now.end?.failed ? ` ${now.end.failed} of them broke off and are not counted.` : ""}`;
  if (parts.charts.dataset.of !== now.title) {
    parts.charts.dataset.of = now.title;
    parts.charts.made = { spending: chart("Military spending", "US$ billion a year, 2023 prices, log scale"),
      wars: chart("A major war has started", "of 100 histories, by month"),
      suppliers: now.suppliers.length ? now.states.map((one) => chart(`Who arms ${one.name}`, "% of all deliveries so far")) : [] };
    parts.charts.replaceChildren(parts.charts.made.spending.whole, parts.charts.made.wars.whole,
      ...parts.charts.made.suppliers.map((one) => one.whole));
  }
  drawCharts(now, base, parts.charts.made);
  drawDifferences(now, parts.differences);
}

function said(now, base, last, done) {
  if (done && now.end.headline) return now.end.headline;
  const by = done ? now.months.at(-1).slice(0, 4) : now.months[Math.max(last.step - 1, 0)];
  const before = base ? `, against ${ofHundred(base.steps[last.step].war, base.runs)} without` : "";
  return `A major war by ${by} in ${ofHundred(last.war, now.runs)} histories${before}`;
}

const years = (answer) => answer.steps.slice(1).map((_, i) => i).filter((i) => answer.months[i].endsWith("-12"));

function drawCharts(now, base, made) {
  const billions = (value) => (value == null ? "–" : (value / 1000).toFixed(2));
  const width = (one) => Math.max(280, one.whole.clientWidth);
  const grey = base ? " Grey, dashed: without." : "";
  made.spending.draw(spending(now, base, width(made.spending)),
    now.states.map((one, i) => `${one.name} ${billions(now.steps.at(-1).milex[i][1])} billion in the last month`).join(", "),
    ["Year", ...now.states.map((one) => `${one.name}: median (middle 80 of 100)`)],
    years(now).map((i) => [now.months[i].slice(0, 4), ...now.states.map((_, s) => {
      const [low, middle, high] = now.steps[i + 1].milex[s];
      return `${billions(middle)} (${billions(low)} to ${billions(high)})`;
    })]), `Line: median. Band: the middle 80 of 100 histories.${grey}`);
  made.wars.draw(wars(now, base, width(made.wars)), `${ofHundred(now.steps.at(-1).war, now.runs)} histories so far`,
    ["Year", base ? "with, of 100" : "of 100 histories", ...(base ? ["without"] : [])],
    years(now).map((i) => [now.months[i].slice(0, 4), ...[now, base].filter(Boolean)
      .map((answer) => short((100 * (answer.steps[i + 1]?.war ?? NaN)) / answer.runs))]), `Counted once a history.${grey}`);
  made.suppliers.forEach((one, i) => {
    const { rows, svg } = suppliers(now, base, i, width(one));
    one.draw(svg, rows.map((row) => `${row.name} ${rounded(row.now)} %`).join(", ") || "no deliveries yet",
      ["Supplier", base ? "with, %" : "%", ...(base ? ["without, %"] : [])],
      rows.map((row) => [row.name, short(row.now), ...(base ? [short(row.base)] : [])]),
      rows.length ? "Shares in all that was delivered in all histories." : "Nothing has been delivered yet.");
  });
}

function drawDifferences(now, place) {
  const found = now.end?.differences ?? [];
  if (place.shown === found) return;
  place.shown = found;
  if (!found.length) {
    place.replaceChildren(...(now.end ? [el("h2", {}, "What differs"),
      el("p", { class: "soft" }, "Nothing is moved. Move a lever: what differs will stand here, in pairs of histories with the same luck.")] : []));
    return;
  }
  const words = ({ words, unit }) => [el("b", {}, words), " ", el("small", {}, unit)];
  const row = (one) => [el("span", {}, ...words(one)), one.first, one.second,
    el("span", {}, one.difference, " ", el("small", {}, `${one.low} to ${one.high}`)), `${one.differing} of ${one.pairs}`, one.rung];
  place.replaceChildren(el("h2", {}, `What differs, ${now.end.years.join(" to ")} `,
    el("small", {}, `${now.end.pairs} pairs of histories with the same luck; in grey what cannot be told from luck`)),
    table("Differences", ["Outcome", "without", "with", "difference, 95 % interval", "histories that end differently", "how sure"],
      found.map(row), (i) => (found[i].clear ? "" : "unclear"), true));
}
