import { glob, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/**
 * Writes the tables of inputs and outputs in the README of each action, from its action.yml.
 *   node scripts/action-docs.ts            writes them
 *   node scripts/action-docs.ts --check    only compares
 * Exit codes: 0 done · 1 a README does not say what its action.yml says · 2 unknown argument
 */

const actionSchema = z.object({
  name: z.string(),
  description: z.string(),
  inputs: z.record(
    z.string(),
    z.strictObject({ description: z.string(), required: z.boolean(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string() })),
});
export type ActionManifest = z.infer<typeof actionSchema>;

const BEGIN = '<!-- made from action.yml by `npm run docs:actions` -->';
const END = '<!-- end -->';

export function parseAction(text: string): ActionManifest {
  return actionSchema.parse(parse(text));
}

/** Both tables as Markdown. Pure. */
export function actionTables({ inputs, outputs }: ActionManifest): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const fallback = (input: ActionManifest['inputs'][string]): string =>
    input.required
      ? '**required**'
      : input.default === undefined || input.default === ''
        ? 'empty'
        : `\`${input.default}\``;
  return [
    '| input | default | meaning |',
    '| --- | --- | --- |',
    ...Object.entries(inputs).map(
      ([name, input]) => `| \`${name}\` | ${fallback(input)} | ${cell(input.description)} |`,
    ),
    '',
    '| output | meaning |',
    '| --- | --- |',
    ...Object.entries(outputs).map(([name, output]) => `| \`${name}\` | ${cell(output.description)} |`),
  ].join('\n');
}

/** The README with its tables replaced. Throws when it has no place for them. Pure. */
export function withTables(readme: string, tables: string): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`the README needs the lines ${BEGIN} and ${END}`);
  return `${readme.slice(0, from + BEGIN.length)}\n${tables}\n${readme.slice(to)}`;
}

async function main(argv: readonly string[]): Promise<number> {
  const check = argv.includes('--check');
  if (argv.some((word) => word !== '--check')) {
    process.stderr.write(`found ${argv.join(' ')}; expected nothing or --check\n`);
    return 2;
  }
  const root = join(import.meta.dirname, '..');
  let drifted = 0;
  for await (const file of glob('actions/*/action.yml', { cwd: root })) {
    const readme = join(root, dirname(file), 'README.md');
    const before = await readFile(readme, 'utf8');
    const after = withTables(before, actionTables(parseAction(await readFile(join(root, file), 'utf8'))));
    if (after === before) continue;
    if (!check) await writeFile(readme, after);
    else {
      drifted += 1;
      process.stderr.write(
        `${dirname(file)}/README.md does not say what action.yml says: run \`npm run docs:actions\`\n`,
      );
    }
  }
  return drifted === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
