import fc from 'fast-check';
import { z } from 'zod';
import type { GateRules, Participant } from '../../src/model/people.ts';
import { gate, repeatUntil, watch } from '../../src/procedure/build.ts';
import { giveEvidence } from '../../src/procedure/gate/gates.ts';
import { createGatekeeper, type Gatekeeper } from '../../src/procedure/gate/keeper.ts';
import { resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import { toJson } from '../../src/procedure/journal/canonical.ts';
import { outlineOf, planHash, subjectOf } from '../../src/procedure/plan/hash.ts';
import type { Gate, Procedure } from '../../src/procedure/tree.ts';
import { type Bench, bench, inOrder, tree, writes } from './engine.ts';
import { type Forged, readForged, writeForged } from './journal-forge.ts';
import { person, policy } from './policy.ts';
import { fakeSignatures, fakeSigner } from './signatures.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/**
 * Somebody with a shell, the state directory, old journals and a signing key tries every way around the gates of a run. After each move the
 * files that the run has written are compared with what persons really signed: an oracle that knows nothing of journals.
 */

const PEOPLE = ['anna', 'ben', 'cara', 'dan', 'eve'] as const;
type Who = (typeof PEOPLE)[number];
const ROLES: Readonly<Record<Who, readonly string[]>> = {
  anna: ['approver'],
  ben: ['approver'],
  cara: ['approver', 'emergency'],
  dan: [],
  eve: [],
};
const GATES = ['all/one', 'all/inner/two', 'all/loop/turn#1/again', 'all/look/stuck#1'] as const;
/** Which gates must have passed before a file is written. */
const GUARDED: Readonly<Record<string, readonly string[]>> = {
  a: ['all/one'],
  b: ['all/one', 'all/inner/two'],
  r: ['all/one', 'all/inner/two', 'all/loop/turn#1/again'],
  c: GATES,
};
const ITEMS = [{ go: 'on' }, { go: 'back' }] as const;

export type Move =
  | {
      readonly kind: 'give';
      readonly who: Who;
      readonly gate: number;
      readonly item: number;
      readonly how: 'own' | 'unsigned' | 'as-other' | 'override' | 'resigned';
    }
  | { readonly kind: 'resume'; readonly changed: boolean }
  | { readonly kind: 'wait'; readonly days: number }
  | { readonly kind: 'delete' | 'duplicate' | 'swap'; readonly at: number; readonly to: number }
  | { readonly kind: 'forge-done'; readonly gate: number; readonly note: string }
  | { readonly kind: 'forge-evidence'; readonly gate: number; readonly from: number; readonly who: Who }
  | { readonly kind: 'copy-run'; readonly from: number; readonly count: number }
  | { readonly kind: 'forge-start'; readonly what: 'who' | 'startedBy' | 'policy' | 'other' }
  | { readonly kind: 'forge-resumed' }
  | {
      readonly kind: 'forge-opened';
      readonly gate: number;
      readonly what: 'opening' | 'subject' | 'questions' | 'role';
    };

const gateNumber = fc.integer({ min: 0, max: GATES.length - 1 });
/** The gate that opened last. */
const OPEN = -1;
const place = fc.integer({ min: 0, max: 60 });
const who = fc.constantFrom(...PEOPLE);

/** Everybody who may let a run through its first gates does so, then the moves begin. */
export function afterGates(count: number): readonly Move[] {
  const give = (name: Who): Move => ({ kind: 'give', who: name, gate: OPEN, item: 0, how: 'own' });
  const through: readonly Move[] = [give('anna'), give('ben'), give('cara'), { kind: 'resume', changed: false }];
  return Array.from({ length: count }, () => through).flat();
}

const attempts: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('give' as const),
        who,
        gate: fc.oneof({ weight: 5, arbitrary: fc.constant(OPEN) }, { weight: 1, arbitrary: gateNumber }),
        item: fc.constantFrom(0, 0, 0, 1),
        how: fc.constantFrom('own' as const, 'own', 'own', 'unsigned', 'as-other', 'override', 'resigned'),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('resume' as const), changed: fc.constantFrom(false, false, true) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 400 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'duplicate', 'swap'), at: place, to: place }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('forge-done' as const),
        gate: gateNumber,
        note: fc.constantFrom('not needed', 'filled in'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('forge-evidence' as const), gate: gateNumber, from: place, who }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('copy-run' as const), from: place, count: place }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('forge-start' as const),
        what: fc.constantFrom('who' as const, 'startedBy', 'policy', 'other'),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'forge-resumed' as const }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('forge-opened' as const),
        gate: gateNumber,
        what: fc.constantFrom('opening' as const, 'subject', 'questions', 'role'),
      }),
    },
  ),
  { minLength: 1, maxLength: 14 },
);

export const moves: fc.Arbitrary<readonly Move[]> = fc
  .tuple(fc.integer({ min: 0, max: 3 }), attempts)
  .map(([count, then]) => [...afterGates(count), ...then]);

export interface Setting {
  readonly approvals: number;
  /** Anna starts every run; only with her signature does anybody know. */
  readonly signedStart: boolean;
  readonly author: 'dan' | 'ben' | 'unknown';
  readonly fourEyes: boolean;
}

export const settings: fc.Arbitrary<Setting> = fc.record({
  approvals: fc.constantFrom(1, 1, 2),
  signedStart: fc.boolean(),
  author: fc.constantFrom('dan' as const, 'ben', 'unknown'),
  fourEyes: fc.constantFrom(true, true, false),
});

/** A statement that somebody really signed. */
const statementSchema = z.looseObject({
  format: z.string(),
  run: z.string(),
  gate: z.string().default(''),
  subject: z.string().default(''),
  person: z.string(),
  kind: z.string().default(''),
  items: z.record(z.string(), z.unknown()).default({}),
});
type Statement = z.infer<typeof statementSchema>;

export interface Attack extends Disposable {
  make(move: Move): Promise<void>;
  /** What is wrong now: files that nobody let through. */
  violations(): readonly string[];
  /** Files written so far. */
  files(): readonly string[];
}

/** A run of its own that has waited at its first gate. `loot` is the journal of another run that persons let through. */
export async function openAttack(setting: Setting, loot: readonly Forged[]): Promise<Attack> {
  const on = bench();
  const clock = virtualClock();
  const signed: Statement[] = [];
  const keeper = gatekeeper(setting, clock);
  const signer = (name: Who) =>
    fakeSigner(name, `key-of-${name}`, (text) => signed.push(statementSchema.parse(JSON.parse(text))));
  const state = { version: 1, written: new Map<string, number>() };
  const options = () => ({ ...on.options(clock), who: 'anna', gatekeeper: keeper });
  const started = setting.signedStart ? { signer: signer('anna') } : {};
  await clock.runUntil(runProcedure(procedureOf(on, 1), { ...options(), ...started, run: 'r1' }));

  const edit = async (change: (records: Forged[]) => void): Promise<void> => {
    const records = [...(await readForged(on.store, 'r1'))];
    change(records);
    await writeForged(on.store, 'r1', records);
  };
  const latestOpening = (records: readonly Forged[], path: string): Forged | undefined =>
    records.findLast((record) => record.type === 'gate.opened' && record.node === path);

  const give = async (move: Extract<Move, { kind: 'give' }>): Promise<void> => {
    const open = (await readForged(on.store, 'r1')).findLast(({ type }) => type === 'gate.opened')?.node;
    const path = (move.gate === OPEN ? open : GATES[move.gate]) ?? GATES[0];
    const evidence = path === 'all/one' || path.startsWith('all/look') ? (ITEMS[move.item] ?? ITEMS[0]) : {};
    const common = { store: on.store, run: 'r1', gate: path, evidence, by: move.who, clock, gatekeeper: keeper };
    const other = PEOPLE[(PEOPLE.indexOf(move.who) + 1) % PEOPLE.length] ?? 'anna';
    const how = {
      own: { signer: signer(move.who) },
      unsigned: {},
      // Signs with the own key in the name of somebody else.
      'as-other': { signer: { ...signer(move.who), person: other } },
      override: { signer: signer(move.who), override: 'because' },
      // A signature that was made for anything else.
      resigned: { signature: { person: move.who, text: `fake key-of-${move.who} shiplock-gate@v1 ${'0'.repeat(64)}` } },
    }[move.how];
    await clock.runUntil(giveEvidence({ ...common, ...how }));
  };

  const moveIt = async (move: Move): Promise<void> => {
    switch (move.kind) {
      case 'give':
        return give(move);
      case 'wait':
        return clock.advance(move.days * 86_400_000);
      case 'resume': {
        if (move.changed) state.version++;
        const allow = { allowChanged: { role: 'approver', reason: 'x' } };
        await clock.runUntil(
          resumeProcedure(procedureOf(on, state.version), 'r1', { ...options(), ...(move.changed ? allow : {}) }),
        );
        for (const file of on.files()) if (!state.written.has(file)) state.written.set(file, state.version);
        return;
      }
      case 'delete':
        return edit((records) => void records.splice(move.at % Math.max(1, records.length), 1));
      case 'duplicate':
        return edit((records) => {
          const one = records[move.at % Math.max(1, records.length)];
          if (one !== undefined && !judges(one)) records.splice(move.to % (records.length + 1), 0, one);
        });
      case 'swap':
        return edit((records) => {
          const [a, b] = [move.at % Math.max(1, records.length), move.to % Math.max(1, records.length)];
          const [one, other] = [records[a], records[b]];
          if (one === undefined || other === undefined || judges(one) || judges(other)) return;
          records[a] = other;
          records[b] = one;
        });
      case 'forge-done':
        return edit((records) => {
          const node = GATES[move.gate] ?? GATES[0];
          records.push({
            ...blank(records),
            type: 'step.done',
            node,
            data: { outputs: null, results: [], note: move.note },
          });
        });
      case 'forge-evidence':
        return edit((records) => {
          const node = GATES[move.gate] ?? GATES[0];
          const opened = latestOpening(records, node)?.data ?? {};
          const sources = [...records, ...loot].filter(
            ({ type }) => type === 'gate.evidence' || type === 'gate.override',
          );
          const data = sources[move.from % Math.max(1, sources.length)]?.data ?? {};
          const proof = {
            ...asObject(data),
            opening: asObject(opened)['opening'] ?? '0',
            person: move.who,
            by: move.who,
          };
          records.push({ ...blank(records), type: 'gate.evidence', node, data: evidenceData(proof) });
        });
      case 'copy-run':
        return edit((records) => {
          const from = move.from % Math.max(1, loot.length);
          const taken = loot
            .slice(from, from + move.count)
            .filter(({ type }) => type.startsWith('gate.') || type === 'step.done');
          records.push(...taken.filter((record) => !judges(record)));
        });
      case 'forge-start':
        return edit((records) => {
          const first = records[0];
          if (first?.type !== 'run.started') return;
          const { startedBy, policy: was, ...rest } = asObject(first.data);
          const other = asObject(loot[0]?.data ?? {});
          const data = {
            who: { ...rest, ...(startedBy === undefined ? {} : { startedBy }), policy: was, who: 'dan' },
            startedBy: { ...rest, policy: was },
            policy: { ...rest, ...(startedBy === undefined ? {} : { startedBy }) },
            other: {
              ...rest,
              policy: was,
              ...(other['startedBy'] === undefined ? {} : { startedBy: other['startedBy'] }),
            },
          }[move.what];
          records[0] = { ...first, data: toJson(data) };
        });
      case 'forge-resumed':
        return edit((records) => {
          const now = procedureOf(on, state.version);
          const hash = planHash(now);
          const changed = {
            role: 'x',
            reason: 'x',
            from: hash,
            outline: outlineOf(now),
            differences: [],
            reopened: [],
          };
          const data = toJson({ who: 'x', planHash: hash, tornBytes: 0, changed });
          records.push({ ...blank(records), type: 'run.resumed', node: '', attempt: 0, data });
        });
      case 'forge-opened':
        return edit((records) => {
          const opened = latestOpening(records, GATES[move.gate] ?? GATES[0]);
          if (opened === undefined) return;
          const { opening, subject, evidence, role, ...rest } = asObject(opened.data);
          const whole = { ...rest, opening, subject, evidence, role };
          const data = {
            opening: { ...rest, evidence, role },
            subject: { ...whole, subject: 'f'.repeat(64) },
            questions: { ...whole, evidence: [] },
            role: { ...whole, role: 'emergency' },
          }[move.what];
          records[records.indexOf(opened)] = { ...opened, data: toJson(data) };
        });
    }
  };

  return {
    async make(move) {
      // A journal that cannot be read, a gate that is not open: a refusal is a good end of a move.
      await moveIt(move).catch((error: unknown) => {
        if (error instanceof Error && error.message.includes('nobody sleeps')) throw error;
      });
    },
    violations: () =>
      [...state.written].flatMap(([file, version]) =>
        (GUARDED[file] ?? [])
          .filter((path) => !letThrough(setting, signed, procedureOf(on, version), path))
          .map((path) => `${file} without ${path}`),
      ),
    files: () => on.files(),
    [Symbol.dispose]: () => on[Symbol.dispose](),
  };
}

/** What the watch saw is not evidence of persons: journals are believed about it (an anchor shows edits), so the forger leaves it alone. */
function judges({ type, node }: Forged): boolean {
  return type.startsWith('analysis.') || (type === 'step.done' && node === 'all/look');
}

/** The oracle: have enough persons who may really signed for this gate as it stands in this version? */
function letThrough(setting: Setting, signed: readonly Statement[], procedure: Procedure, path: string): boolean {
  const subject = subjectOf(procedure, path);
  const mine = signed.filter(
    (one) => one.format === 'shiplock-gate@v1' && one.run === 'r1' && one.gate === path && one.subject === subject,
  );
  const has = (person: string, role: string): boolean => (ROLES[person as Who] ?? []).includes(role);
  if (mine.some((one) => one.kind === 'override' && has(one.person, 'emergency'))) return true;
  const barred: readonly string[] = setting.fourEyes ? ['anna', setting.author] : [];
  return ITEMS.some((wanted) => {
    const agreeing = mine.filter(
      ({ kind, person, items }) =>
        kind === 'evidence' &&
        has(person, 'approver') &&
        !barred.includes(person) &&
        (items['go'] === undefined || items['go'] === wanted.go),
    );
    return new Set(agreeing.map(({ person }) => person)).size >= setting.approvals;
  });
}

function gatekeeper(setting: Setting, clock: VirtualClock): Gatekeeper {
  const rules: Partial<GateRules> = { approvals: setting.approvals, fourEyes: setting.fourEyes };
  const known: Participant = {
    did: 'wrote commit 1',
    person: setting.author === 'unknown' ? null : setting.author,
    how: 'signed',
  };
  const people = PEOPLE.map((name) => person(name, ...ROLES[name]));
  return createGatekeeper({ policy: policy(people, rules), signatures: fakeSignatures, clock, authors: [known] });
}

function plainGate(id: string, more: Partial<Gate> = {}): Gate {
  return gate({ id, title: id, role: 'approver', evidence: [], guard: { kind: 'nothing-shifted' }, ...more });
}

const QUESTION = { kind: 'choice', name: 'go', question: 'Go?', options: ['on', 'back'] } as const;

export function procedureOf(on: Bench, version: number): Procedure {
  const step = (name: string) => ({ ...writes(on, name), version });
  return tree(
    inOrder('all', [
      plainGate('one', {
        evidence: [QUESTION],
        judge: (evidence) => (evidence['go'] === 'on' ? { kind: 'pass' } : { kind: 'reject', why: 'back' }),
      }),
      step('a'),
      inOrder('inner', [plainGate('two'), step('b')]),
      repeatUntil({
        id: 'loop',
        title: 'loop',
        body: inOrder('turn', [plainGate('again'), step('r')]),
        max: 1,
        until: () => true,
      }),
      watch<number, number, object>({
        id: 'look',
        title: 'look',
        everyMs: 1000,
        sample: async () => 1,
        samples: z.number(),
        start: () => 0,
        fold: (seen, sample) => seen + sample,
        decide: (seen) => (seen >= 2 ? { kind: 'ask', status: 'what now?' } : { kind: 'look-on', status: 'looking' }),
        outputs: z.object({}),
        ask: {
          gate: plainGate('stuck', { evidence: [QUESTION] }),
          goOn: (evidence, seen) =>
            evidence['go'] === 'on'
              ? { answer: { kind: 'pass', status: 'on', outputs: {} }, state: seen }
              : {
                  answer: {
                    kind: 'fail',
                    problem: { code: 'x.y', where: 'look', found: 'back', expected: 'on', remedy: 'none' },
                  },
                  state: seen,
                },
        },
      }),
      step('c'),
    ]),
  );
}

/** The journal of a run that went through all its gates in order, with the signatures of everybody who may. */
export async function lootOf(setting: Setting): Promise<readonly Forged[]> {
  using on = bench();
  const clock = virtualClock();
  const keeper = gatekeeper(setting, clock);
  const options = { ...on.options(clock), who: 'dan', gatekeeper: keeper, signer: fakeSigner('dan', 'key-of-dan') };
  await clock.runUntil(runProcedure(procedureOf(on, 1), { ...options, run: 'r0' }));
  for (const path of GATES) {
    for (const name of ['anna', 'ben', 'cara'] as const) {
      const evidence = path === 'all/one' || path.startsWith('all/look') ? ITEMS[0] : {};
      const signer = fakeSigner(name, `key-of-${name}`);
      await clock.runUntil(
        giveEvidence({ store: on.store, run: 'r0', gate: path, evidence, by: name, clock, gatekeeper: keeper, signer }),
      );
    }
    await clock.runUntil(resumeProcedure(procedureOf(on, 1), 'r0', options));
  }
  return await readForged(on.store, 'r0');
}

function blank(records: readonly Forged[]): Omit<Forged, 'type' | 'node' | 'data'> {
  const last = records.at(-1);
  return { attempt: 1, fence: last?.fence ?? 1, time: last?.time ?? '2026-11-21T06:00:00.000Z' };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function evidenceData(from: Readonly<Record<string, unknown>>) {
  const { evidence = {}, by, host = 'h', planHash: hash = '', opening, person: name, signature } = from;
  return toJson({
    evidence,
    by,
    host,
    planHash: hash,
    opening,
    person: name,
    ...(signature === undefined ? {} : { signature }),
  });
}
