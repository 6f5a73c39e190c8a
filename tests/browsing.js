// What a visitor would mind in a page as it stands, as sentences: faint text, sideways scrolling, ids twice, dead labels.
() => {
  const complaints = [];
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  // -- colours

  function rgba(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  }
  const over = ([r, g, b, a], [u, v, w]) => [r * a + u * (1 - a), g * a + v * (1 - a), b * a + w * (1 - a), 1];
  const linear = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  function contrast(one, other) {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  }
  function behind(element) {
    const layers = [];
    for (let each = element; each; each = each.parentElement) layers.unshift(rgba(getComputedStyle(each).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  }

  // -- text: at least 4.5 to 1, large text 3 to 1 (WCAG 2.2, 1.4.3)

  const faint = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, style = getComputedStyle(element);
    if (!node.data.trim() || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element.closest(":disabled, [aria-disabled=true], script, style, noscript")) continue;
    const svg = element.namespaceURI.endsWith("svg");
    const under = behind(element), ink = over(rgba(svg ? style.fill : style.color), under);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const found = contrast(ink, under);
    if (found < (large ? 3 : 4.5)) faint.set(`${found.toFixed(2)} to 1 ${ink.map(Math.round)}`, node.data.trim().slice(0, 60));
  }
  for (const [how, text] of faint) complaints.push(`text is faint, ${how}: "${text}"`);

  // -- sideways: neither the page nor a part of it

  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room) complaints.push(`the page is ${document.documentElement.scrollWidth} wide, its window ${room}`);
  for (const element of document.querySelectorAll("body *")) {
    if (!["auto", "scroll"].includes(getComputedStyle(element).overflowX)) continue;
    if (element.clientWidth && element.scrollWidth > element.clientWidth + 1) {
      complaints.push(`scrolls sideways: <${element.localName} class="${element.className}"> ${element.getAttribute("aria-label") ?? ""}`);
    }
  }

  // -- names that point nowhere

  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) complaints.push(`id twice: ${id}`);
  for (const name of ["for", "aria-describedby", "aria-labelledby", "aria-controls"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/)) {
        if (!document.getElementById(id)) complaints.push(`${name}="${id}" points nowhere`);
      }
    }
  }
  return complaints;
}
