// Elements, numbers and tables.

/** Make an element: `el("p", {class: "soft"}, "text", child)`; a function among the attributes is a listener. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** A table with a head, numbers as they are given; `marked` says which rows have a class. On a phone a row of a
 *  `stacked` one is a paragraph, each number under its head. */
export function table(caption, head, rows, marked = () => "", stacked = false) {
  const cell = (text, column, i) => column ? el("td", { "data-head": head[column] }, text ?? "")
    : el("th", { scope: "row" }, text ?? `${i + 1}`);
  return el("div", { class: stacked ? "scroll stacked" : "scroll", role: "region", "aria-label": caption },
    el("table", {},
      el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, ...rows.map((row, i) => el("tr", { class: marked(i) || null }, ...row.map((text, column) => cell(text, column, i)))))));
}

/** A chart with its title, a description for those who do not see it, how to read it, and its numbers behind it. */
export function chart(title, unit, { wide = false, legend = "" } = {}) {
  const body = el("div", { class: "chart", role: "img", "aria-label": title });
  const summary = el("summary", {}, "Numbers", el("span", { class: "unseen" }, ` of ${title}`));
  const numbers = el("details", {}, summary);
  const read = el("figcaption", { class: "legend" }, legend);
  const whole = el("figure", { class: wide ? "wide" : null }, el("h2", {}, title, " ", el("small", {}, unit)), body, read, numbers);
  let latest = null;
  const tell = () => { if (numbers.open && latest) numbers.replaceChildren(summary, table(`Numbers of ${title}`, ...latest)); };
  numbers.addEventListener("toggle", tell);
  return {
    whole,
    draw(svg, description, head, rows, said = legend) {
      body.replaceChildren(svg);
      body.setAttribute("aria-label", `${title}. ${description}`);
      if (read.textContent !== said) read.textContent = said;
      latest = [head, rows];
      tell();
    },
  };
}

/** A sentence about what went wrong. */
export const sentence = (text) => el("p", { class: "wrong", role: "alert" }, text);

/** Give a file to whoever reads the page. */
export function save(name, text, kind) {
  const link = el("a", { href: URL.createObjectURL(new Blob([text], { type: kind })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Whether whoever reads the page asked for less motion. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

export function short(number) {
  if (number == null || Number.isNaN(number)) return "–";
  return digits.format(Object.is(number, -0) || Math.abs(number) < 1e-12 ? 0 : number);
}

const wholes = new Intl.NumberFormat("en", { maximumFractionDigits: 0, roundingMode: "halfEven" });

/** A whole number, rounded as in a brief. */
export const rounded = (number) => wholes.format(number);

/** So many of a hundred histories, never a percentage of chance. */
export function ofHundred(count, runs) {
  const share = (100 * count) / runs;
  return `${share > 0 && share < 1 ? "fewer than 1" : share > 99 && share < 100 ? "more than 99" : rounded(share)} of 100`;
}

/** Where in a list the number closest to another stands. */
export const nearest = (numbers, wanted) => d3.leastIndex(numbers, (a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));

/** Call a function at most once a frame, and not more often than every so many milliseconds. */
export function calmly(work, wait = 120) {
  let last = 0, due = 0;
  return () => {
    if (due) return;
    due = setTimeout(() => { due = 0; last = performance.now(); requestAnimationFrame(work); },
      Math.max(0, wait - (performance.now() - last)));
  };
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
