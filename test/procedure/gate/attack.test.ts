import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { lootOf, type Move, moves, openAttack, settings } from '../../support/gate-attack.ts';

let loot: Awaited<ReturnType<typeof lootOf>> = [];
beforeAll(async () => {
  loot = await lootOf(LAX);
});

const LAX = { approvals: 1, signedStart: true, author: 'dan', fourEyes: true } as const;

test('the way through: with the right persons at each gate the run goes to its end', async () => {
  using attack = await openAttack(LAX, []);
  for (let gate = 0; gate < 4; gate++) {
    await attack.make({ kind: 'give', who: gate % 2 === 0 ? 'ben' : 'cara', gate, item: 0, how: 'own' });
    await attack.make({ kind: 'resume', changed: false });
    expect(attack.violations()).toEqual([]);
  }
  expect(attack.files()).toEqual(['a', 'b', 'c', 'r']);
});

test('the oracle sees what it should: files without signatures are violations', async () => {
  using attack = await openAttack({ ...LAX, approvals: 2 }, []);
  await attack.make({ kind: 'give', who: 'ben', gate: 0, item: 0, how: 'own' });
  await attack.make({ kind: 'resume', changed: false });
  expect(attack.files()).toEqual([]);
  await attack.make({ kind: 'give', who: 'cara', gate: 0, item: 0, how: 'own' });
  await attack.make({ kind: 'resume', changed: false });
  expect(attack.files()).toEqual(['a']);
});

const KNOWN: readonly (readonly [string, readonly Move[]])[] = [
  ['a forged record that the gate has passed', [{ kind: 'forge-done', gate: 0, note: 'filled in' }]],
  ['a forged record that the gate was not needed', [{ kind: 'forge-done', gate: 0, note: 'not needed' }]],
  ['evidence of another run', [{ kind: 'copy-run', from: 0, count: 60 }]],
  ['a signature of somebody else under an own name', [{ kind: 'forge-evidence', gate: 0, from: 0, who: 'ben' }]],
  ['a name without a signature', [{ kind: 'give', who: 'ben', gate: 0, item: 0, how: 'unsigned' }]],
  ['an own signature in the name of another', [{ kind: 'give', who: 'anna', gate: 0, item: 0, how: 'as-other' }]],
  ['who started it approves it', [{ kind: 'give', who: 'anna', gate: 0, item: 0, how: 'own' }]],
  [
    'who started it hides that, and approves it',
    [
      { kind: 'forge-start', what: 'startedBy' },
      { kind: 'give', who: 'anna', gate: 0, item: 0, how: 'own' },
    ],
  ],
  [
    'who started it says that somebody else did',
    [
      { kind: 'forge-start', what: 'other' },
      { kind: 'give', who: 'anna', gate: 0, item: 0, how: 'own' },
    ],
  ],
  ['an override without the role', [{ kind: 'give', who: 'ben', gate: 0, item: 0, how: 'override' }]],
];

test.each(KNOWN)('does not pass: %s', async (_name, known) => {
  using attack = await openAttack(LAX, loot);
  for (const move of known) await attack.make(move);
  await attack.make({ kind: 'resume', changed: false });
  await attack.make({ kind: 'resume', changed: true });
  expect(attack.files()).toEqual([]);
});

test('changed code needs new evidence, also when the journal says that nothing needs to open again', async () => {
  using attack = await openAttack(LAX, []);
  await attack.make({ kind: 'give', who: 'ben', gate: 0, item: 0, how: 'own' });
  await attack.make({ kind: 'resume', changed: false });
  await attack.make({ kind: 'give', who: 'ben', gate: 1, item: 0, how: 'own' });
  await attack.make({ kind: 'resume', changed: true });
  expect(attack.files()).toEqual(['a']);
  await attack.make({ kind: 'forge-resumed' });
  await attack.make({ kind: 'resume', changed: false });
  expect(attack.files()).toEqual(['a']);
});

test('no sequence of moves passes a gate without valid evidence of enough persons', async () => {
  await fc.assert(
    fc.asyncProperty(settings, moves, async (setting, sequence) => {
      using attack = await openAttack(setting, loot);
      for (const move of [...sequence, { kind: 'resume', changed: false } as const]) {
        await attack.make(move);
        expect(attack.violations()).toEqual([]);
      }
    }),
    { numRuns: 15 },
  );
}, 60_000);
