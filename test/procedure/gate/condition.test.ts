import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/model/json.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { gate, parallel } from '../../../src/procedure/build.ts';
import { createGatekeeper } from '../../../src/procedure/gate/keeper.ts';
import {
  giveEvidence,
  planProcedure,
  renderPlan,
  replay,
  resumeProcedure,
  runProcedure,
  showGates,
} from '../../../src/procedure/index.ts';
import type { Gate, Procedure } from '../../../src/procedure/tree.ts';
import { type Bench, bench, inOrder, tree, writes } from '../../support/engine.ts';
import { person, policy } from '../../support/policy.ts';
import { fakeSignatures, fakeSigner } from '../../support/signatures.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

const UNMET: Problem = { code: 'gate.soaking', where: 'w', found: '1h', expected: '2h', remedy: 'wait' };
const PEOPLE = [person('anna', 'approver'), person('ben', 'approver'), person('cara', 'emergency'), person('dan')];

interface World {
  unmet: readonly Problem[] | 'silent';
  about: Json;
  looks: number;
}

function conditionGate(world: World, more: Partial<Gate> = {}): Gate {
  return gate({
    id: 'soak',
    title: 'Soaked?',
    role: 'nobody',
    asks: 'condition',
    evidence: [],
    guard: { kind: 'nothing-shifted' },
    condition: {
      look: async () => {
        world.looks++;
        if (world.unmet === 'silent') throw new Error('no answer');
        return { about: world.about, unmet: world.unmet, found: 'as it is' };
      },
    },
    ...more,
  });
}

function setting(on: Bench, clock: VirtualClock, root: readonly Gate[], after: readonly string[] = ['a']) {
  const keeper = createGatekeeper({
    policy: policy(PEOPLE, { fourEyes: false }),
    signatures: fakeSignatures,
    clock,
    authors: [],
  });
  const procedure: Procedure = tree(
    inOrder('all', [parallel({ id: 'gates', title: 'Gates', steps: root }), ...after.map((name) => writes(on, name))]),
  );
  const options = { ...on.options(clock), gatekeeper: keeper };
  return {
    procedure,
    keeper,
    run: () => clock.runUntil(runProcedure(procedure, { ...options, run: 'r1' })),
    resume: () => clock.runUntil(resumeProcedure(procedure, 'r1', options)),
    give: (who: string, path: string, override?: string) =>
      clock.runUntil(
        giveEvidence({
          store: on.store,
          run: 'r1',
          gate: path,
          evidence: {},
          by: who,
          clock,
          gatekeeper: keeper,
          signer: fakeSigner(who, `key-of-${who}`),
          override,
        }),
      ),
  };
}

const SOAK = 'all/gates/soak';
const OK = 'all/gates/ok';
const persons = (more: Partial<Gate> = {}): Gate =>
  gate({ id: 'ok', title: 'Ok?', role: 'approver', evidence: [], guard: { kind: 'nothing-shifted' }, ...more });

describe('a gate with a condition', () => {
  test('passes at once when it is met, and the record says why', async () => {
    using on = bench();
    const world: World = { unmet: [], about: 1, looks: 0 };
    const { run, procedure, keeper } = setting(on, virtualClock(0), [conditionGate(world)]);
    expect((await run()).outcome).toBe('done');
    expect(on.files()).toEqual(['a']);
    expect(await replay(procedure, on.store, 'r1', keeper)).toEqual([]);
  });

  test('waits with its reasons, and looks again at each resume', async () => {
    using on = bench();
    const world: World = { unmet: [UNMET], about: 1, looks: 0 };
    const { run, resume } = setting(on, virtualClock(0), [conditionGate(world)]);
    expect(await run()).toMatchObject({ outcome: 'waiting', problems: [UNMET] });
    expect((await resume()).outcome).toBe('waiting');
    world.unmet = [];
    expect((await resume()).outcome).toBe('done');
    expect(world.looks).toBe(3);
  });

  test('a look that fails is no pass', async () => {
    using on = bench();
    const world: World = { unmet: 'silent', about: 1, looks: 0 };
    const { run } = setting(on, virtualClock(0), [conditionGate(world)]);
    expect(await run()).toMatchObject({ outcome: 'waiting', problems: [{ found: 'no answer' }] });
    expect(on.files()).toEqual([]);
  });

  test('what had passed is looked at again while another gate waits', async () => {
    using on = bench();
    const world: World = { unmet: [], about: 1, looks: 0 };
    const { run, resume, give } = setting(on, virtualClock(0), [conditionGate(world), persons()]);
    expect((await run()).outcome).toBe('waiting');
    world.unmet = [UNMET];
    expect((await give('anna', OK)).ok).toBe(true);
    expect(await resume()).toMatchObject({ outcome: 'waiting', problems: [UNMET] });
    expect(on.files()).toEqual([]);
    world.unmet = [];
    expect((await resume()).outcome).toBe('done');
  });

  test('plain answers do not go past it, an override by the role does, and only for what was looked at', async () => {
    using on = bench();
    const world: World = { unmet: [UNMET], about: { report: 1 }, looks: 0 };
    const { run, resume, give } = setting(on, virtualClock(0), [conditionGate(world)]);
    await run();
    expect(await give('anna', SOAK, 'because')).toMatchObject({ ok: false, problems: [{ code: 'gate.no-override' }] });
    expect(await give('anna', SOAK)).toMatchObject({ ok: false, problems: [{ code: 'gate.role-missing' }] });
    expect((await give('cara', SOAK, 'an incident')).ok).toBe(true);
    // Another report than the one that was let pass.
    world.about = { report: 2 };
    expect((await resume()).outcome).toBe('waiting');
    expect(on.files()).toEqual([]);
    expect((await give('cara', SOAK, 'an incident')).ok).toBe(true);
    expect((await resume()).outcome).toBe('done');
  });

  test('is not asked again once the run has changed something', async () => {
    using on = bench();
    const world: World = { unmet: [], about: 1, looks: 0 };
    const second = gate({ ...persons(), id: 'late' });
    const root = inOrder('all', [conditionGate(world), writes(on, 'a'), second, writes(on, 'b')]);
    const procedure = tree(root);
    const clock = virtualClock(0);
    const options = { ...on.options(clock), gatekeeper: setting(on, clock, []).keeper };
    expect((await clock.runUntil(runProcedure(procedure, { ...options, run: 'r1' }))).outcome).toBe('waiting');
    world.unmet = [UNMET];
    const again = await clock.runUntil(resumeProcedure(procedure, 'r1', options));
    expect(again.problems.map(({ code }) => code)).toEqual(['gate.persons-missing']);
    expect(world.looks).toBe(1);
  });

  test('where nobody is checked, only an override goes past it', async () => {
    using on = bench();
    const clock = virtualClock(0);
    const world: World = { unmet: [UNMET], about: 1, looks: 0 };
    const procedure = tree(inOrder('all', [conditionGate(world), writes(on, 'a')]));
    const options = on.options(clock);
    const give = (override?: string) =>
      clock.runUntil(
        giveEvidence({ store: on.store, run: 'r1', gate: 'all/soak', evidence: {}, by: 'x', clock, override }),
      );
    const resume = () => clock.runUntil(resumeProcedure(procedure, 'r1', options));
    await clock.runUntil(runProcedure(procedure, { ...options, run: 'r1' }));
    expect((await give('an incident')).ok).toBe(true);
    expect((await resume()).outcome).toBe('done');
  });

  test('the plan says whether it would pass, and why not', async () => {
    using on = bench();
    const clock = virtualClock(0);
    const world: World = { unmet: [UNMET], about: 1, looks: 0 };
    const { procedure } = setting(on, clock, [conditionGate(world), persons({ role: 'approver' })]);
    const options = on.options(clock);
    const text = renderPlan(await planProcedure(procedure, options));
    expect(text).toContain('- Soaked?: gate for its condition');
    expect(text).toContain('not yet: as it is');
    expect(text).toContain('found 1h; expected 2h');
    world.unmet = [];
    expect(renderPlan(await planProcedure(procedure, options))).toContain('met: as it is');
  });

  test('it is shown as an open gate that asks nobody', async () => {
    using on = bench();
    const world: World = { unmet: [UNMET], about: 1, looks: 0 };
    await setting(on, virtualClock(0), [conditionGate(world)]).run();
    expect(await showGates(on.store)).toMatchObject([
      { path: SOAK, demands: 'nobody: it passes when its condition is met' },
    ]);
  });
});

/** What somebody tries; after each move nothing may have happened that a model with no journal does not allow. */
type Move =
  | { readonly kind: 'world'; readonly unmet: 'met' | 'unmet' | 'silent' }
  | { readonly kind: 'about'; readonly about: number }
  | { readonly kind: 'give'; readonly who: string; readonly gate: string; readonly override: boolean }
  | { readonly kind: 'resume' };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('world' as const),
      unmet: fc.constantFrom('met' as const, 'unmet', 'silent'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('about' as const), about: fc.integer({ min: 0, max: 2 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('give' as const),
      who: fc.constantFrom('anna', 'ben', 'cara', 'dan', 'eve'),
      gate: fc.constantFrom(SOAK, OK),
      override: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'resume' as const }) },
);

test('no sequence of moves passes while the condition is not met, without an override of what was looked at', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 14 }), async (moves) => {
      using on = bench();
      const clock = virtualClock(0);
      const world: World = { unmet: [UNMET], about: 0, looks: 0 };
      const { run, resume, give } = setting(on, clock, [conditionGate(world), persons()]);
      await run();
      // The model: what was open when somebody spoke, and who spoke.
      const overridden = new Set<string>();
      let [approved, shown] = [false, '0'];
      for (const one of [...moves, { kind: 'resume' } as const]) {
        const now = (): string => (world.unmet === 'silent' ? 'silent' : JSON.stringify(world.about));
        if (one.kind === 'world') {
          world.unmet = one.unmet === 'met' ? [] : one.unmet === 'unmet' ? [UNMET] : 'silent';
        } else if (one.kind === 'about') world.about = one.about;
        else if (one.kind === 'give') {
          const given = await give(one.who, one.gate, one.override ? 'because' : undefined);
          // Once the gate would pass, what others say besides is taken too, and changes nothing.
          if (given.ok && one.gate === OK && !approved) {
            approved = true;
            expect(one.override ? ['cara'] : ['anna', 'ben']).toContain(one.who);
          }
          if (given.ok && one.gate === SOAK && !overridden.has(shown)) {
            expect([one.who, one.override]).toEqual(['cara', true]);
            overridden.add(shown);
          }
        } else {
          const before = on.files().length;
          const met = world.unmet !== 'silent' && world.unmet.length === 0;
          await resume();
          if (before === 0 && on.files().length > 0) {
            expect(approved).toBe(true);
            expect(met || overridden.has(now())).toBe(true);
          }
          shown = now();
        }
        if (!approved) expect(on.files()).toEqual([]);
      }
    }),
    { numRuns: 12 },
  );
}, 60_000);
