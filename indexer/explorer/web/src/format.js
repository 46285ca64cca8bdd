// Numbers as readers see them.

const significant = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const large = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const missing = (v) => v === null || v === undefined || !Number.isFinite(v);

/** A score or set value: one decimal where the scale is wide, more where it is narrow (z-scores). */
export const score = (v, digits = 1) => (missing(v) ? "–" : noMinusZero(v.toFixed(digits)).replace("-", "−"));
export const signed = (v, digits = 1) => (missing(v) ? "–" : noMinusZero(v.toFixed(digits)).replace(/^(?=[\d.]*[1-9])/, "+").replace("-", "−"));
export const percent = (v, digits = 0) => (missing(v) ? "–" : `${(100 * v).toFixed(digits)} %`);

/** A published number, to four significant digits. */
export function number(v) {
  if (missing(v)) return "–";
  const size = Math.abs(v);
  if (size >= 1e15 || (size > 0 && size < 1e-5)) return v.toExponential(2);
  return (size >= 10000 ? large : significant).format(v).replace("-", "−");
}

/** An interval of ranks; one rank where its ends are the same. */
export const span = (low, high) => (missing(low) ? "–" : low === high ? String(low) : `${low}–${high}`);

function noMinusZero(text) {
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

/** Decimals in which scores on a range are told apart. */
export const digitsOf = ({ low, high }) => (low === null || high - low < 20 ? 2 : 1);
