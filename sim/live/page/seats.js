// The capitals, a game for a class: a way in for groups, by a code, and for whoever leads it.

import { json } from "./ask.js";
import { asked } from "./bearer.js";
import { el } from "./elements.js";
import { openFacilitator } from "./facilitator.js";
import { parameters } from "./main.js";
import { openSeat } from "./seat.js";

export function openSeats(place) {
  const code = parameters().get("seat"), game = parameters().get("game");
  if (code) return openSeat(place, code);
  if (game) return openFacilitator(place, game);
  place.append(el("h1", {}, "The capitals"), el("p", { class: "soft" },
    "A class decides for the capitals, half a year at a time: each group takes a seat, sees what its government perceives " +
    "and what the model’s rules would do, and decides. Seats without a group follow their rules. " +
    "At the end the played history stands beside what the rules would have done with the same luck."),
  el("div", { class: "ways" }, joining(), location.pathname.endsWith("/join") ? null : leading()));
  return null;
}

function joining() {
  const said = el("p", { class: "wrong", role: "alert", hidden: true });
  const join = async (event) => {
    event.preventDefault();
    const code = event.target.code.value.trim().toLowerCase();
    try {
      await asked("api/seat/", code);
      location.assign(`join?seat=${encodeURIComponent(code)}`);
    } catch (error) { said.hidden = false; said.textContent = error.message; }
  };
  return el("section", { class: "controls", "aria-labelledby": "joining" }, el("h2", { id: "joining" }, "Take a seat"),
    el("form", { submit: join }, el("label", { for: "code" }, "Code of your seat"),
      el("input", { id: "code", name: "code", type: "text", required: true, autocomplete: "off", autocapitalize: "none",
        spellcheck: "false", placeholder: "abcd-2345" }), el("div", { class: "buttons" }, el("button", { class: "main" }, "Join"))), said);
}

// -- whoever leads a game

function leading() {
  const whole = el("section", { class: "controls", "aria-labelledby": "leading" }, el("h2", { id: "leading" }, "Lead a game"));
  const said = el("p", { class: "wrong", role: "alert", hidden: true });
  const wrong = (error) => { said.hidden = false; said.textContent = error.message; };
  fill(whole, said, wrong).catch(wrong);
  whole.append(said);
  return whole;
}

async function fill(whole, said, wrong) {
  const [about, kept] = await Promise.all([json("api/about"), json("api/games")]);
  const seats = el("div"), number = (name, label, value, most) => el("div", {}, el("label", { for: name }, label),
    el("input", { id: name, name, type: "number", min: name === "seed" ? 0 : 1, max: most, value, required: true }));
  const numbers = el("div", { class: "few" });
  const choose = async (scenario) => {
    try {
      const told = await json("api/seats", `scenario=${encodeURIComponent(scenario)}`);
      numbers.replaceChildren(number("months", "Months of a round", told.months, 24), number("rounds", "Rounds", told.rounds, 40),
        number("seed", "Luck (seed)", Math.floor(1000 * Math.random())));
      seats.replaceChildren(el("fieldset", {}, el("legend", {}, "Who has a group"), ...told.seats.map(seatRow)));
      said.hidden = true;
    } catch (error) { wrong(error); }
  };
  const make = async (event) => {
    event.preventDefault();
    const form = event.target, of = (name) => Number(form[name].value), groups = {};
    for (const box of form.querySelectorAll("input[type=checkbox]:checked")) groups[box.value] = form[`group-${box.value}`].value;
    try {
      const made = await asked("api/games", "", { scenario: form.scenario.value, groups, seed: of("seed"), months: of("months"), rounds: of("rounds") });
      location.assign(`?part=seats&game=${made.facilitator}`);
    } catch (error) { wrong(error); }
  };
  const scenario = el("select", { id: "scenario", name: "scenario", change: (event) => choose(event.target.value) },
    ...about.scenarios.map((one) => el("option", { value: one.name, selected: one.name === "status_quo" }, one.title)));
  whole.append(el("form", { submit: make }, el("label", { for: "scenario" }, "Scenario"), scenario, numbers, seats,
    el("div", { class: "buttons" }, el("button", { class: "main" }, "Begin"))));
  if (kept.games.length) whole.append(el("h3", {}, "Go on with a game"), el("ul", { class: "kept" }, ...kept.games.slice(0, 8).map((one) =>
    el("li", {}, el("a", { href: `?part=seats&game=${one.facilitator}` }, one.title), " ", el("small", {},
      `begun ${one.begun}, ${one.groups} ${one.groups === 1 ? "group" : "groups"}, ${one.played} of ${one.rounds} rounds played`)))));
  await choose(scenario.value);
}

const seatRow = (seat) => el("div", { class: "seat-row" },
  el("label", {}, el("input", { type: "checkbox", value: seat.key, checked: seat.taken }), ` ${seat.name}`),
  el("input", { name: `group-${seat.key}`, type: "text", maxlength: 60, "aria-label": `Names of the group of ${seat.name}`, placeholder: "names, if you like" }));
