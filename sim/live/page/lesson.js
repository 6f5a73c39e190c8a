// A lesson: its steps beside the levers, which come once a prediction has been written down.

import { json } from "./ask.js";
import { answered, asText, questions, recalled, numbers } from "./lesson-answers.js";
import { el } from "./elements.js";
import { parameters, remember } from "./main.js";
import { openWhatIf } from "./what-if.js";

const LOCK = "Predict"; // nothing after this step opens before its questions are answered

export function openLesson(place) {
  const state = { close: () => {}, gone: false };
  begin(place, state);
  return () => { state.gone = true; state.close(); };
}

/** Show one lesson, or which there are. */
async function begin(place, state) {
  const number = parameters().get("lesson");
  try {
    const told = number ? await json("api/lesson", `lesson=${encodeURIComponent(number)}`) : await json("api/lessons");
    if (state.gone) return;
    if (number) show(place, state, told);
    else place.replaceChildren(...list(told.lessons));
  } catch (error) {
    place.replaceChildren(el("p", { class: "wrong", role: "alert" }, error.message));
  }
}

function list(lessons) {
  return [el("h1", {}, "Lessons"),
    el("p", { class: "soft" }, "Forty minutes to an hour each. First you predict, then the levers come, then you explain."),
    el("ol", { class: "lessons" }, ...lessons.map((one) => el("li", { value: one.number },
      el("a", { href: `?part=lesson&lesson=${one.number}` }, one.title),
      el("span", { class: "soft" }, ` ${one.minutes} minutes`), el("p", {}, one.about))))];
}

function show(place, state, lesson) {
  Object.assign(state, { lesson, answers: recalled(lesson.number), text: el("section", { class: "lesson-text", "aria-label": "Text of the lesson" }),
    beside: el("section", { class: "lesson-play", "aria-label": "What the model plays" }), steps: el("ol") });
  const wanted = lesson.steps.findIndex((step) => step.name === parameters().get("step"));
  state.step = open(state, wanted) ? wanted : 0;
  place.replaceChildren(el("p", { class: "kind" }, `Lesson ${lesson.number}, ${lesson.minutes} minutes`), el("h1", {}, lesson.title),
    el("nav", { class: "steps", "aria-label": "Steps of the lesson" }, state.steps),
    el("div", { class: lesson.opens.part === "what-if" ? "lesson" : "" }, state.text, state.beside), taken(state));
  state.text.addEventListener("click", (event) => follow(event, state));
  state.query = settingOf(state, parameters());
  if (lesson.opens.part !== "what-if" || !lesson.opens.blind) play(state, state.query);
  turn(state, state.step, false);
}

// -- steps

const locked = (state) => !answered(state.lesson, LOCK, state.answers);
const lockedFrom = (state) => state.lesson.steps.findIndex((step) => step.name === LOCK) + 1;
const open = (state, step) => step in state.lesson.steps && (step < lockedFrom(state) || !locked(state));

/** Show a step; its heading is read out. */
function turn(state, step, focused = true) {
  state.step = step;
  const { name, html } = state.lesson.steps[step];
  const heading = el("h2", { tabindex: "-1" }, name), body = el("div", { class: "prose" });
  body.innerHTML = html; // from our own Markdown, in which HTML is only text
  const write = () => mark(state);
  const told = name === "Check" ? [el("p", {}, "What did you read? Write it down, then see what the lesson found."),
    numbers(state.lesson, state.answers), el("details", { class: "found" }, el("summary", {}, "What the lesson found"), body)]
    : [body, ...questions(state.lesson, name, state.answers, write)];
  state.text.replaceChildren(heading, ...told, el("p", { class: "lock", role: "status" }), ahead(state));
  mark(state);
  remember(addressOf(state));
  if (focused) heading.focus();
}

function ahead(state) {
  const button = (to, text) => el("button", { type: "button", "data-step": to, click: () => turn(state, to) }, text);
  const { step, lesson } = state;
  return el("div", { class: "buttons ahead" }, step > 0 ? button(step - 1, "Back") : null,
    step + 1 < lesson.steps.length ? button(step + 1, `Next: ${lesson.steps[step + 1].name}`) : null);
}

/** Mark the step that is shown and those that are locked, and bring or hide the levers. */
function mark(state) {
  const { lesson, steps, step, text } = state;
  steps.replaceChildren(...lesson.steps.map(({ name }, at) => el("li", {}, el("button", { type: "button",
    "aria-current": at === step ? "step" : null, disabled: !open(state, at), click: () => turn(state, at) }, name))));
  for (const button of text.querySelectorAll("[data-step]")) button.disabled = !open(state, +button.dataset.step);
  state.beside.classList.toggle("locked", locked(state));
  if (!state.playing && locked(state)) state.beside.replaceChildren(el("p", { class: "soft" }, "What the model plays is shown once you have predicted."));
  if (!state.playing && !locked(state)) play(state, state.query);
  text.querySelector(".lock").textContent = locked(state) && lesson.steps[step].name === LOCK
    ? "The levers and the next steps come once every prediction is written down." : "";
}

// -- what is played beside it

/** A setting of the lesson: what it opens with, overlaid by what an address or a link says. */
function settingOf(state, given) {
  const { scenario, against, runs, seed } = state.lesson.opens;
  const query = new URLSearchParams({ scenario, ...(against ? { against } : {}), runs, seed });
  if (given.has("scenario")) query.delete("against");
  for (const [name, value] of given) if (!["part", "lesson", "step"].includes(name)) query.set(name, value);
  return query;
}

function play(state, query) {
  const { part } = state.lesson.opens;
  state.close();
  state.playing = true;
  state.query = query;
  if (part !== "what-if") {
    state.beside.replaceChildren(el("p", {}, el("a", { class: "open", href: `?part=${part}` }, "Open what is played in this lesson")));
    return;
  }
  state.beside.replaceChildren();
  state.close = openWhatIf(state.beside, { query, levers: state.lesson.levers,
    remember: (moved) => { state.query = moved; remember(addressOf(state)); } });
}

const addressOf = (state) => new URLSearchParams([["part", "lesson"], ["lesson", state.lesson.number],
  ["step", state.lesson.steps[state.step].name], ...state.query]);

/** A link that names a setting is played beside the text. */
function follow(event, state) {
  const href = event.target.closest("a")?.getAttribute("href") ?? "";
  const given = new URLSearchParams(href.slice(1));
  if (!href.startsWith("?") || given.has("part")) return;
  event.preventDefault();
  play(state, settingOf(state, given));
  remember(addressOf(state));
  state.beside.scrollIntoView({ block: "nearest" });
}

// -- what can be taken away

function taken(state) {
  const { lesson } = state;
  const save = () => {
    const link = el("a", { href: URL.createObjectURL(new Blob([asText(lesson, state.answers)], { type: "text/plain" })),
      download: `lesson_${lesson.number}_answers.txt` });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const forget = () => {
    state.answers.forget();
    turn(state, 0);
  };
  return el("div", { class: "buttons taken" },
    el("button", { type: "button", click: save }, "Save my answers as text"),
    el("button", { type: "button", click: forget }, "Forget my answers"),
    el("a", { href: `sheet?lesson=${lesson.number}&for=student` }, "Sheet to print"),
    el("a", { href: `sheet?lesson=${lesson.number}&for=teacher` }, "Teacher's page"),
    el("a", { href: "?part=lesson" }, "All lessons"));
}
