// Bundles the script and the style into bundle/ (or the folder given), with the licences of what is taken in.
import { readFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "bundle");
const shared = { bundle: true, minify: true, write: false, legalComments: "none", absWorkingDir: here, metafile: true };
const script = await esbuild.build({ ...shared, entryPoints: ["src/main.js"], format: "iife", target: "es2022", charset: "ascii" });
const style = await esbuild.build({ ...shared, entryPoints: ["style.css"] });

/** Packages of which something stands in the bundle. */
const packages = [...new Set(Object.values(script.metafile.outputs).flatMap((one) => Object.entries(one.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1])))].filter(Boolean).sort();
const licences = packages.map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
});
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "explorer.js"), script.outputFiles[0].contents);
writeFileSync(join(out, "explorer.css"), style.outputFiles[0].contents);
writeFileSync(join(out, "licences.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
