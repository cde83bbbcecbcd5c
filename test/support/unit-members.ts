import type { Problem } from '../../src/model/problem.ts';
import { listRuns, type Procedure, type RunResult, resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import type { ReleaseRecord } from '../../src/release/record.ts';
import { type UnitBackInputs, unitBackProcedure } from '../../src/release/unit/back.ts';
import type { MemberEnd, MemberPorts } from '../../src/release/unit/member.ts';
import { movingOf, type UnitInputs, unitProcedure, versionOf } from '../../src/release/unit/procedure.ts';
import type { Bench } from './engine.ts';
import { virtualClock } from './virtual-clock.ts';

/** Members of a unit that do what a script says, below the real engine. */

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

function record(service: string, version: string): ReleaseRecord {
  const artefacts = [{ name: 'site', digest: digest('d'), platform: 'any' }];
  return {
    formatVersion: 1,
    environment: 'production',
    release: {
      formatVersion: 1,
      service,
      version,
      commit: 'c'.repeat(40),
      artefacts,
      configHash: digest('e'),
      migrations: [],
    },
    unit: null,
    files: [],
    schema: 'empty',
    manifest: digest('a'),
  };
}

/** By name: whom a member goes after. */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** Each after the one before it. */
function inRow(names: readonly string[]): Needs {
  return new Map(names.map((name, index) => [name, names.slice(Math.max(0, index - 1), index)]));
}

export function inputsOf(
  names: readonly string[],
  staying: readonly string[] = [],
  needs: Needs = inRow(names),
): UnitInputs {
  const after = (name: string): readonly string[] => needs.get(name) ?? [];
  return {
    unit: 'shop',
    environment: 'production',
    release: {
      formatVersion: 1,
      unit: 'shop',
      members: names.map((name) => {
        const { service, version, commit, artefacts } = record(name, '2').release;
        return { name, service, version, commit, release: digest('a'), artefacts, after: after(name) };
      }),
    },
    before: null,
    from: null,
    members: names.map((name) =>
      staying.includes(name)
        ? { kind: 'stays', name, after: after(name), version: '1' }
        : {
            kind: 'moves',
            name,
            after: after(name),
            inputs: { candidate: record(name, '2'), stable: record(name, '1'), seed: false, who: 'ann', why: 'w' },
          },
    ),
    who: 'ann',
    why: 'w',
  };
}

/** A way back from what `inputsOf` has released. */
export function backInputsOf(
  names: readonly string[],
  staying: readonly string[] = [],
  needs: Needs = inRow(names),
): UnitBackInputs {
  const { from: _, before: __, ...brought } = inputsOf(names, staying, needs);
  const moved = new Set(movingOf(brought).map(({ name }) => name));
  const versions = Object.fromEntries(
    brought.members.map((one) => [one.name, moved.has(one.name) ? '1' : versionOf(one)]),
  );
  return { ...brought, before: digest('b'), versions };
}

export const problem = (where: string): Problem => ({
  code: 'test.member',
  where,
  found: 'no',
  expected: 'yes',
  remedy: 'say yes',
});

export type Word = MemberEnd['kind'];
const endWith = (kind: Word, name: string): MemberEnd =>
  kind === 'done' || kind === 'stopped' ? { kind } : { kind, problems: [problem(name)] };

export interface Script {
  /** What each call to bring it says; the last one again and again. */
  readonly forward: readonly Word[];
  readonly back: readonly Word[];
}

export interface World {
  readonly ports: MemberPorts;
  readonly serves: Map<string, 'old' | 'new'>;
  /** Every change, in order. */
  readonly log: string[];
  /** Rules that were broken on the way: what a member throws would only fail the member. */
  readonly broken: string[];
}

/** Members remember how they ended, as their journals do; `check` is asked whenever what serves has changed or a member is called. */
export function worldOf(
  names: readonly string[],
  scripts: Readonly<Record<string, Script>>,
  check: (world: World, doing: string) => readonly string[] = () => [],
  begins: 'old' | 'new' = 'old',
): World {
  const ended = new Map<string, MemberEnd>();
  const calls = new Map<string, number>();
  const serves = new Map<string, 'old' | 'new'>(names.map((name) => [name, begins]));
  const log: string[] = [];
  const broken: string[] = [];
  const go = (name: string, way: 'forward' | 'back', run: string): MemberEnd => {
    const key = `${way} ${name}`;
    broken.push(...check(world, key), ...(run === `r1-${name}` ? [] : [`${key} as run ${run}`]));
    const before = ended.get(key);
    // A way back that failed is tried again; one that went through, and every way forward, is over.
    if (before !== undefined && (way === 'forward' || before.kind === 'done')) return before;
    if (way === 'back' && serves.get(name) === 'old') return { kind: 'done' };
    const nth = calls.get(key) ?? 0;
    calls.set(key, nth + 1);
    const said = scripts[name]?.[way] ?? ['done'];
    const end = endWith(said[Math.min(nth, said.length - 1)] ?? 'done', name);
    if (end.kind === 'done' || end.kind === 'failed') ended.set(key, end);
    if (end.kind === 'done') serves.set(name, way === 'forward' ? 'new' : 'old');
    log.push(`${key}: ${end.kind}`);
    broken.push(...check(world, ''));
    return end;
  };
  const world: World = {
    serves,
    log,
    broken,
    ports: {
      forward: async (name, { run }) => go(name, 'forward', run),
      back: async (name, { run, inputs }) => {
        if (inputs.blameless !== true || inputs.stable?.release.version !== '1')
          broken.push(`${name} goes back blamed`);
        return go(name, 'back', run);
      },
      goBack: async (name, { run, inputs }) => {
        if (inputs.blameless === true) broken.push(`${name} goes back without blame`);
        return go(name, 'back', run);
      },
    },
  };
  return world;
}

/** Begins the run, and goes on with it until it is over or `most` processes have tried; each is told when it begins. */
export async function drive(
  on: Bench,
  inputs: UnitInputs,
  ports: MemberPorts,
  most: number,
  begins: () => void = () => undefined,
): Promise<readonly RunResult[]> {
  return driveTree(
    on,
    () => {
      begins();
      return unitProcedure(inputs, ports, on.store);
    },
    most,
  );
}

/** Members of which all serve what is new, and what each call to go back says. */
export function goingBack(names: readonly string[], scripts: Readonly<Record<string, readonly Word[]>>): World {
  const both = Object.entries(scripts).map(([name, back]): [string, Script] => [name, { forward: [], back }]);
  return worldOf(names, Object.fromEntries(both), undefined, 'new');
}

/** The same as `drive`, for a unit that goes back. */
export function driveBack(
  on: Bench,
  inputs: UnitBackInputs,
  { ports }: World,
  most: number,
): Promise<readonly RunResult[]> {
  return driveTree(on, () => unitBackProcedure(inputs, ports, on.store), most);
}

async function driveTree(on: Bench, procedure: () => Procedure, most: number): Promise<readonly RunResult[]> {
  const clock = virtualClock();
  const results = [await clock.runUntil(runProcedure(procedure(), { ...on.options(clock), run: 'r1' }))];
  while (results.length < most) {
    const [run] = await listRuns(on.store);
    if (run?.finished !== null) break;
    results.push(await clock.runUntil(resumeProcedure(procedure(), 'r1', on.options(clock))));
  }
  return results;
}
