// The questions of ask.js answered without a server, from what was played before the page was written.

import { leverName, settingOf as asAsked } from "./ask.js";
import { nearest } from "./elements.js";

export { leverName };

const head = JSON.parse(document.getElementById("head").textContent);
const body = unpacked(document.getElementById("body").textContent);

async function unpacked(parcel) {
  const bytes = Uint8Array.from(atob(parcel), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

/** The setting of an address, as far as it is in this file. */
export function settingOf(parameters) {
  const query = asAsked(parameters);
  if (!head.scenarios.some(({ name }) => name === query.get("scenario"))) {
    for (const name of [...query.keys()]) query.delete(name);
    query.set("scenario", head.scenarios[0].name);
  }
  query.set("runs", head.runs);
  query.set("seed", head.seed);
  return query;
}

export async function json(path, query = "") {
  if (path === "api/about") return head;
  if (path === "api/card") return (await body).cards[new URLSearchParams(query).get("rule")];
  const scenario = new URLSearchParams(query).get("scenario");
  return { scenario, levers: (await body).levers[scenario] ?? [] };
}

/** Call `heard` with each message of an answer that is in this file. */
export async function stream(path, query, heard) {
  const asked = new URLSearchParams(query);
  if (path === "api/history") {
    const run = Number(asked.get("run") ?? 0), tale = (await body).histories[run];
    if (!tale || asked.get("scenario") !== head.scenarios[0].name) throw new Error(notTold());
    tale.forEach(heard);
    return;
  }
  const { levers, answers } = await body, scenario = asked.get("scenario");
  const place = (levers[scenario] ?? []).reduce((sum, lever) => sum * lever.values.length
    + nearest(lever.values, Number(asked.get(leverName(lever.path)) ?? lever.value)), 0);
  const answer = answers[scenario][place];
  heard(answer.start);
  answer.steps.forEach(heard);
  heard(answer.end);
}

const notTold = () => `This file tells histories 0 to ${head.histories - 1} of “${head.scenarios[0].title}”; `
  + "the live page, `armsrace app`, tells any.";
