import fc from 'fast-check';
import { expect, test } from 'vitest';
import { waitsBack, waitsOf } from '../../../src/release/unit/procedure.ts';
import { bench } from '../../support/engine.ts';
import { backInputsOf, drive, driveBack, goingBack, inputsOf, type Word, worldOf } from '../../support/unit-members.ts';

/** Any unit, any order of failures, waits and stops: on the real engine, with scripted members. */

test('never lets a member serve ahead of what it needs, whatever fails, waits, stops or cannot go back at first', async () => {
  const word = (...of: readonly Word[]) => fc.constantFrom(...of);
  const script = fc.record({
    forward: fc
      .tuple(fc.array(word('waiting', 'stopped', 'stuck'), { maxLength: 2 }), word('done', 'done', 'failed'))
      .map(([before, last]) => [...before, last]),
    back: fc
      .array(word('waiting', 'stopped', 'stuck', 'failed'), { maxLength: 2 })
      .map((before) => [...before, 'done' as const]),
  });
  const trial = fc.integer({ min: 1, max: 4 }).chain((size) => {
    const names = Array.from({ length: size }, (_, index) => `m${index}`);
    return fc.record({
      // Only members before it: any graph without a circle, up to the names.
      after: fc.tuple(...names.map((_, index) => fc.subarray(names.slice(0, index)))),
      scripts: fc.tuple(...names.map(() => script)),
      names: fc.constant(names),
    });
  });
  let [back, through] = [0, 0];
  await fc.assert(
    fc.asyncProperty(trial, async ({ names, after, scripts }) => {
      using on = bench();
      const members = new Map(names.map((name, index) => [name, { after: after[index] ?? [] }] as const));
      const needs = new Map(names.map((name, index) => [name, after[index] ?? []]));
      let process = 0;
      let failedIn = Number.POSITIVE_INFINITY;
      const called = new Set<string>();
      const world = worldOf(
        names,
        Object.fromEntries(names.map((name, index) => [name, scripts[index] ?? { forward: [], back: [] }])),
        ({ serves, log }, doing) => {
          const ahead = [...members].flatMap(([name, { after: needs }]) =>
            needs
              .filter((other) => serves.get(name) === 'new' && serves.get(other) === 'old')
              .map((other) => `${name} serves ahead of ${other}`),
          );
          const failed = log.some((line) => /^forward .*: failed$/.test(line));
          if (failed) failedIn = Math.min(failedIn, process);
          // What ran beside it in the same process had been begun.
          const late = doing.startsWith('forward') && !called.has(doing) && process > failedIn;
          if (doing.startsWith('forward')) called.add(doing);
          const early = doing.startsWith('back') && !failed ? [`${doing} before a member failed`] : [];
          return [...ahead, ...(late ? [`${doing} after a member failed`] : []), ...early];
        },
      );
      const results = await drive(on, inputsOf(names, [], needs), world.ports, 40, () => process++);
      const last = results.at(-1)?.outcome;
      const all = [...world.serves.values()];
      if (last === 'done') through++;
      else back++;
      expect(world.broken).toEqual([]);
      expect(['done', 'rolled-back']).toContain(last);
      expect(all.every((one) => one === (last === 'done' ? 'new' : 'old'))).toBe(true);
      const came = world.log.filter((line) => /^forward .*: done$/.test(line)).map((line) => line.split(/[ :]+/)[1]);
      const went = world.log.filter((line) => /^back .*: done$/.test(line)).map((line) => line.split(/[ :]+/)[1]);
      if (last === 'rolled-back') expect(went.toSorted()).toEqual(came.toSorted());
    }),
    { seed: 20261122, numRuns: 60 },
  );
  expect(Math.min(back, through)).toBeGreaterThan(10);
});

test('whatever stays as it is hands on whom it goes after; a way back has the same order reversed', () => {
  const needs = new Map([
    ['db', []],
    ['api', ['db']],
    ['web', ['api']],
    ['mail', ['db', 'api']],
    ['ads', []],
  ]);
  const inputs = inputsOf([...needs.keys()], ['api'], needs);
  expect(Object.fromEntries(waitsOf(inputs))).toEqual({ db: [], web: ['db'], mail: ['db'], ads: [] });
  expect(Object.fromEntries(waitsBack(inputs))).toEqual({ db: ['web', 'mail'], web: [], mail: [], ads: [] });
});

test('goes back in reverse order, whatever waits, stops or fails at first: none before one that came after it, none twice', async () => {
  const word = fc.constantFrom<Word>('waiting', 'stopped', 'stuck', 'failed');
  const trial = fc.array(fc.array(word, { maxLength: 2 }), { minLength: 1, maxLength: 4 });
  let [through, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(trial, async (words) => {
      using on = bench();
      const names = words.map((_, index) => `m${index}`);
      const scripts = names.map((name, index) => [name, [...(words[index] ?? []), 'done' as const]] as const);
      const world = goingBack(names, Object.fromEntries(scripts));
      const results = await driveBack(on, backInputsOf(names), world, 40);
      const went = world.log.filter((line) => line.endsWith(': done')).map((line) => line.split(/[ :]+/)[1]);
      const last = results.at(-1)?.outcome;
      expect(world.broken).toEqual([]);
      expect(went).toEqual(names.toReversed().slice(0, went.length));
      if (last === 'done') through++;
      else {
        // Only the first to go may end the run, and then nothing has been touched.
        expect([last, went]).toEqual(['failed', []]);
        refused++;
      }
      expect([...world.serves.values()].every((one) => one === (last === 'done' ? 'old' : 'new'))).toBe(true);
    }),
    { seed: 20261122, numRuns: 40 },
  );
  expect(Math.min(through, refused)).toBeGreaterThan(5);
});
