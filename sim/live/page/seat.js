// The page of a seat: what its government perceives, what its rules would do and why, and what the group decides.

import { asked, follow } from "./bearer.js";
import { debriefing } from "./debriefing.js";
import { el, short } from "./elements.js";
import { nameOf, perceptions, period, plain, publicNews, standing } from "./round.js";

const CALM = 400; // milliseconds after the last touch before it is saved

export function openSeat(place, code) {
  const state = { code, told: null, chosen: new Map(), because: "", done: false, round: 0, due: 0, unsaved: false };
  const parts = state.parts = {
    headline: el("h1", {}, "Your seat"), standfirst: el("p", { class: "soft" }), lost: el("p", { class: "wrong", role: "alert", hidden: true }),
    standing: el("div"), perceived: el("div"), decisions: el("div"), news: el("div"), over: el("div"),
    saved: el("p", { class: "saved", role: "status" }), play: el("div", { class: "seat" }),
  };
  parts.play.append(
    el("section", { class: "decide", "aria-labelledby": "decide" }, el("h2", { id: "decide" }, "What you decide"), parts.decisions),
    el("section", { "aria-labelledby": "perceive" }, el("h2", { id: "perceive" }, "What you perceive"), parts.perceived),
    el("section", { "aria-labelledby": "known" }, el("h2", { id: "known" }, "What has happened ", el("small", {}, "in grey what not all have heard of")), parts.news));
  place.append(parts.headline, parts.standfirst, parts.lost, parts.standing, parts.over, parts.play);
  const stop = follow("api/seat/", code, (told) => hear(state, told), (why) => {
    parts.lost.hidden = !why;
    parts.lost.textContent = why ?? "";
    if (!why && state.unsaved) save(state);
  });
  return () => { stop(); clearTimeout(state.due); };
}

const keyOf = (one) => `${one.decides} ${one.about ?? ""}`;

function hear(state, told) {
  const { parts } = state, anew = !state.told || state.round !== told.round || state.told.over !== told.over || state.told.playing !== told.playing;
  state.told = told;
  const server = JSON.stringify([told.choices, told.because, told.done]);
  if (anew || (!state.unsaved && state.server !== server)) {
    Object.assign(state, { round: told.round, because: told.because, done: told.done, server,
      chosen: new Map(told.choices.map((one) => [keyOf(one), one.value])), unsaved: false });
    if (anew) parts.saved.textContent = "";
    drawDecisions(state);
  }
  parts.headline.textContent = nameOf(told, told.seat);
  parts.standfirst.textContent = told.over ? `The game is over after ${told.rounds} rounds.`
    : `${told.group ? `${told.group}. ` : ""}Round ${told.round} of ${told.rounds}: you decide for ${period(told)}.`;
  parts.standing.replaceChildren(told.over ? "" : standing(told));
  parts.play.classList.toggle("over", told.over);
  parts.perceived.replaceChildren(perceptions(told, Boolean(parts.perceived.querySelector("details[open]"))));
  publicNews(told, parts.news, Math.max(280, Math.min(520, parts.news.clientWidth || 320)));
  if (told.over && !parts.over.childElementCount) parts.over.append(debriefing(told, "api/seat/", state.code));
}

// -- decisions

function drawDecisions(state) {
  const { told, parts } = state;
  if (told.playing) { parts.decisions.replaceChildren(el("p", { role: "status" }, "The months are being played …")); return; }
  if (told.over) return;
  const done = el("button", { type: "button", class: "main", click: () => { state.done = !state.done; drawDecisions(state); save(state); } },
    state.done ? "Change something" : "Done");
  const because = el("textarea", { id: "because", rows: 2, maxlength: 300, disabled: state.done,
    input: (event) => { state.because = event.target.value; soon(state); } });
  because.value = state.because;
  parts.decisions.replaceChildren(
    el("p", { class: "soft" }, state.done ? "You are done and wait for the others." : "What you leave alone your rules decide."),
    ...sections(state), el("label", { for: "because" }, "Why do you decide so? ", el("small", {}, "read at the debriefing")), because,
    el("div", { class: "buttons" }, done, parts.saved));
}

/** All that is decided: of a supplier client by client, of a state with its plans last and folded away. */
function sections(state) {
  const { suggests, states } = state.told, cards = (some) => d3.groups(some, (one) => (one.split ? one.decides : keyOf(one))).map(([, each]) => decision(state, each));
  if (suggests.every((one) => states.some((each) => each.key === one.about))) {
    return d3.groups(suggests, (one) => one.about_name).flatMap(([name, some]) => [el("h3", { class: "client" }, name), ...cards(some)]);
  }
  const plans = suggests.filter((one) => one.unit === "flag"), made = plans.filter((one) => one.value > 0.5);
  const open = made.length > 0 || plans.some((one) => state.chosen.has(keyOf(one)));
  return [...cards(suggests.filter((one) => one.unit !== "flag")), plans.length ? el("details", { class: "plans", open },
    el("summary", {}, el("b", {}, "Plans to attack"), `: your rules would ${made.map((one) => one.text).join(", ") || "prepare none"}`), ...cards(plans)) : ""];
}

/** A decision with what the rules would do; a box gives it to the group. */
function decision(state, some) {
  const [one] = some, id = (one.split ? one.decides : keyOf(one)).replaceAll(/[^a-z0-9]+/gi, "-");
  const own = some.some((each) => state.chosen.has(keyOf(each))), control = el("div", { class: "own", hidden: !own });
  const choose = (each, value) => { state.chosen.set(keyOf(each), value); soon(state); };
  control.append(...(one.split ? weights(some, state, choose) : one.unit === "flag" ? yesOrNo(one, id, state, choose) : slider(one, state, choose)));
  const box = el("input", { type: "checkbox", checked: own, disabled: state.done, change: (event) => {
    control.hidden = !event.target.checked;
    whole.classList.toggle("ours", event.target.checked);
    for (const each of some) event.target.checked ? state.chosen.set(keyOf(each), state.chosen.get(keyOf(each)) ?? each.value) : state.chosen.delete(keyOf(each));
    soon(state);
  } });
  const title = one.split ? one.label.slice(0, one.label.length - one.about_name.length).trim() + " …" : one.label;
  const whole = el("div", { class: `decision${own ? " ours" : ""}`, role: "group", "aria-labelledby": `${id}-what` },
    el("h3", { id: `${id}-what` }, title), el("p", { class: "rules" }, "Your rules would ", el("b", {}, one.split ? shares(some) : one.text)), reasons(some),
    el("label", { class: "ourselves" }, box, " We decide this ourselves"), control);
  return whole;
}

/** What the rules would do with a whole, the largest share first. */
function shares(some) {
  const told = some.filter((one) => one.value >= 0.005).sort((a, b) => b.value - a.value)
    .map((one) => `${one.about_name} ${Math.round(100 * one.value)} %`);
  return told.length ? `give ${told.join(", ")}` : "give nothing to anybody";
}

function reasons(some) {
  const told = some.filter((one) => one.reasons.length && (!one.split || one.value >= 0.005));
  return told.length ? el("details", {}, el("summary", {}, "Why they would"), ...told.map((one) => el("div", {},
    one.split ? el("p", {}, el("b", {}, one.about_name)) : "", el("ul", {}, ...one.reasons.map((reason) => el("li", {}, reason)))))) : "";
}

const valueOf = (state, one) => state.chosen.get(keyOf(one)) ?? one.value;

function slider(one, state, choose) {
  const times = one.unit === "share" ? 100 : 1, step = (one.high - one.low) / 200;
  const range = el("input", { type: "range", min: one.low, max: one.high, step, "aria-label": one.label, disabled: state.done,
    input: () => { number.value = rounded(times * range.value); choose(one, +range.value); } });
  const number = el("input", { type: "number", min: times * one.low, max: times * one.high, step: "any", "aria-label": `${one.label}, as a number`,
    disabled: state.done, change: () => { range.value = number.value / times; choose(one, number.value / times); } });
  range.value = valueOf(state, one);
  number.value = rounded(times * valueOf(state, one));
  const unit = { share: "%", 1: "" }[one.unit] ?? plain(one.unit);
  return [range, number, el("small", {}, `${unit ? `${unit}, ` : ""}${short(times * one.low)} to ${short(times * one.high)}`)];
}

const rounded = (value) => +value.toPrecision(4);

function yesOrNo(one, id, state, choose) {
  return ["yes", "no"].map((word) => el("label", {}, el("input", { type: "radio", name: `${id}-own`, checked: (valueOf(state, one) > 0.5) === (word === "yes"),
    disabled: state.done, change: () => choose(one, word === "yes" ? 1 : 0) }), ` ${word}`));
}

/** Sliders of parts of a whole: whatever they stand at, they are read as shares of their sum. */
function weights(some, state, choose) {
  const outputs = some.map(() => el("output", {})), say = () => whole(state, some).forEach((share, i) => { outputs[i].textContent = `${Math.round(100 * share)} %`; });
  const rows = some.map((one, i) => {
    const range = el("input", { type: "range", min: 0, max: 1, step: 0.01, "aria-label": one.label, disabled: state.done,
      input: () => { choose(one, +range.value); say(); } });
    range.value = valueOf(state, one);
    return el("div", { class: "weight" }, el("span", {}, one.about_name), range, outputs[i]);
  });
  say();
  return rows;
}

/** The shares of a whole, equal ones where all stand at nothing. */
function whole(state, some) {
  const sum = d3.sum(some, (one) => valueOf(state, one));
  return some.map((one) => (sum > 0 ? valueOf(state, one) / sum : 1 / some.length));
}

/** All that the group has chosen, as it is sent. */
function choices(state) {
  const own = state.told.suggests.filter((one) => state.chosen.has(keyOf(one)));
  return d3.groups(own, (one) => (one.split ? one.decides : keyOf(one))).flatMap(([, some]) => {
    const values = some[0].split ? whole(state, some) : some.map((one) => valueOf(state, one));
    return some.map((one, i) => ({ decides: one.decides, about: one.about, value: values[i] }));
  });
}

// -- saving

function soon(state) {
  state.unsaved = true;
  state.parts.saved.textContent = "";
  clearTimeout(state.due);
  state.due = setTimeout(() => save(state), CALM);
}

async function save(state) {
  clearTimeout(state.due);
  state.unsaved = true;
  const say = (text) => { state.parts.saved.textContent = text; };
  const document = () => ({ round: state.round, choices: choices(state), because: state.because, done: state.done });
  const sent = document();
  try {
    const answer = await asked("api/seat/", state.code, sent, "PUT");
    state.unsaved = JSON.stringify(sent) !== JSON.stringify(document());
    state.server = JSON.stringify([answer.choices, answer.because, answer.done]);
    say("Saved");
    hear(state, answer);
  } catch (error) {
    state.unsaved = !error.refused;
    say(error.refused ? error.message : "Not saved yet; there is no connection.");
  }
}
