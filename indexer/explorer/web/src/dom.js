// Elements. Text becomes text nodes, never markup: names and notes are not ours.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "selected") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

export const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);
export const s = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

/** A labelled select. `groups`: [[heading or "", [[value, text, disabled?], …]], …]. */
export function choice(label, groups, value, onchange, props = {}) {
  const option = ([key, text, disabled]) => h("option", { value: key, disabled, selected: String(key) === String(value) }, text);
  const parts = groups.map(([heading, options]) =>
    heading ? h("optgroup", { label: heading }, options.map(option)) : options.map(option),
  );
  const select = h("select", { ...props, onchange: (event) => onchange(event.target.value) }, parts);
  return h("label", { class: "field" }, h("span", {}, label), select);
}

/** A table: `columns` [{name, text, number?, title?}], `rows` of cells (text, number, node or null). */
export function table(caption, columns, rows, props = {}) {
  const cell = (value, k) => {
    const missing = value === null || value === undefined;
    const tag = k === 0 ? "th" : "td";
    return h(tag, { scope: k === 0 ? "row" : null, class: columns[k].number ? "number" : null }, missing ? "–" : value);
  };
  return scrolling(
    caption,
    h(
      "table",
      props,
      h("caption", {}, h("span", { class: "still" }, caption)),
      h("thead", {}, h("tr", {}, columns.map((one) => h("th", { scope: "col", class: one.number ? "number" : null }, one.text)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell)))),
    ),
  );
}

/** A region that can be scrolled sideways, also by keyboard. */
export const scrolling = (label, node) => h("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, node);

/** A link where the address is one of the web; else the text alone. */
export function link(url, text) {
  let web = false;
  try {
    web = ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    web = false;
  }
  return web ? h("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, text) : text;
}

export const plural = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
