import { z } from 'zod';
import { jsonSchema } from '../../model/json.ts';
import { digestSchema, versionSchema } from '../../model/release.ts';
import { type UnitEntry, type UnitRelease, unitReleaseSchema } from '../../model/unit.ts';
import {
  action,
  type Node,
  opaque,
  type Parallel,
  type Procedure,
  parallel,
  procedure,
  type Step,
  sequence,
} from '../../procedure/index.ts';
import { doOrNothing } from '../../rollout/index.ts';
import { type ReleaseInputs, releaseInputsSchema } from '../run/procedure.ts';
import { type MemberPorts, mustBeOver } from './member.ts';
import { readUnitHistory, unitHistoryEffects, unitReleaseDigest, unitReleaseEffect } from './record.ts';

/** Several services as one: each member's release is a run of its own, and this is the run that drives them. */

const afterSchema = z.array(z.string()).readonly();

export const memberInputsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('moves'), name: z.string(), after: afterSchema, inputs: releaseInputsSchema }),
  /** What it has serves already. */
  z.strictObject({ kind: z.literal('stays'), name: z.string(), after: afterSchema, version: versionSchema }),
]);
export type MemberInputs = Readonly<z.infer<typeof memberInputsSchema>>;

/** All that a unit run is made from; stored with it, so that a resume builds the same tree. */
export const unitInputsSchema = z.strictObject({
  unit: z.string(),
  environment: z.string(),
  release: unitReleaseSchema,
  /** The unit release that the environment had; null: none. */
  before: digestSchema.nullable(),
  /** Environment that it comes from; null: it was made here. */
  from: z.string().nullable(),
  /** In the order in which they go. */
  members: z.array(memberInputsSchema).readonly(),
  who: z.string(),
  why: z.string(),
});
export type UnitInputs = Readonly<z.infer<typeof unitInputsSchema>>;

export type Moving = Extract<MemberInputs, { kind: 'moves' }>;

/** Members that are released by this run, in order. Pure. */
export function movingOf({ members }: Pick<UnitInputs, 'members'>): readonly Moving[] {
  return members.filter((member) => member.kind === 'moves');
}

/**
 * By name of a member that moves: the members that move and must serve before it. One that stays hands on whom it names itself. Pure.
 */
export function waitsOf({ members }: Pick<UnitInputs, 'members'>): ReadonlyMap<string, readonly string[]> {
  const known = new Map(members.map((member) => [member.name, member]));
  const through = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => {
      const member = known.get(name);
      if (member === undefined) return [];
      return member.kind === 'moves' ? [name] : through(member.after);
    });
  return new Map(movingOf({ members }).map(({ name, after }) => [name, [...new Set(through(after))]]));
}

/** The same for a way back: the members that must have gone back before it. Pure. */
export function waitsBack(inputs: Pick<UnitInputs, 'members'>): ReadonlyMap<string, readonly string[]> {
  const forward = [...waitsOf(inputs)];
  return new Map(
    forward.map(([name]) => [name, forward.filter(([, needs]) => needs.includes(name)).map(([other]) => other)]),
  );
}

/** So many members are released at a time. */
const SIDE_BY_SIDE = 4;

/** Members side by side, each as soon as those that it waits for are through. `idOf`: of the node of a member. */
export function memberNodes(
  title: string,
  steps: readonly Node[],
  waits: ReadonlyMap<string, readonly string[]>,
  idOf: (name: string) => string,
): Parallel {
  const after = Object.fromEntries([...waits].map(([name, others]) => [idOf(name), others.map(idOf)]));
  return parallel({ id: 'members', title, steps, limit: SIDE_BY_SIDE, after });
}

/** Id of the run that releases a member in a unit run; it is the same however often the unit run is gone on with. Pure. */
export function memberRun(run: string, name: string): string {
  return `${run}-${name}`;
}

/** Longer than any release takes; one that waits for persons ends its process and takes no time. */
export const MEMBER_MS = 14 * 86_400_000;

const NOTHING = z.strictObject({});

/**
 * Members as soon as those that they go after serve, each by its own strategy and gates. When one does not come to serve, nothing more is begun,
 * what is under way is waited for, and what came to serve goes back in reverse order.
 */
export function unitProcedure(inputs: UnitInputs, ports: MemberPorts, store: string): Procedure {
  const { unit, environment, release, from } = inputs;
  const moving = movingOf(inputs);
  const words = moving.map(({ name, inputs: own }) => `${name} ${own.candidate.release.version}`).join(', ');
  return procedure({
    id: 'unit',
    title: `Release the unit ${unit} to ${environment}: ${words}`,
    description: `${from === null ? '' : `As released in ${from}. `}Each after those that it names, otherwise side by side. If one is taken back, the others go back in reverse order.`,
    environment,
    inputs: z.record(z.string(), jsonSchema).parse(structuredClone(inputs)),
    root: sequence({
      id: 'unit',
      title: `Release the unit ${unit}`,
      steps: [
        keepStep(store, release),
        memberNodes(
          'Release the members',
          moving.map((member) => forwardNode(member, ports)),
          waitsOf(inputs),
          forwardId,
        ),
        entryStep(inputs, store, 'released'),
      ],
      rollback: sequence({
        id: 'back',
        title: `Take the unit ${unit} back`,
        steps: [
          memberNodes(
            'Take the members back',
            moving.toReversed().map((member) => backNode(member, ports)),
            waitsBack(inputs),
            backId,
          ),
          entryStep(inputs, store, 'taken-back'),
        ],
      }),
    }),
  });
}

function forwardId(name: string): string {
  return `release-${name}`;
}

/** Where the release of a member stands in the journal of the unit's run. Pure. */
export function forwardPath(name: string): string {
  return `unit/members/${forwardId(name)}`;
}

export function backId(name: string): string {
  return `back-${name}`;
}

function keepStep(store: string, release: UnitRelease): Step<null, object> {
  return action<null>({
    id: 'keep-record',
    title: 'Record the unit release',
    inputs: { release: unitReleaseDigest(release) },
    read: async () => null,
    decide: () => ({ kind: 'do', effects: [unitReleaseEffect(store, release)] }),
    probe: 'repeatable',
  });
}

function forwardNode({ name, inputs }: Moving, ports: MemberPorts): Node {
  const { release } = inputs.candidate;
  const stable = inputs.stable?.release.version ?? null;
  return opaque({
    id: forwardId(name),
    title: `Release ${name} ${release.version}`,
    inputs: { service: release.service, version: release.version, serves: stable },
    outputs: NOTHING,
    promise:
      stable === null
        ? 'a run of its own: its first release here; nothing serves that it could go back to'
        : `a run of its own, by its own strategy and gates, in the place of ${stable}`,
    // Its run is looked for first: begun, gone on with, or asked how it ended.
    probe: 'repeatable',
    timeoutMs: MEMBER_MS,
    run: async (ctx) => {
      const task = { of: ctx.run, run: memberRun(ctx.run, name), inputs, signal: ctx.signal };
      const end = await ports.forward(name, task);
      mustBeOver(end);
      return {};
    },
  });
}

function backNode({ name, inputs }: Moving, ports: MemberPorts): Node {
  const { candidate, stable } = inputs;
  const version = stable?.release.version ?? 'nothing';
  return opaque({
    id: backId(name),
    title: `Take ${name} back to ${version}`,
    inputs: { version },
    outputs: NOTHING,
    promise: `a run of its own that goes back to ${version}, if ${candidate.release.version} came to serve`,
    probe: 'repeatable',
    timeoutMs: MEMBER_MS,
    run: async (ctx) => {
      const task = { of: ctx.run, run: memberRun(ctx.run, name), signal: ctx.signal };
      mustBeOver(await ports.back(name, { ...task, inputs: backInputs(inputs, ctx.run) }));
      return {};
    },
  });
}

/** What a member goes back with: nothing speaks against it, so what it brought may return. Pure. */
export function backInputs({ candidate, stable, who }: ReleaseInputs, run: string): ReleaseInputs {
  return { candidate, stable, seed: false, blameless: true, who, why: `its unit was taken back in run ${run}` };
}

interface EntryFacts {
  readonly record: Awaited<ReturnType<typeof readUnitHistory>>;
  readonly time: string;
}

function entryStep(inputs: UnitInputs, store: string, outcome: 'released' | 'taken-back'): Step<EntryFacts, object> {
  const versions = Object.fromEntries(inputs.members.map((member) => [member.name, versionOf(member)]));
  return historyStep({ ...inputs, release: unitReleaseDigest(inputs.release), versions }, store, outcome);
}

/** What an entry of the history says besides how the run ended. */
type Said = Pick<UnitEntry, 'release' | 'versions' | 'who' | 'why'> & Pick<UnitInputs, 'unit' | 'environment'>;

export function historyStep(said: Said, store: string, outcome: UnitEntry['outcome']): Step<EntryFacts, object> {
  const { unit, environment, release, versions, who, why } = said;
  return action<EntryFacts>({
    id: outcome === 'taken-back' ? 'history-back' : 'history',
    title: `Write the history of the unit: ${outcome}`,
    inputs: { outcome },
    read: async (ctx) => ({
      record: await readUnitHistory(store, unit, environment),
      time: new Date(ctx.clock.now()).toISOString(),
    }),
    decide: ({ record, time }, ctx) => {
      const entry = { release, run: ctx.run, time, outcome, versions, who, why };
      return doOrNothing(unitHistoryEffects(store, record, entry), 'it is written');
    },
    probe: 'repeatable',
    urgent: true,
  });
}

/** The version of a member in this environment, once the unit is released. Pure. */
export function versionOf(member: MemberInputs): string {
  return member.kind === 'moves' ? member.inputs.candidate.release.version : member.version;
}
