// Questions to the server: JSON, or lines of JSON as they come.

const LEVER = "lever.";

export async function json(path, query = "") {
  const answer = await fetch(`${path}?${query}`);
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.sentence ?? answer.statusText);
  return told;
}

/** Call `heard` with each message of an answer; `signal` ends it, and the server stops playing. */
export async function stream(path, query, heard, signal) {
  const answer = await fetch(`${path}?${query}`, { signal });
  if (!answer.ok) throw new Error((await answer.json()).sentence ?? answer.statusText);
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
      heard(message);
    }
  }
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
