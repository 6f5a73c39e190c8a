// After the last round: what was decided, what the rules would have done with the same luck, and what to take away.

import { asked } from "./ask.js";
import { el } from "./elements.js";

export function debriefing(told, path, token) {
  const said = el("span", { role: "status" });
  const take = (what, name, kind) => async () => {
    try {
      const text = await asked(`${path}${what}`, token);
      const link = el("a", { href: URL.createObjectURL(new Blob([text], { type: kind })), download: name });
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) { said.textContent = error.message; }
  };
  return el("div", {}, el("div", { class: "buttons" },
    el("button", { type: "button", click: take("yaml", "played.yaml", "application/yaml") }, "Download as a scenario"),
    el("button", { type: "button", click: take("text", "debriefing.txt", "text/plain") }, "Download as text"), said));
}
