import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Json, jsonSchema } from '../../src/model/json.ts';
import { choose, gate, repeatUntil, step } from '../../src/procedure/build.ts';
import { fillGate, readRun, resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import { payloadForm } from '../../src/procedure/journal/form.ts';
import { payloadSchema } from '../../src/procedure/journal/records.ts';
import { formOf } from '../../src/procedure/masking/form.ts';
import { createMask } from '../../src/procedure/masking/mask.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import { type Bench, bench, inOrder, tree, writes } from '../support/engine.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

/** Passwords that are words of the journal's own form: it can be read all the same, and nothing else tells them. */

let on: Bench;
let clock: VirtualClock;
beforeEach(() => {
  on = bench();
  clock = virtualClock();
});
afterEach(() => on[Symbol.dispose]());

/** Every name of a member and every word that the journal's schemas have. */
function ownWords(): readonly string[] {
  const words = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties' && typeof value === 'object')
        for (const name of Object.keys(value ?? {})) words.add(name);
      if (key === 'const' && typeof value === 'string') words.add(value);
      if (key === 'enum' && Array.isArray(value)) for (const one of value) if (typeof one === 'string') words.add(one);
      collect(value);
    }
  };
  collect(z.toJSONSchema(payloadSchema, { io: 'output', unrepresentable: 'any' }));
  return [...words].filter(({ length }) => length >= 4).toSorted();
}

/** How many passwords one run has: more runs than this would say the same. */
const TOGETHER = 12;

/** Uses the passwords, records each word in every way that it may, and waits at a gate between. */
function using(words: readonly string[]) {
  const [first = ''] = words;
  const uses = words.map((word, nth) =>
    step({
      id: word,
      title: `Use ${word}`,
      read: async () => null,
      decide: () => ({
        kind: 'do',
        effects: [
          {
            kind: 'file',
            path: `${on.world}/given`,
            content: { secret: `env:A${nth}` },
            why: `for ${word}`,
            timeoutMs: 5_000,
          },
        ],
      }),
      outputs: z.strictObject({ [word]: z.enum([word, 'other']), 'shown-here': z.string() }),
      collect: () => ({ [word]: word, 'shown-here': `it is ${word}` }),
      probe: 'repeatable',
    }),
  );
  let rounds = 0;
  return tree(
    inOrder('all', [
      ...uses,
      gate({
        id: 'stop-here',
        title: 'Asked',
        role: 'lead',
        evidence: words.map((name) => ({ kind: 'text', name, question: '?' })),
        guard: { kind: 'nothing-shifted' },
      }),
      choose({
        id: 'either',
        title: 'Either',
        choose: () => first,
        branches: { [first]: writes(on, 'a'), other: writes(on, 'b') },
      }),
      repeatUntil({ id: 'again', title: 'Again', body: writes(on, 'c'), until: () => ++rounds > 1, max: 3 }),
      step({
        id: 'later',
        title: 'Later',
        read: async () => null,
        decide: () => ({ kind: 'nothing', why: first }),
        outputs: z.strictObject({ same: z.number() }),
        collect: (_results, _facts, ctx) => ({
          same: uses.filter((one, nth) => ctx.outputOf(one)[words[nth] ?? ''] === words[nth]).length,
        }),
        probe: 'repeatable',
      }),
    ]),
    { environment: first, inputs: Object.fromEntries(words.map((word) => [word, 1])) },
  );
}

test('a run whose passwords are words of its own journal goes on, waits, and is resumed as any other', async () => {
  // Each fifth, since a run takes some milliseconds; the others are tried below.
  const all = [
    ...new Set(['secret', 'effects', 'done', 'round', 'lead', ...ownWords().filter((_, nth) => nth % 5 === 0)]),
  ];
  for (let at = 0; at < all.length; at += TOGETHER) {
    const words = all.slice(at, at + TOGETHER);
    const run = `r${at}`;
    const env = Object.fromEntries(words.map((word, nth) => [`A${nth}`, `mysql://app:${word}@127.0.0.1:3306/x`]));
    const procedure = using(words);
    const options = () => ({ ...on.options(clock), secrets: createSecrets({ env }) });
    const first = await clock.runUntil(runProcedure(procedure, { ...options(), run }));
    expect([words, first.outcome, first.problems]).toEqual([words, 'waiting', []]);
    const answers = Object.fromEntries(words.map((word) => [word, 'yes']));
    await clock.runUntil(fillGate(on.store, run, 'all/stop-here', answers, 'eve', clock));
    const second = await clock.runUntil(resumeProcedure(procedure, run, options()));
    expect([words, second.outcome, second.problems]).toEqual([words, 'done', []]);
    const { entries } = await readRun(on.store, run);
    const done = (node: string) =>
      entries.find(({ record }) => record.type === 'step.done' && record.node === node)?.payload;
    expect(done('all/later')).toMatchObject({ outputs: { same: words.length }, note: '***' });
    // In free text it does not stand.
    for (const word of words) {
      const outputs = { [word]: word, 'shown-here': expect.stringMatching(/^it is \*+$/) };
      expect([word, done(`all/${word}`)]).toMatchObject([word, { outputs }]);
    }
  }
});

test('no word of its own makes any record of the journal unreadable', async () => {
  const words = ownWords();
  expect(words).toEqual(expect.arrayContaining(['secret', 'effects', 'outline']));
  await clock.runUntil(
    runProcedure(using(['plain']), {
      ...on.options(clock),
      secrets: createSecrets({ env: { A0: 'other-word' } }),
      run: 'r',
    }),
  );
  const { entries } = await readRun(on.store, 'r');
  expect(entries.map(({ record }) => record.type)).toEqual(
    expect.arrayContaining(['run.started', 'step.intent', 'gate.opened']),
  );
  for (const word of words) {
    const mask = createMask();
    mask.add(word);
    for (const { record, payload } of entries) {
      const data = mask.json(jsonSchema.parse(payload), payloadForm(record.type));
      expect([word, payloadSchema.safeParse({ type: record.type, data }).error]).toEqual([word, undefined]);
    }
  }
});

describe('the mask', () => {
  const word = fc.constantFrom(...ownWords());
  const free = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.tuple(fc.string({ maxLength: 5 }), word, fc.string({ maxLength: 5 })).map((parts) => parts.join('')),
      word,
      fc.integer(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(word, tie('value'), { maxKeys: 3 }),
    ),
  })).value;

  test('leaves no secret in anything whose form is not known, whatever the names around it are', () => {
    fc.assert(
      fc.property(word, free, (secret, value) => {
        const mask = createMask();
        mask.add(secret);
        const form = formOf(z.strictObject({ secret: z.literal('done'), effects: jsonSchema, kind: z.enum(['exec']) }));
        const shown = mask.json({ secret: 'done', effects: value, kind: 'exec' }, form);
        const { effects, ...own } = z.record(z.string(), jsonSchema).parse(shown);
        expect(JSON.stringify(effects)).not.toContain(secret);
        expect(own).toEqual({ secret: 'done', kind: 'exec' });
        // Twice is as once: what is masked is masked again when it is written.
        expect(mask.json(shown, form)).toEqual(shown);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps a word only where the form has it', () => {
    const mask = createMask();
    mask.add('exec');
    const intent = {
      what: 'do',
      facts: 'exec',
      effects: [{ kind: 'exec', argv: ['exec', { secret: 'env:A' }], timeoutMs: 1 }],
    };
    expect(mask.json(intent, payloadForm('step.intent'))).toEqual({
      what: 'do',
      facts: '***',
      effects: [{ kind: 'exec', argv: ['***', { secret: 'env:A' }], timeoutMs: 1 }],
    });
    expect(mask.json({ kind: 'exec', exec: 1 })).toEqual({ kind: '***', '***': 1 });
  });

  test('keeps numbers where only numbers can be', () => {
    const mask = createMask();
    mask.add('4711');
    const form = formOf(
      z.strictObject({
        took: z.number(),
        count: z.int().nullable(),
        any: jsonSchema,
        answer: z.union([z.string(), z.number()]),
      }),
    );
    expect(mask.json({ took: 12.47113, count: 4711, any: 4711, answer: 4711 }, form)).toEqual({
      ...{ took: 12.47113, count: 4711, any: '***', answer: '***' },
    });
  });
});
