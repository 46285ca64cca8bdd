// Runs the page's numeric core on a payload: reads {data, settings, pairs} from the standard input, writes what it finds.
import { readFileSync } from "node:fs";

const source = new URL("../../../indexer/explorer/web/src/", import.meta.url);
const { compute, read } = await import(new URL("model.js", source));
const { decompose } = await import(new URL("explain.js", source));
const { editionFile } = await import(new URL("edition.js", source));

const { data: given, settings, pairs } = JSON.parse(readFileSync(0, "utf8"));
const data = read(given);
const m = data.indicators.length;
const found = settings.map((one) => {
  const result = compute(data, one);
  if (result.refused) return { refused: result.refused };
  const explained = pairs.map(([before, after]) => {
    const pair = Float64Array.from({ length: 2 * m }, (_, k) => result.y[(k < m ? before : after) * m + (k % m)]);
    try {
      return decompose(pair, m, result.nodes, result.range);
    } catch (error) {
      return { refused: error.message };
    }
  });
  const stack = [...result.stack];
  return { stack, width: result.width, ranks: [...result.ranks], observed: [...result.observed], range: result.range, explained, edition: editionFile(data, one, result) };
});
process.stdout.write(JSON.stringify(found, (_, v) => (typeof v === "number" && !Number.isFinite(v) ? null : v)));
