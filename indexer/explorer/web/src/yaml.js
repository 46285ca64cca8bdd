// An edition as YAML that PyYAML reads back to the last bit: block mappings, texts in double quotes.

const WORDS = new Set(["y", "n", "yes", "no", "on", "off", "true", "false", "null"]);
const plainKey = (key) => /^[a-z][a-z0-9_]*$/.test(key) && !WORDS.has(key);

/** JSON's quotes are YAML's, but for characters that YAML takes for line breaks or does not print. */
const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A number; YAML 1.1 asks for a point before an exponent. */
const numeral = (v) => String(v).replace(/^(-?\d+)e/, "$1.0e");

function scalar(v) {
  if (v === null) return "null";
  return typeof v === "string" ? quoted(v) : typeof v === "number" ? numeral(v) : String(v);
}

const nested = (v) => v !== null && typeof v === "object";

export function yaml(value, indent = "") {
  return Object.entries(value)
    .map(([key, v]) => {
      const name = `${indent}${plainKey(key) ? key : quoted(key)}:`;
      if (!nested(v)) return `${name} ${scalar(v)}\n`;
      if (!Array.isArray(v)) return Object.keys(v).length ? `${name}\n${yaml(v, `${indent}  `)}` : `${name} {}\n`;
      if (!v.some(nested)) return `${name} [${v.map(scalar).join(", ")}]\n`;
      return `${name}\n${v.map((one) => item(one, indent)).join("")}`;
    })
    .join("");
}

function item(one, indent) {
  if (Array.isArray(one)) return `${indent}  - [${one.map(scalar).join(", ")}]\n`;
  return nested(one) ? `${indent}  - ${yaml(one, `${indent}    `).trimStart()}` : `${indent}  - ${scalar(one)}\n`;
}
