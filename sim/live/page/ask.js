// Questions to the server: JSON, or lines of JSON as they come.

const LEVER = "lever.";
const LAST = ["end", "why", "brief"]; // kinds of messages with which answers end

/** Fetch, with a sentence where nobody answers. */
async function reached(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("Nobody answers. Is armsrace still running? Start it again, then reload the page.");
  }
}

export async function json(path, query = "") {
  const answer = await reached(`${path}?${query}`);
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.sentence ?? answer.statusText);
  return told;
}

/** Call `heard` with each message of each message of an answer; `signal` ends it, and the server stops playing. */
export async function stream(path, query, heard, signal) {
  const answer = await reached(`${path}?${query}`, { signal });
  if (!answer.ok) throw new Error((await answer.json()).sentence ?? answer.statusText);
  let ended = false;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const message = JSON.parse(line);
      if (message.kind === "error") throw new Error(message.sentence);
      ended ||= LAST.includes(message.kind);
      heard(message);
    }
  }
  if (!ended) throw new Error("The answer broke off. Is armsrace still running? Start it again, or reload the page.");
}

/** The setting of an address: scenario, runs, seed and levers, and nothing else. */
export function settingOf(parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of parameters) {
    if (["scenario", "against", "runs", "seed"].includes(name) || name.startsWith(LEVER)) query.set(name, value);
  }
  if (!query.has("scenario")) query.set("scenario", "status_quo");
  return query;
}

export const leverName = (path) => LEVER + path;
