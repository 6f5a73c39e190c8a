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

/** A table with a head, numbers as they are given; `marked` says which rows have a class. */
export function table(caption, head, rows, marked = () => "") {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {},
      el("thead", {}, el("tr", {}, ...head.map((cell) => el("th", { scope: "col" }, cell)))),
      el("tbody", {}, ...rows.map((row, i) =>
        el("tr", { class: marked(i) }, ...row.map((cell) => el("td", {}, String(cell))))))));
}

/** A chart with its title, a description for those who do not see it, and its numbers behind it. */
export function chart(title, unit, wide = false) {
  const body = el("div", { class: "chart", role: "img" });
  const numbers = el("details", {}, el("summary", {}, "Numbers"));
  const whole = el("figure", { class: wide ? "wide" : "" },
    el("h2", {}, title, " ", el("small", {}, unit)), body, numbers);
  return {
    whole,
    draw(svg, description, head, rows) {
      const open = numbers.open;
      body.replaceChildren(svg);
      body.setAttribute("aria-label", description);
      numbers.replaceChildren(el("summary", {}, "Numbers"), ...(open ? [table(title, head, rows)] : []));
      numbers.ontoggle = () => {
        if (numbers.open && numbers.childElementCount === 1) numbers.append(table(title, head, rows));
      };
    },
  };
}

const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

export function short(number) {
  if (number == null || Number.isNaN(number)) return "–";
  return digits.format(Object.is(number, -0) || Math.abs(number) < 1e-12 ? 0 : number);
}

/** So many of a hundred histories, never a percentage of chance. */
export function ofHundred(count, runs) {
  const share = (100 * count) / runs;
  return `${share > 0 && share < 1 ? "fewer than 1" : share > 99 && share < 100 ? "more than 99" : Math.round(share)} of 100`;
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
