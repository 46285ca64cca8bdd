// What leaves the page: tables as CSV, charts as PNG.

import { colours, wrapped } from "./chart.js";
import { s } from "./dom.js";

/** A table as CSV, numbers in full. */
export function csv({ columns, rows }) {
  const field = (v) => {
    if (v === null || v === undefined || Number.isNaN(v)) return "";
    const text = String(v);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

export function save(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** Charts under a title and above their source, as a PNG at twice its size. */
export async function png(charts, { heading, subtitle, source }) {
  const { paper, ink, muted } = colours();
  const font = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
  const width = Math.max(...charts.map((one) => Number(one.getAttribute("width"))));
  const [edge, gap] = [28, 18];
  const title = wrapped(heading, Math.floor(width / 12.5));
  const under = wrapped(subtitle, Math.floor(width / 7));
  const below = wrapped(source, Math.floor(width / 6));
  const head = 38 + 25 * (title.length - 1);
  let top = head + 36 + 18 * (under.length - 1);
  const inner = charts.map((chart) => {
    chart.setAttribute("x", edge);
    chart.setAttribute("y", top);
    top += Number(chart.getAttribute("height")) + gap;
    return chart;
  });
  const size = [width + 2 * edge, top + 12 + 14 * below.length];
  const text = (y, content, props) => s("text", { x: edge, y, "font-family": font, fill: ink, ...props }, content);
  const whole = s(
    "svg",
    { width: size[0], height: size[1], viewBox: `0 0 ${size[0]} ${size[1]}` },
    s("rect", { width: "100%", height: "100%", fill: paper }),
    title.map((line, k) => text(38 + 25 * k, line, { "font-size": 20, "font-weight": 650 })),
    under.map((line, k) => text(head + 22 + 18 * k, line, { "font-size": 13, fill: muted })),
    inner,
    below.map((line, k) => text(top + 10 + 14 * k, line, { "font-size": 11, fill: muted })),
  );
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(whole))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * size[0], height: 2 * size[1] });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
