import { z } from 'zod';
import { complain, duration, nameSchema, share, wordsSchema } from '../../model/scalars.ts';

/** Fragment `rollout.rolling` of an environment: how hosts are replaced, and what a person looks at on the first one. */

const HOSTS = 'a whole number of hosts from 1 to 100';
const BATCHES = 'shares of the hosts after the first, or numbers of hosts: [10%, 50%, 100%] or [2]';
const ITEMS = 'a list of items, each with kind, name and question';
const BOUND = 'a number';

const batchConfig = z.union(
  [
    z
      .number({ error: HOSTS })
      .int(HOSTS)
      .min(1, HOSTS)
      .max(100, HOSTS)
      .transform((hosts) => ({ kind: 'hosts' as const, hosts })),
    share({ above: 0 }).transform((part) => ({ kind: 'share' as const, share: part })),
  ],
  { error: BATCHES },
);

const asked = {
  name: nameSchema.describe('Name of the answer: `--item NAME=…`.'),
  question: wordsSchema.describe('What the person is asked.'),
};

const itemConfig = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('check').describe('Yes or no; no rolls back.'), ...asked }),
  z.strictObject({
    kind: z.literal('number').describe('A number within limits.'),
    ...asked,
    min: z.number({ error: BOUND }).exactOptional().describe('Smallest number that is accepted.'),
    max: z.number({ error: BOUND }).exactOptional().describe('Largest number that is accepted.'),
  }),
  z.strictObject({
    kind: z.literal('text').describe('Words.'),
    ...asked,
    minLength: z
      .number({ error: BOUND })
      .int(BOUND)
      .min(1, BOUND)
      .exactOptional()
      .describe('Least number of characters.'),
  }),
  z.strictObject({
    kind: z.literal('choice').describe('One of several answers.'),
    ...asked,
    options: z.array(wordsSchema).min(2, 'at least two answers').describe('The answers.'),
  }),
]);

/** Asked where nothing else is configured: what can be seen on any host, and by no machine. */
const INSPECTION: z.input<typeof itemConfig>[] = [
  {
    kind: 'check',
    name: 'log',
    question: 'The log of the new version was read, and it shows nothing that was not there before',
  },
  {
    kind: 'check',
    name: 'function',
    question: 'The main function was tried at the address of this host, and it works',
  },
  { kind: 'number', name: 'memory', question: 'Memory in use on this host, percent', min: 0, max: 90 },
  { kind: 'text', name: 'seen', question: 'What was looked at?', minLength: 5 },
];

/** The gate asks it itself. */
const DECISION = 'decision';

export const rollingConfig = z.strictObject({
  firstBake: duration({ min: 1000 })
    .prefault('10m')
    .describe('How long the first host is watched under traffic before a person is asked to inspect it.'),
  bake: duration({ min: 1000 })
    .prefault('1m')
    .describe('Least time between two batches. The verdict decides when it ends.'),
  wholeBake: duration({ min: 0 })
    .prefault('20m')
    .describe('Watched time when every host runs the new version, with absolute limits.'),
  batches: z
    .array(batchConfig, { error: BATCHES })
    .min(1, BATCHES)
    .max(50, BATCHES)
    .prefault(['10%', '50%', '100%'])
    .describe(
      'How far the release goes between two looks, after the first host: a share is one of all other hosts and grows from entry to entry, a whole number is so many more hosts. A batch is never more hosts at a time than the others can stand in for.',
    ),
  inspection: z
    .array(itemConfig, { error: ITEMS })
    .max(30, 'at most 30 items')
    .prefault(INSPECTION)
    .check((ctx) => {
      const names = ctx.value.map(({ name }) => name);
      for (const [index, name] of names.entries()) {
        if (name !== DECISION && names.indexOf(name) === index) continue;
        complain(ctx, {
          path: [index, 'name'],
          code: 'config.item-twice',
          found: name === DECISION ? `\`${name}\`, which is always asked` : `\`${name}\` a second time`,
          expected: 'a name of its own for each item',
          remedy: 'rename the item',
        });
      }
    })
    .describe(
      'What a person must fill in about the first host before another one is touched. Whether to go on is always asked.',
    ),
});

export type RollingConfig = z.infer<typeof rollingConfig>;
