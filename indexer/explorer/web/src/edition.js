// The present settings as an edition that `indexer build` reads.

import { changed, levelOf } from "./model.js";
import { shares } from "./score.js";
import { yaml } from "./yaml.js";

/** Name of the edition that the present settings make. */
export const editionName = (data) => `${data.edition.edition}-explorer`;

/**
 * The edition of the present settings, as a document. Where anything was moved, every level has expert weights:
 * weights that are fitted would follow the new scale or mean.
 */
export function edition(data, settings, result) {
  const content = structuredClone(data.edition);
  content.edition = editionName(data);
  if (!changed(settings)) return content;
  const why = `Set by hand in the explorer of edition ${data.edition.edition}.`;
  content.title = `${content.title}; weights and method set in the explorer`;
  data.nodes.forEach((node, k) => {
    const place = { set: content.sets[node.id], group: content.groups?.[node.id], index: content.between }[node.level];
    const weights = shares(result.nodes[k].weights);
    place.weight = { method: "expert", weights: Object.fromEntries(node.members.map((name, i) => [name, weights[i]])), why };
    if (settings[levelOf(data, k)] !== "own") place.aggregate = { method: settings[levelOf(data, k)], why };
  });
  if (settings.scale !== "own") {
    content.normalise = { method: settings.scale, why };
    for (const one of Object.values(content.sets)) {
      delete one.normalise;
      for (const how of Object.values(one.indicators)) {
        delete how.normalise;
        delete how.goalposts;
      }
    }
  }
  const { low, high } = result.range;
  if (low !== null) Object.assign(content.normalise, { low, high });
  return content;
}

export function editionFile(data, settings, result) {
  const name = editionName(data);
  const frozen = data.frozen_from ? `# The page shows bounds fitted for edition ${data.frozen_from}; this file is fitted anew on the facts.\n` : "";
  const head = `# Save as editions/${name}.yaml in the folder of indicators, then:\n#   indexer build --indicators FOLDER --edition ${name}\n${frozen}`;
  return head + yaml(edition(data, settings, result));
}
