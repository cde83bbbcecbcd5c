import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GateRules, Policy } from '../../../src/model/people.ts';
import { gate } from '../../../src/procedure/build.ts';
import { createGatekeeper, type Gatekeeper } from '../../../src/procedure/gate/keeper.ts';
import {
  type Filling,
  gateStatement,
  giveEvidence,
  planHash,
  readRun,
  replay,
  resumeProcedure,
  runProcedure,
  showGates,
} from '../../../src/procedure/index.ts';
import { differences, gatesToReopen, outlineOf, subjectOf } from '../../../src/procedure/plan/hash.ts';
import type { Gate, Procedure } from '../../../src/procedure/tree.ts';
import { type Bench, bench, inOrder, tree, writes } from '../../support/engine.ts';
import { readForged, writeForged } from '../../support/journal-forge.ts';
import { person, policy } from '../../support/policy.ts';
import { fakeSignatures, fakeSigner } from '../../support/signatures.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

let on: Bench;
let clock: VirtualClock;
beforeEach(() => {
  on = bench();
  // A Saturday, six o'clock by UTC.
  clock = virtualClock(Date.UTC(2026, 10, 21, 6));
});
afterEach(() => on[Symbol.dispose]());

const PEOPLE = [person('anna', 'approver'), person('ben', 'approver', 'emergency'), person('dan')];
const keeper = (rules: Partial<GateRules> = {}, people: Policy['people'] = PEOPLE): Gatekeeper =>
  createGatekeeper({
    policy: policy(people, { fourEyes: false, ...rules }),
    signatures: fakeSignatures,
    clock,
    authors: [],
  });
const plain = (more: Partial<Gate> = {}): Gate =>
  gate({ id: 'ok', title: 'Ok?', role: 'approver', evidence: [], guard: { kind: 'nothing-shifted' }, ...more });
const make = (more: Partial<Gate> = {}): Procedure => tree(inOrder('all', [plain(more), writes(on, 'a')]));
const run = (procedure: Procedure, gatekeeper: Gatekeeper | undefined, more = {}) =>
  clock.runUntil(runProcedure(procedure, { ...on.options(clock), gatekeeper, run: 'r1', ...more }));
const resume = (procedure: Procedure, gatekeeper: Gatekeeper | undefined, more = {}) =>
  clock.runUntil(resumeProcedure(procedure, 'r1', { ...on.options(clock), gatekeeper, ...more }));
const give = (who: string, gatekeeper: Gatekeeper | undefined, more: Partial<Filling> = {}) =>
  clock.runUntil(
    giveEvidence({
      store: on.store,
      run: 'r1',
      gate: 'all/ok',
      evidence: {},
      by: who,
      clock,
      gatekeeper,
      signer: fakeSigner(who, `key-of-${who}`),
      ...more,
    }),
  );
const codes = (result: { readonly problems: readonly { readonly code: string }[] } | { readonly ok: true }) =>
  'problems' in result ? result.problems.map(({ code }) => code) : [];

describe('persons', () => {
  test('the run records its policy, waits, says what it waits for, and goes on', async () => {
    const first = await run(make(), keeper());
    expect(first).toMatchObject({ outcome: 'waiting', exit: 3, gate: { path: 'all/ok' } });
    expect(codes(first)).toEqual(['gate.persons-missing']);
    const [started] = (await readRun(on.store, 'r1')).entries;
    expect(started?.payload).toMatchObject({
      policyCommit: 'c0ffee',
      policy: { place: 'repository main:shiplock.yaml', pinned: true },
    });
    expect((await showGates(on.store))[0]).toMatchObject({
      demands: '1 person with the role approver (anna, ben), signed',
      given: [],
    });
    expect(codes(await give('dan', keeper()))).toEqual(['gate.role-missing']);
    expect((await showGates(on.store))[0]?.given).toEqual([]);
    expect(await give('ben', keeper())).toEqual({ ok: true, value: { evidence: {}, waitsFor: [] } });
    expect((await showGates(on.store))[0]?.given).toMatchObject([{ by: 'ben', kind: 'evidence' }]);
    expect(await resume(make(), keeper())).toMatchObject({ outcome: 'done' });
    expect(codes(await give('anna', keeper()))).toEqual(['gate.not-open']);
  });

  test('several give the same answers; approving takes those that were given', async () => {
    const asks = { evidence: [{ kind: 'text', name: 'why', question: 'Why?' }] } as const;
    const two = keeper({ approvals: 2 });
    await run(make(asks), two);
    const first = await give('anna', two, { evidence: { why: 'so' } });
    expect(first.ok ? codes({ problems: first.value.waitsFor }) : []).toEqual(['gate.persons-missing']);
    expect(await resume(make(asks), two)).toMatchObject({ outcome: 'waiting' });
    const second = await give('ben', two, { evidence: undefined });
    expect(second).toEqual({ ok: true, value: { evidence: { why: 'so' }, waitsFor: [] } });
    expect(await resume(make(asks), two)).toMatchObject({ outcome: 'done' });
    const done = (await readRun(on.store, 'r1')).entries.find(({ record }) => record.type === 'step.done');
    expect(done?.payload).toMatchObject({ note: 'filled in by anna, ben' });
  });

  test('approving a gate with questions that nobody answered is refused', async () => {
    await run(make({ evidence: [{ kind: 'text', name: 'why', question: 'Why?' }] }), keeper());
    expect(codes(await give('anna', keeper(), { evidence: undefined }))).toEqual(['gate.missing-field']);
  });

  test('an override is recorded as such, with role and reason', async () => {
    await run(make(), keeper({ approvals: 5 }));
    await give('ben', keeper({ approvals: 5 }), { override: 'shop is down' });
    expect(await resume(make(), keeper({ approvals: 5 }))).toMatchObject({ outcome: 'done' });
    const { entries } = await readRun(on.store, 'r1');
    const record = entries.find(({ record: { type } }) => type === 'gate.override');
    expect(record?.payload).toMatchObject({ role: 'emergency', reason: 'shop is down', by: 'ben', person: 'ben' });
    const done = entries.find(({ record: { type } }) => type === 'step.done');
    expect(done?.payload).toMatchObject({ note: 'overridden by ben: shop is down' });
  });

  test('a run that was started under a policy goes on under one, or not at all', async () => {
    await run(make(), keeper());
    expect(await resume(make(), undefined)).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'policy.missing' }],
    });
    expect(codes(await give('ben', undefined))).toEqual(['policy.missing']);
  });

  test('one that was started without a policy checks persons as soon as there is one', async () => {
    await run(make(), undefined);
    const { signer: _, ...bare } = { signer: undefined };
    await give('eve', undefined, { ...bare, signer: undefined });
    expect(await resume(make(), keeper())).toMatchObject({
      outcome: 'waiting',
      problems: [{}, { code: 'gate.other-opening' }],
    });
    expect(on.files()).toEqual([]);
    await give('ben', keeper());
    expect(await resume(make(), keeper())).toMatchObject({ outcome: 'done' });
  });

  test('who loses the role has let nothing pass: the gate opens again, and old evidence does not come back', async () => {
    const two = (): Procedure =>
      tree(inOrder('all', [plain(), writes(on, 'a'), inOrder('inner', [plain({ id: 'next' }), writes(on, 'b')])]));
    await run(two(), keeper());
    await give('ben', keeper());
    expect(await resume(two(), keeper())).toMatchObject({ gate: { path: 'all/inner/next' } });
    const without = keeper({}, [person('anna', 'approver'), person('ben'), person('dan')]);
    const again = await resume(two(), without);
    expect(again).toMatchObject({ outcome: 'waiting', gate: { path: 'all/ok' } });
    // With the role back the old signature is still one for another opening.
    expect(await resume(two(), keeper())).toMatchObject({ outcome: 'waiting', gate: { path: 'all/ok' } });
    await give('anna', keeper());
    expect(await resume(two(), keeper())).toMatchObject({ gate: { path: 'all/inner/next' } });
    expect(on.files()).toEqual(['a']);
  });

  test('replay judges again who let the gates pass', async () => {
    await run(make(), keeper());
    await give('ben', keeper());
    await resume(make(), keeper());
    expect(await replay(make(), on.store, 'r1', keeper())).toEqual([
      { node: 'all/ok', recorded: 'passed', replayed: 'passed', same: true },
    ]);
    const without = keeper({}, [person('anna', 'approver'), person('ben')]);
    expect(await replay(make(), on.store, 'r1', without)).toMatchObject([{ node: 'all/ok', same: false }]);
    expect(await replay(make(), on.store, 'r1')).toEqual([]);
  });

  test('a signature made elsewhere is one over what is printed', async () => {
    await run(make(), keeper());
    const filling = { store: on.store, run: 'r1', gate: 'all/ok', evidence: {}, by: 'x', clock };
    const text = await gateStatement({ ...filling, person: 'anna' });
    const signature = await fakeSigner('anna', 'key-of-anna').sign(text.ok ? text.value : '', 'shiplock-gate@v1');
    const more = { signer: undefined, signature: { person: 'anna', text: signature } };
    expect((await give('x', keeper(), more)).ok).toBe(true);
    expect(await resume(make(), keeper())).toMatchObject({ outcome: 'done' });
    expect((await gateStatement({ ...filling, run: 'r9', person: 'anna' })).ok).toBe(false);
  });

  test('where nobody is checked there is nothing to sign', async () => {
    await run(make(), undefined);
    const filling = { store: on.store, run: 'r1', gate: 'all/ok', evidence: {}, by: 'x', person: 'anna', clock };
    const text = await gateStatement(filling);
    expect(text.ok ? [] : codes(text)).toEqual(['gate.nothing-to-sign']);
  });

  test('a record of a gate that was not needed is no proof that it was not', async () => {
    await run(make(), keeper());
    const records = await readForged(on.store, 'r1');
    const [one] = records;
    if (one === undefined) throw new Error('no record');
    const kept = records.filter(({ type }) => type !== 'gate.opened');
    const data = { outputs: null, results: [], note: 'not needed' };
    await writeForged(on.store, 'r1', [...kept, { ...one, type: 'step.done', node: 'all/ok', attempt: 1, data }]);
    expect(await resume(make(), keeper())).toMatchObject({ outcome: 'waiting', gate: { path: 'all/ok' } });
    expect(on.files()).toEqual([]);
    const needless = { needed: () => false };
    const { outcome } = await clock.runUntil(
      runProcedure(make(needless), { ...on.options(clock), gatekeeper: keeper(), run: 'r2', preempt: 'r1' }),
    );
    expect(outcome).toBe('done');
  });

  test('evidence that says no is no, however the gate is recorded', async () => {
    const asks: Partial<Gate> = {
      evidence: [{ kind: 'choice', name: 'go', question: '?', options: ['on', 'back'] }],
      judge: (evidence) => (evidence['go'] === 'on' ? { kind: 'pass' } : { kind: 'reject', why: 'no' }),
    };
    await run(make(asks), keeper());
    await give('ben', keeper(), { evidence: { go: 'back' } });
    const records = await readForged(on.store, 'r1');
    const [one] = records;
    if (one === undefined) throw new Error('no record');
    const data = { outputs: null, results: [], note: 'filled in by ben' };
    await writeForged(on.store, 'r1', [...records, { ...one, type: 'step.done', node: 'all/ok', attempt: 1, data }]);
    const ended = await resume(make(asks), keeper());
    expect(codes(ended)).toEqual(['procedure.gate-rejected']);
    expect(on.files()).toEqual([]);
  });
});

describe('windows', () => {
  const saturday = (from: string, to: string): Partial<GateRules> => ({
    windows: { timeZone: 'UTC', open: [{ days: ['sat'], from, to }], freezes: [] },
  });

  test('a gate that asks only for the time does not open in a window', async () => {
    expect(await run(make({ asks: 'window' }), keeper(saturday('05:00', '07:00')))).toMatchObject({ outcome: 'done' });
    const done = (await readRun(on.store, 'r1')).entries.find(({ record }) => record.type === 'step.done');
    expect(done?.payload).toMatchObject({ note: 'the window is open' });
  });

  test('outside of it the run waits, passes when it is open, and is not asked for the time again', async () => {
    const rules = saturday('07:00', '08:00');
    const two = (): Procedure =>
      tree(inOrder('all', [plain({ asks: 'window' }), writes(on, 'a'), inOrder('inner', [plain({ id: 'next' })])]));
    const first = await run(two(), keeper(rules));
    expect(first).toMatchObject({ outcome: 'waiting', problems: [{ code: 'gate.window-closed' }] });
    expect(await resume(two(), keeper(rules))).toMatchObject({ outcome: 'waiting' });
    await clock.advance(90 * 60_000);
    expect(await resume(two(), keeper(rules))).toMatchObject({ gate: { path: 'all/inner/next' } });
    await clock.advance(5 * 3_600_000);
    expect(await resume(two(), keeper(rules))).toMatchObject({ gate: { path: 'all/inner/next' } });
    expect(on.files()).toEqual(['a']);
  });
});

describe('subjects', () => {
  const version = (one: number, two: number, inputs = {}): Procedure =>
    tree(
      inOrder('all', [
        inOrder('one', [plain(), { ...writes(on, 'a'), version: one }]),
        inOrder('two', [plain(), { ...writes(on, 'b'), version: two }]),
      ]),
      { inputs },
    );

  test('change exactly when the gate is to open again', () => {
    const before = version(1, 1);
    for (const after of [version(1, 1), version(2, 1), version(1, 2), version(1, 1, { x: 1 })]) {
      const reopened = gatesToReopen(after, differences(outlineOf(before), outlineOf(after)));
      const changed = ['all/one/ok', 'all/two/ok'].filter((path) => subjectOf(before, path) !== subjectOf(after, path));
      expect(changed).toEqual(reopened);
    }
  });

  test('a gate at the top stands for itself and the inputs', () => {
    const alone = (inputs: object): Procedure => tree(plain(), { inputs: { ...inputs } });
    expect(subjectOf(alone({}), 'ok')).not.toBe(subjectOf(alone({ x: 1 }), 'ok'));
    expect(subjectOf(alone({}), 'ok')).toBe(subjectOf(alone({}), 'ok'));
    expect(planHash(tree(plain()))).not.toBe(planHash(tree(plain({ asks: 'window' }))));
    expect(planHash(tree(plain()))).not.toBe(planHash(tree(plain({ urgent: true }))));
  });
});
