import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import { type Node, type Plan, type Procedure, placeNodes } from '../../procedure/index.ts';
import { isMissing } from '../../procedure/store.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import type { Runbook } from './define.ts';
import { planRunbook, procedureOfRunbook, type RunbookRequest } from './run.ts';

/** What `shiplock runbook test` looks at: nothing is run and nothing is changed. */

export interface RunbookCheck {
  readonly problems: readonly Problem[];
  readonly steps: number;
  readonly effects: number;
  /** Steps that no plan can show in detail. */
  readonly opaque: readonly string[];
}

const DAY_MS = 24 * 3600_000;

/** Plans twice, prints the document, and judges the tree. */
export async function checkRunbook(
  service: ServiceEnvironment,
  runbook: Runbook,
  request: RunbookRequest,
): Promise<RunbookCheck> {
  const before = await fingerprint(service.store);
  const first = await planRunbook(service, runbook, request);
  const second = await planRunbook(service, runbook, request);
  const tree = await procedureOfRunbook(service, runbook, request);
  const after = await fingerprint(service.store);
  const steps = placeNodes(tree);
  return {
    problems: [
      ...definitionProblems(runbook),
      ...(before === after ? [] : [wrote(runbook, service.store)]),
      ...planProblems(runbook, first, second),
      ...treeProblems(runbook, tree),
    ],
    steps: steps.filter(({ node }) => node.kind === 'step' || node.kind === 'opaque').length,
    effects: first.effects.length,
    opaque: steps.filter(({ node }) => node.kind === 'opaque').map(({ path }) => path),
  };
}

/** Names of options that mean something else in every door. */
const RESERVED = [
  'allow-changed',
  'as',
  'break-glass',
  'config',
  'document',
  'environment',
  'evidence',
  'format',
  'help',
  'input',
  'json',
  'outcome',
  'plan',
  'quiet',
  'sign-key',
  'state',
  'step',
  'yes',
];

/** What is wrong with a definition by itself. Pure. */
export function definitionProblems({ id, inputs, sample, severity, how }: Runbook): readonly Problem[] {
  const names = inputs.map(({ name }) => name);
  return [
    ...(/^[a-z][a-z0-9-]{0,39}$/.test(id)
      ? []
      : [malformed(id, `the id ${JSON.stringify(id)}`, 'lower-case letters, digits and dashes')]),
    ...names.flatMap((name, at) => [
      ...(/^[a-z][a-z0-9-]{0,39}$/.test(name)
        ? []
        : [malformed(id, `the input ${JSON.stringify(name)}`, 'lower-case letters, digits and dashes')]),
      ...(RESERVED.includes(name) ? [malformed(id, `the input ${name}`, 'a name that no option of shiplock has')] : []),
      ...(names.indexOf(name) === at ? [] : [malformed(id, `two inputs ${name}`, 'each name once')]),
    ]),
    ...Object.keys(sample)
      .filter((name) => !names.includes(name))
      .map((name) => malformed(id, `a sample for ${name}`, `samples for ${names.join(', ') || 'no input'}`)),
    ...(severity === 'reads' && how.kind === 'delivery'
      ? [malformed(id, 'a release that only reads', 'severity `changes`')]
      : []),
  ];
}

function planProblems({ id }: Runbook, first: Plan, second: Plan): readonly Problem[] {
  const shown = ({ planHash, effects }: Plan): string => JSON.stringify([planHash, effects]);
  if (shown(first) === shown(second)) return [];
  return [malformed(id, 'two plans that differ, one after the other', 'the same plan while nothing changes')];
}

/** What is wrong with a tree, whatever the world is like. Pure. */
export function treeProblems({ id, severity }: Pick<Runbook, 'id' | 'severity'>, tree: Procedure): readonly Problem[] {
  const placed = placeNodes(tree);
  const verified = (path: string): boolean => isLookedAt(placed, path);
  return placed.flatMap(({ node, path }): readonly Problem[] => {
    const at = `${id}: ${path}`;
    if (severity === 'reads' && (node.kind === 'gate' || node.kind === 'watch' || node.kind === 'opaque')) {
      return [malformed(at, `a ${node.kind}`, 'steps only: what reads is not recorded, and cannot wait')];
    }
    if (node.kind !== 'step' && node.kind !== 'opaque') return [];
    return [
      ...(node.timeoutMs > 0 && node.timeoutMs <= DAY_MS
        ? []
        : [malformed(at, `a time-out of ${node.timeoutMs} ms`, 'at most a day')]),
      ...(node.kind === 'step' && node.verify === undefined && severity !== 'reads' && !verified(path)
        ? [malformed(at, 'a step that nobody looks after', '`verify`, or a watch, a gate or another step behind it')]
        : []),
    ];
  });
}

/** Is there something behind it, in any of the nodes that hold it, that looks? */
function isLookedAt(
  placed: readonly { readonly path: string; readonly node: Node; readonly parent: string }[],
  path: string,
): boolean {
  const own = placed.find((one) => one.path === path);
  if (own === undefined) return false;
  const siblings = placed.filter((one) => one.parent === own.parent);
  const behind = siblings.slice(siblings.indexOf(own) + 1);
  if (behind.length > 0) return true;
  return own.parent !== '' && isLookedAt(placed, own.parent);
}

function malformed(where: string, found: string, expected: string): Problem {
  return { code: 'runbook.malformed', where, found, expected, remedy: 'mend the file of the runbook' };
}

function wrote({ id }: Runbook, store: string): Problem {
  return malformed(id, `a plan that wrote into ${store}`, 'a plan that only looks');
}

/** Names, sizes and content of all files of the state directory. */
async function fingerprint(directory: string): Promise<string> {
  const hash = createHash('sha256');
  let names: readonly string[] = [];
  try {
    names = (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  for (const name of names) hash.update(`${name}\0`).update(await readFile(name));
  return hash.digest('hex');
}
