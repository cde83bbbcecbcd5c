import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import { at, type Located, type LocatedMap } from './located.ts';
import { merge } from './merge.ts';

/** An environment with everything it inherits, still with places. */
export interface Inherited {
  readonly name: string;
  readonly abstract: boolean;
  readonly tree: LocatedMap;
  /** Only what the environment itself says. */
  readonly own: Located;
}

const OWN_KEYS = ['extends', 'abstract'];
/** Keys of the service that an environment may override. */
const SHARED_KEYS = ['components', 'database'];

/** Follows `extends` of one environment up to its root. Unknown parents and circles are refused. */
export function inherit(root: LocatedMap, environments: LocatedMap, name: string, file: string): Result<Inherited> {
  const chain: LocatedMap[] = [];
  const path: string[] = [];
  let next: { readonly name: string; readonly named: Located | undefined } | undefined = { name, named: undefined };
  while (next !== undefined) {
    const node = environments.entries.get(next.name);
    if (node === undefined) {
      return bad(
        unknownParent(next.name, at(file, next.named?.at ?? environments.at), [...environments.entries.keys()]),
      );
    }
    if (path.includes(next.name)) return bad(circle([...path, next.name], at(file, next.named?.at ?? node.at)));
    // A wrong type is reported by the schema; whatever it leaves out is not missing.
    if (node.kind !== 'map')
      return ok({ name, abstract: true, own: node, tree: { ...environments, entries: new Map() } });
    path.push(next.name);
    chain.unshift(node);
    const parent = node.entries.get('extends');
    next =
      parent?.kind === 'scalar' && typeof parent.value === 'string' ? { name: parent.value, named: parent } : undefined;
  }
  const own = chain.at(-1) ?? environments;
  const shared: LocatedMap = {
    ...own,
    entries: new Map([...root.entries].filter(([key]) => SHARED_KEYS.includes(key))),
  };
  let tree: LocatedMap = shared;
  for (const link of chain) {
    const merged = merge(tree, {
      ...link,
      entries: new Map([...link.entries].filter(([key]) => !OWN_KEYS.includes(key))),
    });
    if (merged.kind === 'map') tree = merged;
  }
  const flag = own.entries.get('abstract');
  return ok({
    name,
    abstract: flag?.kind === 'scalar' && flag.value === true,
    own,
    tree: { ...tree, at: own.at, keyAt: own.keyAt },
  });
}

function unknownParent(name: string, where: string, known: readonly string[]): Problem {
  const close = nearest(name, known, distance);
  return {
    code: 'config.extends-unknown',
    where,
    found: `extends: ${name}`,
    expected: `the name of another environment: ${known.join(', ')}`,
    remedy: close === undefined ? 'add that environment, or extend one that exists' : `write \`extends: ${close}\``,
  };
}

function circle(path: readonly string[], where: string): Problem {
  return {
    code: 'config.extends-circle',
    where,
    found: path.join(' extends '),
    expected: 'environments that end at one without `extends`',
    remedy: 'delete `extends:` in one of them',
  };
}
