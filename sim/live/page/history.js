// One history, month by month: who arms whom, who holds what, what happened and why.

import { json, settingOf, stream } from "./ask.js";
import { cardButton } from "./card.js";
import { hue } from "./charts.js";
import { calm, calmly, capital, chart, el, sentence, short } from "./elements.js";
import { flows, strip } from "./flows.js";
import { parameters, remember } from "./main.js";

const SPEED = 160; // milliseconds a month

export function openHistory(place) {
  const state = { query: settingOf(parameters()), run: +(parameters().get("run") ?? 0), month: parameters().get("month"),
    months: [], at: 0, start: null, timer: 0, asked: null };
  const parts = {
    headline: el("h1", { class: "headline", "aria-live": "polite" }, "The agents are playing …"), standfirst: el("p", { class: "soft" }),
    wrong: el("div"), zones: el("div"), events: el("ol", { class: "events" }), strip: el("div", { class: "strip", "aria-hidden": "true" }),
    month: el("output", {}), answer: el("div", { "aria-live": "polite" }),
    picture: chart("Who arms whom", "deliveries of twelve months, TIV m; the wider, the more", { wide: true }),
  };
  const slider = el("input", { type: "range", min: 0, max: 0, value: 0, "aria-label": "Month",
    input: (event) => go(state, +event.target.value), change: () => keep(state) });
  const play = el("button", { type: "button", class: "main", click: () => toggle(state) }, "Play");
  Object.assign(state, { parts, slider, play });
  state.draw = calmly(() => draw(state), 30);
  const form = el("section", { class: "controls", "aria-label": "Which history" });
  const step = (by, sign, words) => el("button", { type: "button", "aria-label": words, click: () => { go(state, state.at + by); keep(state); } }, sign);
  const happened = el("section", { "aria-label": "What happened" },
    el("h2", {}, "What happened ", el("small", {}, "in the last twelve months, with the largest reasons")), parts.events);
  const player = el("div", { class: "player", role: "group", "aria-label": "Player" }, play, step(-1, "‹", "A month back"),
    step(1, "›", "A month on"), parts.month, el("div", { class: "time" }, slider, parts.strip));
  place.append(el("div", { class: "lead" }, parts.headline), parts.standfirst, parts.wrong, el("div", { class: "split" }, form,
    el("div", {}, player, el("div", { class: "told" }, el("div", {}, parts.picture.whole, parts.zones), happened))));
  begin(state, form);
  addEventListener("resize", state.draw);
  return () => { clearInterval(state.timer); state.asked?.abort(); removeEventListener("resize", state.draw); };
}

/** Write the history and its month into the address. */
function keep(state) {
  const month = state.months[state.at]?.date ?? state.month;
  remember(`part=history&run=${state.run}${month ? `&month=${month}` : ""}&${state.query}`);
}

async function begin(state, form) {
  try {
    const about = await json("api/about");
    const again = () => { keep(state); ask(state); };
    const chosen = state.query.get("scenario");
    const number = (id, value, change) => el("input", { id, type: "number", min: 0, step: 1, value, change: (event) => change(event.target.value || 0) });
    const run = number("run", state.run, (value) => { state.run = +value; again(); });
    form.replaceChildren(el("label", { for: "scenario" }, "Scenario"),
      el("select", { id: "scenario", change: (event) => {
        state.query = new URLSearchParams({ scenario: event.target.value, seed: state.query.get("seed") ?? 0 });
        again();
      } }, ...about.scenarios.map((one) => el("option", { value: one.name, selected: one.name === chosen }, one.title))),
      el("div", { class: "few" }, el("div", {}, el("label", { for: "run" }, "History"), run),
        el("div", { class: "asks-server" }, el("label", { for: "seed" }, "Luck (seed)"),
          number("seed", state.query.get("seed") ?? 0, (value) => { state.query.set("seed", value); again(); }))),
      el("div", { class: "buttons" }, el("button", { type: "button", click: () => { state.run += 1; run.value = state.run; again(); } }, "Another history")),
      asking(state), state.parts.answer);
    ask(state);
  } catch (error) { wrong(state, error); }
}

const asking = (state) => el("form", { class: "asks-server", submit: (event) => { event.preventDefault(); why(state, event.target.event.value); } },
  el("label", { for: "event" }, "Why, or why not?"),
  el("input", { id: "event", name: "event", type: "text", placeholder: "for example: war 2026", autocomplete: "off", maxlength: 200 }),
  el("div", { class: "buttons" }, el("button", {}, "Ask")));

async function ask(state) {
  state.asked?.abort();
  const asked = (state.asked = new AbortController());
  stop(state);
  Object.assign(state, { months: [], at: 0, start: null });
  state.parts.wrong.replaceChildren();
  state.parts.answer.replaceChildren();
  state.parts.headline.textContent = "The agents are playing …";
  state.parts.standfirst.textContent = "";
  try {
    await stream("api/history", `${state.query}&run=${state.run}`, (message) => {
      if (message.kind === "start") state.start = message;
      if (message.kind === "month") state.months.push(message);
    }, asked.signal);
    state.slider.max = state.months.length - 1;
    state.widest = Math.max(1, ...state.months.flatMap((month) => month.flows.flat()));
    state.parts.headline.textContent = summary(state);
    state.parts.standfirst.textContent =
      `${state.start.title}. History ${state.start.run} of luck ${state.start.seed}: one of many that these rules can play, and no forecast.`;
    go(state, Math.max(0, state.months.findIndex((month) => month.date === state.month)));
  } catch (error) { if (error.name !== "AbortError") wrong(state, error); }
}

/** What is remembered of a history: its major wars. */
function summary({ months }) {
  const begun = months.filter((month, i) => month.fighting > 1 && !(months[i - 1]?.fighting > 1)).map((month) => month.date.slice(0, 4));
  if (!begun.length) return "In this history there is no major war";
  return `In this history there ${begun.length > 1 ? "are major wars" : "is a major war"} in ${[begun.slice(0, -1).join(", "), begun.at(-1)].filter(Boolean).join(" and ")}`;
}

function wrong(state, error) {
  state.parts.headline.textContent = "One history";
  state.parts.wrong.replaceChildren(sentence(error.message));
}

async function why(state, event) {
  const show = (text) => state.parts.answer.replaceChildren(el("pre", { class: "answer", tabindex: 0 }, text));
  show("…");
  try {
    await stream("api/why", `${state.query}&run=${state.run}&event=${encodeURIComponent(event)}`, ({ text }) => show(text));
  } catch (error) { state.parts.answer.replaceChildren(sentence(error.message)); }
}

// -- the player

function go(state, at) {
  if (!state.months.length) return;
  state.at = Math.min(Math.max(at, 0), state.months.length - 1);
  if (state.at === state.months.length - 1) stop(state);
  state.slider.value = state.at;
  state.draw();
}

function toggle(state) {
  if (state.timer) { stop(state); keep(state); return; }
  if (!state.months.length) return;
  if (state.at === state.months.length - 1) state.at = 0;
  // Whoever wants less motion is shown a year at a time, as slowly.
  const [by, every] = calm() ? [12, 12 * SPEED] : [1, SPEED];
  state.timer = setInterval(() => go(state, state.at + by), every);
  state.play.textContent = "Pause";
}

function stop(state) {
  clearInterval(state.timer);
  state.timer = 0;
  state.play.textContent = "Play";
}

// -- drawing

function draw(state) {
  const month = state.months[state.at], { start, parts } = state;
  if (!month) return;
  parts.month.textContent = month.date;
  state.slider.setAttribute("aria-valuetext", month.date);
  parts.strip.replaceChildren(strip(state.months, state.at, Math.max(280, parts.strip.clientWidth)));
  drawFlows(start, month, state.widest, parts.picture);
  parts.zones.replaceChildren(...start.zones.map((zone, z) => zoneBar(start, month, zone, z)),
    el("p", { class: "legend" }, `Talks: ${month.talks}. Spending: ${start.states.map((one, i) =>
      `${one.name} US$ ${short(month.milex[i] / 1000)} billion a year`).join(", ")}.`));
  const from = Math.max(0, state.at - 11);
  const told = state.months.slice(from, state.at + 1).reverse().flatMap((one) => one.events.map((event) => ({ ...event, date: one.date })));
  parts.events.replaceChildren(...(told.length ? told.map(happening)
    : [el("li", { class: "soft" }, "Nothing worth telling in these twelve months. Move on, or press Play.")]));
}

function drawFlows(start, month, widest, picture) {
  picture.whole.hidden = !start.suppliers.length;
  const rows = start.suppliers.map((one, s) => [one.name, ...month.flows[s].map(short)]).filter((_, s) => month.flows[s].some((volume) => volume > 0));
  const fighting = ["", "Dashed ring: a limited operation. ", "Red ring: a campaign. "][month.fighting];
  picture.draw(flows(start, month, widest, Math.max(320, picture.whole.clientWidth)),
    `${month.date}: ${rows.map(([name, ...volumes]) => `${name} ${volumes.map((volume, i) => `${volume} to ${start.states[i].name}`).join(", ")}`).join("; ") || "no deliveries in twelve months"}. ${fighting}`,
    ["Supplier", ...start.states.map((one) => `to ${one.name}`)], rows,
    `${fighting}Places are those of a table, not of a map. What was delivered, which no register shows in full.`);
}

function happening(event) {
  return el("li", {}, el("time", {}, event.date), `${event.what}.`, ...event.reasons.map((reason) => el("p", { class: "reason" }, reason)),
    event.rules.length ? el("p", { class: "rules" }, event.rules.length > 1 ? "Rules: " : "Rule: ", ...event.rules.flatMap((rule, i) => [i ? ", " : "", cardButton(rule)])) : null);
}

export function zoneBar(start, month, zone, z) {
  const shares = month.zones[z];
  const parts = start.states.map((one, i) => ({ ...one, share: shares[i], i })).filter((one) => one.share > 0.005);
  const others = d3.sum(parts.slice(1), (one) => Math.round(100 * one.share));
  const percent = (one, i) => (i ? Math.round(100 * one.share) : 100 - others); // which sum to a hundred
  return el("div", { class: `zone${month.fighting ? " fighting" : ""}` },
    el("b", {}, capital(zone.name)), ` ${parts.map((one, i) => `${one.name} ${percent(one, i)} %`).join(", ")}`,
    el("div", { class: "bar", "aria-hidden": "true" }, ...parts.map((one) =>
      el("span", { style: `width:${100 * one.share}%;background:${hue(one, one.i)}` }))));
}
