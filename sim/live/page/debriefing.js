// After the last round: what was decided, what the rules would have done with the same luck, and what to take away.

import { asked } from "./bearer.js";
import { hue } from "./charts.js";
import { course } from "./course.js";
import { chart, el, save, short, table } from "./elements.js";
import { inWords, nameOf, period, plain } from "./round.js";

const MOST = 3, LITTLE = 0.01; // outcomes told of one decision; the least part of one that is told
const NOTHING = "nothing by one per cent or more";

export function debriefing(told, path, token) {
  const found = told.debriefing;
  if (!found) return el("div", {}, el("p", {}, "Nobody decided anything; this is the history that the rules play."), takeAway(path, token));
  const rounds = d3.groups(found.decisions, (one) => `${one.since} ${one.until}`);
  return el("div", { class: "debriefing" },
    el("p", {}, "One history, told twice with the same luck: as it was played, and by the rules alone. It proves nothing by itself; " +
      "how much of it was luck is asked by playing the scenario many times."), takeAway(path, token),
    el("div", { class: "charts" }, ...d3.groups(found.paths, (one) => one.quantity).map(([, paths]) => beside(told, paths))),
    el("section", {}, el("h2", {}, "What it came to"), table("What it came to", ["", "as played", "by the rules", "difference"],
      found.outcomes.map((one) => [one.label + (unitOf(one) && ` [${unitOf(one).trim()}]`), short(one.played), short(one.by_rules),
        share(one) < LITTLE / 10 ? "0" : signed(one.difference)]),
      (i) => (telling(found.outcomes[i]) ? "" : "unclear"))),
    el("section", {}, el("h2", {}, "What each seat changed ", el("small", {}, "against its rules, all else as it was played")),
      el("ul", {}, ...found.seats.map((one) => el("li", {}, el("b", {}, one.title), ": ", came(one.outcomes) || NOTHING)))),
    el("section", {}, el("h2", {}, "Decision by decision"), ...rounds.map(([, some]) => el("section", {},
      el("h3", {}, period({ from: some[0].since, until: some[0].until })), el("ol", { class: "reviewed" }, ...some.map((one) => review(told, one)))))));
}

function review(told, one) {
  const [first] = one.told, single = one.told.length === 1;
  const what = single ? [`decided to ${first.text}; its rules would have chosen to ${first.advice}.`]
    : ["decided: ", one.told.filter((each) => each.value >= 0.005 || each.advised >= 0.005)
      .map((each) => `${each.label} ${inWords(each, each.value)} (its rules ${inWords(each, each.advised)})`).join("; "), "."];
  const reasons = one.told.flatMap((each) => each.reasons.map((reason) => (single ? reason : `${each.label}: ${reason}`)));
  return el("li", {}, el("b", {}, nameOf(told, one.seat)), " ", ...what, one.because ? el("q", {}, one.because) : "",
    el("p", { class: "reason" }, "What it changed by itself: ", came(one.outcomes) || NOTHING, "."),
    reasons.length ? el("details", {}, el("summary", {}, "Why the rules would"), el("ul", {}, ...reasons.map((reason) => el("li", {}, reason)))) : "");
}

const unitOf = (one) => (["count", "1", "index"].includes(one.unit) ? "" : ` ${plain(one.unit)}`);
const share = (one) => Math.abs(one.difference) / Math.max(Math.abs(one.played), Math.abs(one.by_rules), 1e-9);
const telling = (one) => share(one) >= LITTLE;
const signed = (number) => `${number > 0 ? "+" : ""}${short(number)}`;

/** The outcomes that differ most, in words. */
function came(outcomes) {
  return outcomes.filter(telling).sort((a, b) => share(b) - share(a)).slice(0, MOST)
    .map((one) => `${one.label} ${short(one.played)} instead of ${short(one.by_rules)}${unitOf(one)}`).join("; ");
}

/** One quantity month by month: as played, and dashed by the rules. */
function beside(told, paths) {
  const { months } = told.debriefing, place = (one) => told.states.findIndex((state) => state.key === one.of);
  const name = (one) => told.states[place(one)]?.name ?? "", colour = (one) => (place(one) < 0 ? "#1b1b1b" : hue(told.states[place(one)], place(one)));
  const title = paths[0].label.replace(`, ${name(paths[0])}`, ""), figure = chart(title[0].toUpperCase() + title.slice(1), plain(paths[0].unit),
    { legend: "Dashed: by the rules." });
  const lines = paths.flatMap((one) => [{ colour: colour(one), values: one.by_rules, dashed: true }, { name: name(one), colour: colour(one), values: one.played }]);
  figure.draw(course(months, lines), `At the end: ${paths.map((one) =>
    `${name(one)} ${short(one.played.at(-1))} as played, ${short(one.by_rules.at(-1))} by the rules`).join("; ")}`,
  ["Month", ...paths.flatMap((one) => [`${name(one)} as played`, `${name(one)} by the rules`])],
  months.map((month, i) => [month, ...paths.flatMap((one) => [short(one.played[i]), short(one.by_rules[i])])]));
  return figure.whole;
}

function takeAway(path, token) {
  const said = el("span", { role: "status" });
  const take = (what, name, kind) => async () => {
    try { save(name, await asked(`${path}${what}`, token), kind); } catch (error) { said.textContent = error.message; }
  };
  return el("div", { class: "buttons" },
    el("button", { type: "button", click: take("yaml", "played.yaml", "application/yaml") }, "Download as a scenario"),
    el("button", { type: "button", click: take("text", "debriefing.txt", "text/plain") }, "Download as text"), said);
}
