import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sopIndex, sopOf } from '../src/cli/runbook/docs.ts';
import { findRunbook, SHIPPED_NAMES } from '../src/cli/runbook/registry.ts';
import { openEnvironment } from '../src/release/index.ts';

/**
 * Writes docs/sop from the runbooks that come with this program, for the sample system of runbooks/sample.
 *   node scripts/runbook-docs.ts            writes the files
 *   node scripts/runbook-docs.ts --check    only compares
 * Exit codes: 0 done · 1 a file does not say what the runbooks say · 2 unknown argument
 */

const ROOT = join(import.meta.dirname, '..');
const SOP = join(ROOT, 'docs', 'sop');

/** Name → content of every file of docs/sop. Reads the sample, writes nothing. */
export async function sopFiles(): Promise<ReadonlyMap<string, string>> {
  const service = await openEnvironment(
    { configFile: join(ROOT, 'runbooks', 'sample', 'shiplock.yaml'), env: {}, who: 'operator', self: [] },
    'production',
  );
  const files = new Map<string, string>();
  const sops = [];
  for (const name of SHIPPED_NAMES) {
    const { runbook } = await findRunbook(name, null);
    const { name: file, text, tree } = await sopOf(service, runbook, 'markdown');
    files.set(file, text);
    sops.push({ runbook, tree });
  }
  return files.set('README.md', sopIndex(sops));
}

/** Names of files that differ, are missing, or belong to no runbook. */
export async function sopDrift(): Promise<readonly string[]> {
  const files = await sopFiles();
  const there = await readdir(SOP).catch(() => []);
  const strangers = there.filter((name) => !files.has(name));
  const changed: string[] = [];
  for (const [name, text] of files) {
    const found = await readFile(join(SOP, name), 'utf8').catch(() => null);
    if (found !== text) changed.push(name);
  }
  return [...changed, ...strangers];
}

async function main(argv: readonly string[]): Promise<number> {
  const [flag, ...rest] = argv;
  if (rest.length > 0 || (flag !== undefined && flag !== '--check')) {
    process.stderr.write('usage: node scripts/runbook-docs.ts [--check]\n');
    return 2;
  }
  if (flag === '--check') {
    const drifted = await sopDrift();
    for (const name of drifted)
      process.stderr.write(`docs/sop/${name}: run \`npm run docs:runbooks\` and commit the result\n`);
    return drifted.length === 0 ? 0 : 1;
  }
  await mkdir(SOP, { recursive: true });
  for (const [name, text] of await sopFiles()) await writeFile(join(SOP, name), text);
  return 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
