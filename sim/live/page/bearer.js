// Questions to the server by whoever has the code of a seat or the token of a game.

const PAUSE = 1500; // milliseconds between questions

/** Ask as whoever has a token; `body` is sent as JSON. Null where the server has nothing new. */
export async function asked(path, token, body = null, method = body ? "POST" : "GET") {
  const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  if (answer.status === 204) return null;
  const told = answer.headers.get("Content-Type").startsWith("application/json") ? await answer.json() : await answer.text();
  if (!answer.ok) throw Object.assign(new Error(told.sentence ?? answer.statusText), { refused: true });
  return told;
}

/** Ask again and again, call `heard` with what is new, and `lost` with null or with why there is no connection. */
export function follow(path, token, heard, lost) {
  let since = "", open = true, due = 0;
  const look = async () => {
    try {
      const told = await asked(`${path}?since=${since}`, token);
      if (!open) return;
      lost(null);
      if (told) { since = told.version; heard(told); }
    } catch (error) {
      if (open) lost(error.refused ? error.message : "There is no connection; nothing is lost, and it is tried again.");
    }
    if (open) due = setTimeout(look, PAUSE);
  };
  look();
  return () => { open = false; clearTimeout(due); };
}
