import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import type { Problem } from '../model/problem.ts';
import { at, type Located, type LocatedMap, nodeAt } from './located.ts';

/** Components that only an environment knows: an environment changes what the service has, it adds nothing. */
export function strangerComponents(
  root: LocatedMap,
  environment: Located | undefined,
  file: string,
): readonly Problem[] {
  const known = keysOf(nodeAt(root, ['components']));
  const own = environment === undefined ? undefined : nodeAt(environment, ['components']);
  if (own?.kind !== 'map' || known.length === 0) return [];
  return [...own.entries]
    .filter(([name]) => !known.includes(name))
    .map(([name, node]) => {
      const close = nearest(name, known, distance);
      return {
        code: 'config.unknown-component',
        where: at(file, node.keyAt),
        found: `\`${name}\`, which is no component of the service`,
        expected: `one of ${known.join(', ')}`,
        remedy: close === undefined ? 'add it under the top-level `components:` first' : `write \`${close}\``,
      };
    });
}

function keysOf(node: Located | undefined): readonly string[] {
  return node?.kind === 'map' ? [...node.entries.keys()] : [];
}
