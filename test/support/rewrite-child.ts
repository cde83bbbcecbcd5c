import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { applyFiles } from './migrate-apply.ts';

/** One runner that gives a change to a tool; its order comes on standard input. */

const access = z.strictObject({
  ...{ host: z.string(), port: z.number(), database: z.string(), user: z.string(), password: z.string() },
});
const order = z.strictObject({
  ...{ access, engine: z.enum(['mysql', 'mariadb']), tool: z.enum(['gh-ost', 'pt-online-schema-change']) },
  ...{ alter: z.string(), run: z.string(), ghOst: z.string() },
});

const { alter, tool, ghOst, ...rest } = order.parse(JSON.parse(await text(process.stdin)));
const { result } = await applyFiles({
  ...rest,
  files: [`ALTER TABLE busy ${alter};`],
  manner: () => ({ kind: 'tool', tool, alter, table: 'busy', estimateMs: null, why: 'large' }),
  rewrite: { ghOst },
  onEvent: (event) => {
    if (event.kind === 'note') process.stdout.write(`note: ${event.text.replaceAll('\n', ' ')}\n`);
  },
});
process.stdout.write(`end: ${result.outcome} ${JSON.stringify(result.problems)}\n`);
