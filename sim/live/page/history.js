// One history, month by month: who arms whom, who holds what, what happened and why.

import { json, settingOf, stream } from "./ask.js";
import { colour } from "./charts.js";
import { calmly, el, short } from "./elements.js";
import { parameters, remember } from "./main.js";

const SPEED = 160; // milliseconds a month
const WIDTH = 640, HEIGHT = 400;

export function openHistory(place) {
  const query = settingOf(parameters());
  const state = { query, run: +(parameters().get("run") ?? 0), months: [], at: 0, start: null, timer: 0, asked: null };
  const parts = {
    headline: el("h1", {}, "One history"), standfirst: el("p", { class: "soft" }), wrong: el("div"),
    picture: el("div", { role: "img" }), zones: el("div"), events: el("ol", { class: "events" }),
    month: el("output", { "aria-live": "off" }), answer: el("div", { "aria-live": "polite" }),
  };
  const slider = el("input", { type: "range", min: 0, max: 0, value: 0, "aria-label": "Month",
    input: (event) => go(state, +event.target.value) });
  const play = el("button", { type: "button", click: () => toggle(state) }, "Play");
  Object.assign(state, { parts, slider, play });
  state.draw = calmly(() => draw(state), 30);
  const form = el("section", { class: "controls", "aria-label": "Which history" });
  const asking = el("form", { class: "asks-server", submit: (event) => { event.preventDefault(); why(state, event.target.event.value); } },
    el("label", { for: "event" }, "Why, or why not?"),
    el("input", { id: "event", name: "event", type: "text", placeholder: "for example: war 2016", autocomplete: "off" }),
    el("div", { class: "buttons" }, el("button", {}, "Ask")));
  place.append(parts.headline, parts.standfirst, parts.wrong, el("div", { class: "split" }, form,
    el("div", {}, el("div", { class: "player" }, play,
      el("button", { type: "button", "aria-label": "A month back", click: () => go(state, state.at - 1) }, "‹"),
      el("button", { type: "button", "aria-label": "A month on", click: () => go(state, state.at + 1) }, "›"), slider, parts.month),
    parts.picture, parts.zones, el("h2", {}, "What happened ", el("small", {}, "with the largest reasons for each")), parts.events)));
  begin(state, form, asking);
  return () => { clearInterval(state.timer); state.asked?.abort(); };
}

async function begin(state, form, asking) {
  try {
    const about = await json("api/about");
    const again = () => { remember(`part=history&run=${state.run}&${state.query}`); ask(state); };
    const chosen = state.query.get("scenario");
    form.replaceChildren(el("label", { for: "scenario" }, "Scenario"),
      el("select", { id: "scenario", change: (event) => {
        state.query = new URLSearchParams({ scenario: event.target.value, seed: state.query.get("seed") ?? 0 });
        again();
      } }, ...about.scenarios.map((one) => el("option", { value: one.name, selected: one.name === chosen }, one.title))),
      el("div", { class: "few" },
        el("div", {}, el("label", { for: "run" }, "History"), el("input", { id: "run", type: "number", min: 0, value: state.run,
          change: (event) => { state.run = +event.target.value; again(); } })),
        el("div", { class: "asks-server" }, el("label", { for: "seed" }, "Luck (seed)"), el("input", { id: "seed", type: "number", min: 0,
          value: state.query.get("seed") ?? 0, change: (event) => { state.query.set("seed", event.target.value); again(); } }))),
      asking, state.parts.answer);
    ask(state);
  } catch (error) { wrong(state, error); }
}

async function ask(state) {
  state.asked?.abort();
  const asked = (state.asked = new AbortController());
  stop(state);
  Object.assign(state, { months: [], at: 0, start: null });
  state.parts.wrong.replaceChildren();
  state.parts.answer.replaceChildren();
  state.parts.standfirst.textContent = "The agents are playing …";
  try {
    await stream("api/history", `${state.query}&run=${state.run}`, (message) => {
      if (message.kind === "start") state.start = message;
      if (message.kind === "month") state.months.push(message);
    }, asked.signal);
    state.slider.max = state.months.length - 1;
    state.widest = Math.max(1, ...state.months.flatMap((month) => month.flows.flat()));
    state.parts.headline.textContent = state.start.title;
    state.parts.standfirst.textContent =
      `History ${state.start.run} of luck ${state.start.seed}: one of many that these rules can play, and no forecast.`;
    go(state, 0);
  } catch (error) { if (error.name !== "AbortError") wrong(state, error); }
}

function wrong(state, error) {
  state.parts.standfirst.textContent = "";
  state.parts.wrong.replaceChildren(el("p", { class: "wrong", role: "alert" }, error.message));
}

async function why(state, event) {
  const show = (text) => state.parts.answer.replaceChildren(el("pre", { class: "answer", tabindex: 0 }, text));
  show("…");
  try {
    await stream("api/why", `${state.query}&run=${state.run}&event=${encodeURIComponent(event)}`, ({ text }) => show(text));
  } catch (error) { state.parts.answer.replaceChildren(el("p", { class: "wrong", role: "alert" }, error.message)); }
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
  if (state.timer) { stop(state); return; }
  if (state.at === state.months.length - 1) state.at = 0;
  state.timer = setInterval(() => go(state, state.at + 1), SPEED);
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
  parts.picture.replaceChildren(flows(state, month));
  parts.picture.setAttribute("aria-label", described(start, month));
  parts.zones.replaceChildren(...start.zones.map((zone, z) => zoneBar(start, month, zone, z)),
    el("p", { class: "legend" }, `Talks: ${month.talks}. Spending: ${start.states.map((one, i) =>
      `${one.name} US$ ${short(month.milex[i] / 1000)} billion a year`).join(", ")}.`));
  const from = Math.max(0, state.at - 11);
  const told = state.months.slice(from, state.at + 1).reverse().flatMap((one) => one.events.map((event) => ({ ...event, date: one.date })));
  parts.events.replaceChildren(...(told.length ? told.map(happening) : [el("li", {}, "Nothing worth telling in these twelve months.")]));
}

const happening = (event) => el("li", {}, el("time", {}, event.date), `${event.what}.`,
  ...event.reasons.map((reason) => el("p", { class: "reason" }, reason)));

function described(start, month) {
  const flows = month.flows.flatMap((row, s) => row.map((volume, c) => ({ volume, s, c }))).filter((one) => one.volume >= 1)
    .sort((a, b) => b.volume - a.volume).slice(0, 5);
  return `${month.date}: ${flows.map((one) => `${start.suppliers[one.s].name} to ${start.states[one.c].name} ${short(one.volume)} TIV m`)
    .join(", ") || "no deliveries in twelve months"}`;
}

/** Suppliers on an arc, states beneath, arrows as wide as twelve months of deliveries: places, not a map. */
function flows(state, month) {
  const { start, widest } = state;
  const seen = start.suppliers.map((one, i) => ({ ...one, i })).filter(({ i }) =>
    state.months.some((each) => each.flows[i]?.some((volume) => volume > 0)));
  const turn = (i, count) => Math.PI * (0.94 - (0.88 * (i + 0.5)) / Math.max(count, 1));
  const from = new Map(seen.map((one, k) => [one.i, [WIDTH / 2 + 255 * Math.cos(turn(k, seen.length)), 250 - 195 * Math.sin(turn(k, seen.length))]]));
  const to = start.states.map((_, i) => [WIDTH * (i + 0.75) / (start.states.length + 0.5), 345]);
  const svg = d3.create("svg").attr("viewBox", [0, 0, WIDTH, HEIGHT]).attr("width", "100%").style("max-width", "46rem");
  for (const { i } of seen) start.states.forEach((_, c) => {
    const volume = month.flows[i][c];
    if (!(volume > 0)) return;
    const [x, y] = from.get(i), [u, v] = to[c];
    svg.append("path").attr("d", `M${x},${y + 8}Q${(x + u) / 2},${(y + v) / 2 + 22} ${u},${v - 24}`)
      .attr("fill", "none").attr("stroke", colour(c)).attr("stroke-opacity", 0.75).attr("stroke-linecap", "round")
      .attr("stroke-width", Math.max(1, 26 * Math.sqrt(volume / widest)));
  });
  for (const one of seen) {
    const [x, y] = from.get(one.i);
    svg.append("circle").attr("cx", x).attr("cy", y).attr("r", 5).attr("fill", "#333");
    svg.append("text").attr("x", x).attr("y", y - 10).attr("text-anchor", "middle").attr("font-size", 14).text(one.name);
  }
  start.states.forEach((one, c) => {
    const [x, y] = to[c];
    if (month.fighting) svg.append("circle").attr("cx", x).attr("cy", y).attr("r", month.fighting > 1 ? 34 : 29)
      .attr("fill", "none").attr("stroke", "#b8420a").attr("stroke-width", month.fighting > 1 ? 5 : 2.5);
    svg.append("circle").attr("cx", x).attr("cy", y).attr("r", 22).attr("fill", colour(c));
    svg.append("text").attr("x", x).attr("y", y + 44).attr("text-anchor", "middle").attr("font-size", 16).attr("font-weight", 600).text(one.name);
  });
  if (month.fighting) svg.append("text").attr("x", WIDTH / 2).attr("y", 352).attr("text-anchor", "middle").attr("font-size", 15)
    .attr("fill", "#b8420a").attr("font-weight", 600).text(month.fighting > 1 ? "campaign" : "limited operation");
  return svg.node();
}

function zoneBar(start, month, zone, z) {
  const shares = month.zones[z];
  const parts = start.states.map((one, i) => ({ name: one.name, share: shares[i], i })).filter((one) => one.share > 0.005);
  return el("div", { class: `zone${month.fighting ? " fighting" : ""}` },
    `${zone.name}: ${parts.map((one) => `${one.name} ${Math.round(100 * one.share)} %`).join(", ")}`,
    el("div", { class: "bar", "aria-hidden": "true" }, ...parts.map((one) =>
      el("span", { style: `width:${100 * one.share}%;background:${colour(one.i)}` }))));
}
