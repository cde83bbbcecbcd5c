import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { actions } from '../actions/shared/all.ts';
import type { Definition } from '../actions/shared/define.ts';
import { fieldsOf } from '../actions/shared/inputs.ts';

/**
 * Writes from the definition of each action its action.yml, the tables of inputs and outputs in its README, and those of docs/actions.md.
 *   node scripts/action-docs.ts            writes them
 *   node scripts/action-docs.ts --check    only compares
 * Exit codes: 0 done · 1 a file does not say what the definitions say · 2 unknown argument
 */

const BEGIN = '<!-- made from the definition by `npm run docs:actions` -->';
const END = '<!-- end -->';

/** The manifest that the forge reads. Pure. */
export function actionYaml({ name, title, description, inputs, outputs, acts }: Definition): string {
  const fields = [...fieldsOf(inputs)].map(([input, field]) => {
    const { description: meaning, required, fallback } = field;
    return [input, { description: meaning, required, ...(required ? {} : { default: fallback ?? '' }) }] as const;
  });
  const manifest = {
    name: title,
    description,
    ...(fields.length === 0 ? {} : { inputs: Object.fromEntries(fields) }),
    outputs: Object.fromEntries(Object.entries(outputs).map(([output, meaning]) => [output, { description: meaning }])),
    runs: { using: 'node24', main: `../dist/${name}.js`, ...(acts ? { post: '../dist/post.js' } : {}) },
  };
  return `# Made from definition.ts by \`npm run docs:actions\`.\n${stringify(manifest, { lineWidth: 0 })}`;
}

/** Both tables as Markdown. Pure. */
export function actionTables({ inputs, outputs }: Definition): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const rows = [...fieldsOf(inputs)].map(([name, { description, required, fallback }]) => {
    const left = required ? '**required**' : fallback === null ? 'empty' : `\`${fallback}\``;
    return `| \`${name}\` | ${left} | ${cell(description)} |`;
  });
  return [
    ...(rows.length === 0 ? [] : ['| input | default | meaning |', '| --- | --- | --- |', ...rows, '']),
    '| output | meaning |',
    '| --- | --- |',
    ...Object.entries(outputs).map(([name, meaning]) => `| \`${name}\` | ${cell(meaning)} |`),
  ].join('\n');
}

/** Every action with its tables, for one page. Pure. */
export function allTables(definitions: readonly Definition[]): string {
  return definitions.map((one) => `### ${one.name}\n\n${one.description}\n\n${actionTables(one)}`).join('\n\n');
}

/** The text with what stands between its marks replaced. Throws when it has no place for it. Pure. */
export function withTables(text: string, tables: string, begin = BEGIN): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`the text needs the lines ${begin} and ${END}`);
  return `${text.slice(0, from + begin.length)}\n${tables}\n${text.slice(to)}`;
}

/** Every file that is made from the definitions, with what it must say. */
export async function made(root: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const filled = async (file: string, tables: string): Promise<void> => {
    files.set(file, withTables(await readFile(join(root, file), 'utf8'), tables));
  };
  for (const definition of actions) {
    files.set(`actions/${definition.name}/action.yml`, actionYaml(definition));
    await filled(`actions/${definition.name}/README.md`, actionTables(definition));
  }
  await filled('docs/actions.md', allTables(actions));
  return files;
}

async function main(argv: readonly string[]): Promise<number> {
  const check = argv.includes('--check');
  if (argv.some((word) => word !== '--check')) {
    process.stderr.write(`found ${argv.join(' ')}; expected nothing or --check\n`);
    return 2;
  }
  const root = join(import.meta.dirname, '..');
  let drifted = 0;
  for (const [file, text] of await made(root)) {
    const before = await readFile(join(root, file), 'utf8').catch(() => '');
    if (before === text) continue;
    if (!check) await writeFile(join(root, file), text);
    else {
      drifted += 1;
      process.stderr.write(
        `${file} does not say what the definition of the action says: run \`npm run docs:actions\`\n`,
      );
    }
  }
  return drifted === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
