// What a student writes in a lesson: kept in the browser, held against what the lesson found, taken away as text.

import { el } from "./elements.js";

/** Answers of a lesson by key, as the browser keeps them; where it keeps none they last as long as the page. */
export function recalled(number) {
  const place = `armsrace.lesson.${number}`;
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(place)) ?? {}; } catch { /* nothing is kept here */ }
  const keep = () => { try { localStorage.setItem(place, JSON.stringify(kept)); } catch { /* nor will be */ } };
  return {
    get: (key) => kept[key] ?? "",
    set(key, text) { kept[key] = text; keep(); },
    forget() { kept = {}; keep(); },
  };
}

const keyOf = (step, at) => `${step}.${at}`;

/** Whether every question of a step has an answer. */
export function answered(lesson, step, answers) {
  return (lesson.questions[step] ?? []).every((_, at) => answers.get(keyOf(step, at)).trim());
}

/** The questions of a step, to be answered in words or by a choice; `written` is called after each letter. */
export function questions(lesson, step, answers, written) {
  return (lesson.questions[step] ?? []).map((question, at) => {
    const key = keyOf(step, at), id = key.replace(".", "-");
    const write = (event) => { answers.set(key, event.target.value); written(); };
    return question.choices.length
      ? el("fieldset", { class: "question" }, el("legend", {}, question.ask), ...question.choices.map((choice, which) =>
        el("label", { for: `${id}-${which}` }, el("input", { type: "radio", id: `${id}-${which}`, name: id, value: choice,
          checked: answers.get(key) === choice, change: write }), choice)))
      : el("div", { class: "question" }, el("label", { for: id }, question.ask),
        (() => {
          const box = el("textarea", { id, rows: 3, input: write });
          box.value = answers.get(key);
          return box;
        })());
  });
}

// -- numbers

const numberOf = (text) => parseFloat(text.replace(/[−–]/g, "-").replace(/[,×+\s]/g, ""));

/** What is to be read on the page: the student's number first, then what the lesson found. */
export function numbers(lesson, answers) {
  if (!lesson.numbers.length) return "";
  return el("div", { class: "numbers" }, ...lesson.numbers.map((row, at) => {
    const key = keyOf("number", at), id = `number-${at}`;
    const verdict = el("p", { class: "verdict", role: "status" });
    const say = () => { verdict.textContent = verdictOn(answers.get(key), row); };
    const box = el("input", { id, type: "text", inputmode: "decimal", autocomplete: "off",
      change: (event) => { answers.set(key, event.target.value); say(); } });
    box.value = answers.get(key);
    say();
    return el("div", { class: "number" }, el("label", { for: id }, row.read, el("small", {}, ` ${row.unit}`)), box, verdict);
  }));
}

function verdictOn(text, row) {
  if (!text.trim()) return "";
  const found = numberOf(text), told = `The lesson found ${row.shown}, give or take ${row.tolerance}`;
  if (Number.isNaN(found)) return "Write a number.";
  return Math.abs(found - row.expected) <= row.tolerance * 1.0001 ? `${told}: yours fits.` : `${told}: look again, or say why yours differs.`;
}

// -- as text

export function asText(lesson, answers) {
  const lines = [`Lesson ${lesson.number}: ${lesson.title}`];
  for (const [step, asked] of Object.entries(lesson.questions)) {
    lines.push("", step, ...asked.flatMap((question, at) => [`${at + 1}. ${question.ask}`, `   ${answers.get(keyOf(step, at)) || "-"}`]));
  }
  if (lesson.numbers.length) {
    lines.push("", "Check", ...lesson.numbers.map((row, at) =>
      `${row.read}: ${answers.get(keyOf("number", at)) || "-"} (the lesson found ${row.shown}, give or take ${row.tolerance}; ${row.unit})`));
  }
  return `${lines.join("\n")}\n`;
}
