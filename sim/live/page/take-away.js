// What can be taken away of an answer: a link, the scenario, its numbers, a brief.

import { stream } from "./ask.js";
import { el, save } from "./elements.js";

/** Buttons for an answer; `state` has its query and, once there is one, the answer as `now`. */
export function takeAway(state) {
  const said = el("span", { role: "status" });
  const tell = (text) => { said.textContent = text; };
  const copy = async (text, what) => {
    try { await navigator.clipboard.writeText(text); tell(`${what} copied.`); } catch { tell("This browser does not let a page copy here."); }
  };
  const whole = (work) => () => (state.now?.end ? work(state.now) : tell("Wait until all months have been played."));
  const button = (words, click, attributes = {}) => el("button", { type: "button", click, ...attributes }, words);
  return el("section", { class: "take-away", "aria-label": "Take away" }, el("div", { class: "buttons" },
    button("Copy link", () => copy(location.href, "Address")),
    button("Copy as YAML", async () => copy(await (await fetch(`api/yaml?${state.query}`)).text(), "Scenario"), { class: "asks-server" }),
    button("Download CSV", whole((now) => save(`${called(state)}.csv`, csv(now), "text/csv"))),
    button("Download JSON", whole((now) => save(`${called(state)}.json`, JSON.stringify({ address: location.href, ...now }), "application/json"))),
    briefButton(state, tell)), said);
}

const number = (count) => count.toLocaleString("en");
const called = (state) => `armsrace_${state.query.get("scenario").replace(/\W+/g, "_")}`;

/** A brief of this setting: made while one waits, and told how far it is. */
function briefButton(state, tell) {
  const bar = el("progress", { "aria-label": "How far the brief is", hidden: true });
  const button = el("button", { type: "button", click: async () => {
    button.disabled = true;
    bar.removeAttribute("value");
    bar.hidden = false;
    tell("The brief waits for a free process …");
    try {
      await stream("api/brief", state.query, (message) => {
        if (message.kind === "stage") {
          Object.assign(bar, { max: message.of, value: message.stage - 1 + message.played / message.histories });
          tell(`Brief, part ${message.stage} of ${message.of}: ${number(message.played)} of ${number(message.histories)} histories played. It takes minutes.`);
        } else {
          save(message.file, message.html, "text/html");
          tell("The brief has been saved. To make it again, save the scenario by “Copy as YAML” under the name in its last line.");
        }
      });
    } catch (error) { tell(error.message); }
    button.disabled = false;
    bar.hidden = true;
  } }, "Brief of this");
  return el("span", { class: "with-progress asks-server" }, button, bar);
}

function csv(answer) {
  const head = ["month", "histories_with_major_war", "histories", ...answer.states.flatMap(({ key }) =>
    [`milex_low_${key}`, `milex_median_${key}`, `milex_high_${key}`]), ...answer.states.flatMap((one) =>
    answer.suppliers.map((supplier) => `deliveries_so_far_${supplier.key}_to_${one.key}`))];
  const rows = answer.steps.slice(1).map((step, i) => [answer.months[i], step.war, answer.runs, ...step.milex.flat(),
    ...step.arms.flat()]);
  return [head, ...rows].map((row) => row.join(",")).join("\n") + "\n";
}
