// Whoever leads the game: links of the seats, who is done, all numbers, and the button that ends a round.

import { asked, follow } from "./bearer.js";
import { debriefing } from "./debriefing.js";
import { el } from "./elements.js";
import { inWords, nameOf, perceptions, period, publicNews } from "./round.js";

export function openFacilitator(place, token) {
  const state = { token, told: null, sure: false };
  const parts = state.parts = {
    headline: el("h1", {}, "The capitals"), standfirst: el("p", { class: "soft" }), lost: el("p", { class: "wrong", role: "alert", hidden: true }),
    table: el("div"), buttons: el("div", { class: "buttons" }), said: el("p", { role: "status" }), news: el("div"), all: el("div"), over: el("div"),
  };
  parts.play = el("div", { class: "leading" },
    el("section", { "aria-label": "Seats" }, parts.table, parts.buttons, parts.said),
    el("section", { "aria-labelledby": "known" }, el("h2", { id: "known" }, "What has happened ", el("small", {}, "in grey what not all have heard of")), parts.news));
  place.append(parts.headline, parts.standfirst, parts.lost, parts.over, parts.play, parts.all);
  return follow("api/game", token, (told) => hear(state, told), (why) => {
    parts.lost.hidden = !why;
    parts.lost.textContent = why ?? "";
  });
}

function hear(state, told) {
  const { parts } = state;
  if (state.told?.round !== told.round) state.sure = false;
  state.told = told;
  parts.headline.textContent = told.over ? "The debriefing" : `Round ${told.round} of ${told.rounds}: ${period(told)}`;
  parts.standfirst.textContent = `${told.title}. Luck ${told.seed}, ${told.months} months a round.`;
  parts.play.classList.toggle("over", told.over);
  drawSeats(state);
  drawButtons(state);
  publicNews(told, parts.news, Math.max(280, Math.min(520, parts.news.clientWidth || 320)));
  const open = new Set([...parts.all.querySelectorAll("details[data-seat][open]")].map((one) => one.dataset.seat));
  parts.all.replaceChildren(...(told.over ? [] : [el("h2", {}, "All numbers ", el("small", {}, "not for the screen in the room")),
    ...told.seats.map((seat) => numbers(told, seat, open.has(seat.key)))]));
  if (told.over && !parts.over.childElementCount) parts.over.append(debriefing(told, "api/game/", state.token));
}

// -- seats and their links

function drawSeats(state) {
  const { told, parts } = state;
  if (told.over) { parts.table.replaceChildren(); return; }
  const alone = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
  const codes = new Map(told.seats.map((seat) => [seat.key, seat]));
  const row = (one) => {
    const seat = codes.get(one.key), link = new URL(`join/${seat.code}`, location.href).href;
    return el("tr", { class: one.done ? "done" : "" }, el("th", { scope: "row" }, one.name, one.group ? el("small", {}, ` ${one.group}`) : null),
      el("td", {}, el("a", { href: link, target: "_blank", rel: "noopener" }, seat.code)),
      el("td", {}, el("button", { type: "button", "aria-label": `Copy the link of ${one.name}`, click: () => copy(state, link) }, "Copy link")),
      el("td", {}, one.done ? "done" : told.here.includes(one.key) ? "deciding" : "not there"));
  };
  parts.table.replaceChildren(
    el("p", { class: "address" }, "Groups open ", el("b", {}, new URL("join", location.href).href.replace("http://", "")), " and type their code, or open their link."),
    alone ? el("p", { class: "wrong" }, "This address is for this machine alone. To let a class in, end the server and start it with ",
      el("code", {}, "armsrace app --host ADDRESS --port 8000"), ", where ADDRESS is this machine’s in the room; the game goes on.") : "",
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Seats of groups" }, el("table", { class: "seats" },
      el("thead", {}, el("tr", {}, ...["Seat", "Code", "Link", "Round"].map((word) => el("th", { scope: "col" }, word)))),
      el("tbody", {}, ...told.groups.filter((one) => one.taken).map(row)))),
    el("p", { class: "legend" }, `By their rules: ${told.groups.filter((one) => !one.taken).map((one) => one.name).join(", ") || "nobody"}.`));
}

async function copy(state, link) {
  try { await navigator.clipboard.writeText(link); state.parts.said.textContent = "Copied"; } catch { state.parts.said.textContent = link; }
}

// -- rounds

function drawButtons(state) {
  const { told, parts } = state, waiting = told.groups.filter((one) => one.taken && !one.done).length;
  if (told.over) { parts.buttons.replaceChildren(); return; }
  const go = async (path) => {
    parts.buttons.querySelectorAll("button").forEach((one) => { one.disabled = true; });
    parts.said.textContent = path === "api/game/round" ? "The months are being played …" : "";
    try { await asked(path, state.token, { round: told.round }); parts.said.textContent = ""; } catch (error) { parts.said.textContent = error.message; }
  };
  const words = state.sure && waiting ? `End it though ${waiting} ${waiting === 1 ? "is" : "are"} not done` : "End the round and play its months";
  parts.buttons.replaceChildren(
    el("button", { type: "button", class: "main", disabled: told.playing, click: () => {
      if (waiting && !state.sure) { state.sure = true; drawButtons(state); } else go("api/game/round");
    } }, words),
    told.round > 1 ? el("button", { type: "button", disabled: told.playing, click: () => go("api/game/end") }, "End the game here") : "");
}

// -- all numbers

function numbers(told, seat, open) {
  const chosen = (one) => seat.choices.find((choice) => choice.decides === one.decides && choice.about === one.about);
  const row = (one) => {
    const own = chosen(one);
    return el("tr", { class: own ? "ours" : "" }, el("th", { scope: "row" }, one.label), el("td", {}, inWords(one, one.value)),
      el("td", {}, own ? inWords(one, own.value) : "–"));
  };
  return el("details", { "data-seat": seat.key, open }, el("summary", {}, nameOf(told, seat.key), seat.choices.length ? `: decides ${new Set(seat.choices.map((one) => one.decides)).size} of its own` : ""),
    seat.because ? el("p", {}, `“${seat.because}”`) : "",
    el("table", { class: "perceives" }, el("thead", {}, el("tr", {}, el("td"), ...["its rules", "its group"].map((word) => el("th", { scope: "col" }, word)))),
      el("tbody", {}, ...seat.suggests.map(row))), perceptions(seat));
}
