// The card of a rule, in a window over the page.

import { json } from "./ask.js";
import { el, sentence, table } from "./elements.js";

/** A button that shows the card of a rule. */
export function cardButton(rule, words = rule.replaceAll("_", " ")) {
  return el("button", { type: "button", class: "quiet card-of", "aria-haspopup": "dialog", click: () => showCard(rule),
    "aria-label": words === "Its rule" ? `Its rule: ${rule.replaceAll("_", " ")}` : null }, words);
}

async function showCard(rule) {
  const title = rule.replaceAll("_", " ");
  const body = el("div", {}, el("p", { class: "soft" }, "…"));
  const dialog = el("dialog", { "aria-label": `Rule: ${title}`, close: () => dialog.remove(),
    click: (event) => { if (event.target === dialog) dialog.close(); } },
    el("form", { method: "dialog" }, el("h2", {}, title), el("button", { "aria-label": "Close" }, "Close")), body);
  document.body.append(dialog);
  dialog.showModal();
  try {
    const card = await json("api/card", `rule=${encodeURIComponent(rule)}`);
    body.replaceChildren(el("p", { class: "soft" }, card.kind), ...card.said.map((text) => el("p", {}, ...marked(text))),
      ...(card.numbers.length ? [table(`Numbers of ${title}`, ["Number", "value", "range", "basis", "source or reason"],
        card.numbers.map((one) => [one.name.replaceAll("_", " "), one.value, one.range, one.basis, one.why]), undefined, true)] : []),
      ...(card.works.length ? [el("h3", {}, "Works behind it"), el("ul", {}, ...card.works.map((work) => el("li", {}, work)))] : []));
  } catch (error) { body.replaceChildren(sentence(error.message)); }
}

/** Text with **bold** and ``code`` in it, as elements. */
function marked(text) {
  return text.split(/(\*\*.+?\*\*|``.+?``|`.+?`)/).map((part) =>
    part.startsWith("**") ? el("b", {}, part.slice(2, -2)) : part.startsWith("`") ? el("code", {}, part.replaceAll("`", "")) : part);
}
