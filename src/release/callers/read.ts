import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { ACTIONS } from './action-inputs.ts';
import { WORKFLOWS } from './interface.ts';
import type { Pin } from './pin.ts';

/** What somebody's workflow takes from ours: where the pins stand, and whether inputs and secrets fit. Pure. */

export interface Caller {
  readonly path: string;
  readonly text: string;
  readonly uses: readonly Use[];
  readonly jobs: readonly CallingJob[];
  readonly steps: readonly CallingStep[];
  /** As it was written for: of the first job that says it. */
  readonly state: string | null;
  readonly runner: string | null;
  readonly branch: string | null;
}

/** `uses:` of a workflow or an action of the repository. */
interface Use {
  /** Of the value in the text, and the text after it in its line. */
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

export interface CallingJob {
  readonly workflow: string;
  readonly where: string;
  readonly inputs: ReadonlyMap<string, string>;
  /** Name of the environment that it is given, and of the one of the forge, as they are written; null: none. */
  readonly environment: string | null;
  readonly forgeEnvironment: string | null;
  /** Secrets and variables of the forge that it names. */
  readonly reads: { readonly secrets: ReadonlySet<string>; readonly variables: ReadonlySet<string> };
  /** Null: all of the caller's are handed on. */
  readonly secrets: ReadonlyMap<string, string> | null;
}

/** A step that runs an action of ours. */
interface CallingStep {
  readonly action: string;
  readonly where: string;
  readonly inputs: ReadonlyMap<string, string>;
}

/** Null where nothing of the repository is called. Throws when the file cannot be read as YAML. */
export function readCaller(path: string, text: string, repository: string): Caller | null {
  if (!text.includes(repository)) return null;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined)
    throw new ProblemError(notYaml(`${path}:${lines.linePos(error.pos[0]).line}`, error.message));
  const place = (node: Node | null | undefined): string => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return `${path}:${line}:${col}`;
  };
  const ours = (node: unknown): node is Scalar<string> =>
    isScalar(node) && typeof node.value === 'string' && node.value.startsWith(`${repository}/`);
  const uses: Use[] = [];
  const jobs: CallingJob[] = [];
  const callingSteps: CallingStep[] = [];
  const see = (node: unknown): void => {
    if (!ours(node) || node.range == null) return;
    uses.push({ start: node.range[0], end: node.range[1], value: node.value });
  };
  const all = document.get('jobs', true);
  let state: string | null = null;
  let runner: string | null = null;
  for (const { value: one } of isMap(all) ? all.items : []) {
    if (!isMap(one)) continue;
    const called = one.get('uses', true);
    see(called);
    const steps = one.get('steps', true);
    for (const step of isSeq(steps) ? steps.items : []) {
      if (!isMap(step)) continue;
      const used = step.get('uses', true);
      see(used);
      const action = ours(used) ? /\/actions\/([\w-]+)@/.exec(used.value)?.[1] : undefined;
      if (action === undefined || !isScalar(used)) continue;
      callingSteps.push({ action, where: place(used), inputs: keysOf(step.get('with', true), place) });
    }
    if (!ours(called)) continue;
    const given = one.get('with', true);
    state ??= textOf(given, 'state');
    runner ??= textOf(given, 'runner');
    const workflow = /\/\.github\/workflows\/([\w-]+)\.ya?ml@/.exec(called.value)?.[1];
    if (workflow === undefined) continue;
    const secrets = one.get('secrets', true);
    jobs.push({
      workflow,
      where: place(called),
      inputs: keysOf(given, place),
      environment: textOf(given, 'environment'),
      forgeEnvironment: textOf(given, 'forge-environment'),
      reads: readsOf(text.slice(one.range?.[0], one.range?.[1])),
      secrets: isScalar(secrets) ? null : keysOf(secrets, place),
    });
  }
  if (uses.length === 0) return null;
  const branches = document.getIn(['on', 'push', 'branches', 0]);
  const branch = typeof branches === 'string' ? branches : null;
  return { path, text, uses, jobs, steps: callingSteps, state, runner, branch };
}

/** Names in expressions. */
function readsOf(text: string): CallingJob['reads'] {
  const named = (where: string): ReadonlySet<string> =>
    new Set([...text.matchAll(new RegExp(`\\b${where}\\.(\\w+)`, 'g'))].map(([, name = '']) => name));
  return { secrets: named('secrets'), variables: named('vars') };
}

function textOf(map: unknown, key: string): string | null {
  const value = isMap(map) ? map.get(key) : undefined;
  return typeof value === 'string' ? value : null;
}

function keysOf(map: unknown, place: (node: Node) => string): ReadonlyMap<string, string> {
  const keys = isMap(map) ? map.items.map(({ key }) => key).filter((key) => isScalar(key)) : [];
  return new Map(keys.map((key) => [String(key.value), place(key)]));
}

/** The text with every pin of the repository at this commit; the version beside it, and nothing else, changes with it. */
export function withPin({ text, uses }: Caller, pin: Pin): string {
  return uses.toReversed().reduce((now, { start, end, value }) => {
    const written = now.slice(start, end).replace(value, value.replace(/@.*$/s, `@${pin.commit}`));
    const line = /^[^\n]*/.exec(now.slice(end))?.[0] ?? '';
    const after = besides(line, pin.version);
    return `${now.slice(0, start)}${written}${after}${now.slice(end + line.length)}`;
  }, text);
}

/** What stands behind a pin in its line: a version is replaced, added, or taken away; what else people wrote stays. */
function besides(line: string, version: string | null): string {
  const [, before = '', said, rest = ''] = /^(\s*#\s*)(v?\d+(?:\.\d+)+[\w.+-]*)(.*)$/.exec(line) ?? [];
  if (said !== undefined) {
    if (version !== null) return `${before}${version}${rest}`;
    return rest.trim() === '' ? '' : `${before}${rest.trimStart()}`;
  }
  return version === null || line.trim() !== '' ? line : ` # ${version}`;
}

/** Where a caller does not fit what the workflows and actions of this version take. */
export function disagreements({ jobs, steps }: Caller): readonly Problem[] {
  return [...steps.flatMap(stepProblems), ...jobs.flatMap(jobProblems)];
}

function jobProblems({ workflow, where, inputs, secrets }: CallingJob): readonly Problem[] {
  const known = Object.entries(WORKFLOWS).find(([name]) => name === workflow)?.[1];
  if (known === undefined) {
    const names = Object.keys(WORKFLOWS).join(', ');
    return [unfit(where, `the workflow \`${workflow}\``, `one of ${names}`, 'call another one, or keep the older pin')];
  }
  const missing = known.inputs.filter(({ name, required }) => required && !inputs.has(name));
  return [
    ...strangers(inputs, known.inputs).map(([name, at]) =>
      unfit(
        at,
        `the input \`${name}\``,
        `one of ${listed(known.inputs)}`,
        `take \`${name}\` out, or give it another name`,
      ),
    ),
    ...strangers(secrets ?? new Map(), known.secrets).map(([name, at]) =>
      unfit(
        at,
        `the secret \`${name}\``,
        listed(known.secrets) || 'no secret',
        `take \`${name}\` out, or give it another name`,
      ),
    ),
    ...missing.map(({ name }) =>
      unfit(where, `no input \`${name}\``, `a value: ${workflow}.yml needs it`, `add \`${name}:\` below \`with:\``),
    ),
  ];
}

/** Names of inputs are the same in small and in capital letters. */
function stepProblems({ action, where, inputs }: CallingStep): readonly Problem[] {
  const known = Object.entries(ACTIONS).find(([name]) => name === action)?.[1];
  if (known === undefined) {
    const names = Object.keys(ACTIONS).join(', ');
    return [unfit(where, `the action \`${action}\``, `one of ${names}`, 'run another one, or keep the older pin')];
  }
  const given = new Map([...inputs].map(([name, at]) => [name.toLowerCase(), at]));
  const missing = known.filter(({ name, required }) => required && !given.has(name));
  return [
    ...strangers(given, known).map(([name, at]) =>
      unfit(
        at,
        `the input \`${name}\``,
        known.length === 0 ? 'no input' : `one of ${listed(known)}`,
        `take \`${name}\` out, or give it another name`,
      ),
    ),
    ...missing.map(({ name }) =>
      unfit(
        where,
        `no input \`${name}\``,
        `a value: the action ${action} needs it`,
        `add \`${name}:\` below \`with:\``,
      ),
    ),
  ];
}

interface Named {
  readonly name: string;
}

function strangers(
  given: ReadonlyMap<string, string>,
  known: readonly Named[],
): readonly (readonly [string, string])[] {
  return [...given].filter(([key]) => !known.some(({ name }) => name === key));
}

function listed(known: readonly Named[]): string {
  return known.map(({ name }) => `\`${name}\``).join(', ');
}

function unfit(where: string, found: string, expected: string, remedy: string): Problem {
  return { code: 'release.caller-does-not-fit', where, found, expected, remedy };
}

function notYaml(where: string, found: string): Problem {
  return {
    code: 'release.caller-unreadable',
    where,
    found,
    expected: 'a workflow in YAML',
    remedy: 'mend the file; nothing was written',
  };
}
