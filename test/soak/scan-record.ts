import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { cacheDir } from '../../scripts/cache.ts';
import { toolPath } from '../../scripts/tool.ts';
import { createExec } from '../../src/procedure/index.ts';
import { scanners } from '../../src/scan/index.ts';
import { installScanners } from '../../src/scan/install.ts';
import { isolationHere, scannerVariables } from '../../src/scan/isolate.ts';
import type { Witness } from '../../src/scan/scanner.ts';
import { treeOf } from '../../src/scan/tree.ts';
import { RECORDED, type Recorded, recordedFile, recordedSettings } from '../support/recorded-scans.ts';
import { layTrivyDatabase } from '../support/trivy-database.ts';

/**
 * Asks Semgrep, Trivy and Checkov for real what test/support/recorded-scans.ts shows them, and writes their answers to test/scan/recorded, where the tests read
 * them. Look at the difference before you commit it.
 *   npm run soak scan-record [-- checkov]   all of them, or only these
 */

const exec = createExec();
const into = cacheDir('tools', 'scanners');
for (const { found } of await installScanners({
  ...{ into, wanted: ['semgrep', 'checkov'], path: '/nowhere', exec },
  tell: (line) => console.log(line),
}))
  throw new Error(found);
const trivy = await toolPath('trivy');
const programs = {
  ...{ semgrep: join(into, 'semgrep'), checkov: join(into, 'checkov') },
  ...{ trivy, 'trivy-dependencies': trivy, 'trivy-image': trivy },
};
const paths = z.looseObject({ file_path: z.string() });
const wrapper = await isolationHere(exec);
const top = await mkdtemp(join(tmpdir(), 'recorded-'));

async function lay(root: string, files: Witness): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

/** A database, and what is wrong with it. */
async function database(place: string, { file, ...options }: NonNullable<Recorded['database']> = {}): Promise<void> {
  const laid = await layTrivyDatabase(place, options);
  if (file === 'removed') await rm(laid);
  if (file === 'cut') await truncate(laid, 20_000);
  if (file === 'emptied') await truncate(laid, 0);
  if (file === 'garbage') await writeFile(laid, 'x'.repeat(65_536));
}

async function answer({ scanner: id, files, rules, database: own }: Recorded): Promise<object> {
  const dir = await mkdtemp(join(top, 'one-'));
  const [root, support, ruleDir] = ['tree', 'support', 'rules'].map((name) => join(dir, name));
  if (root === undefined || support === undefined || ruleDir === undefined) throw new Error('three directories');
  const scanner = scanners[id];
  await lay(root, files);
  await lay(support, scanner.support);
  await lay(ruleDir, rules);
  const settings = recordedSettings(dir);
  if (id.startsWith('trivy-')) await database(join(dir, 'database'), own);
  for (const [name, target] of Object.entries(id.startsWith('trivy-') ? (scanner.links?.(settings) ?? {}) : {})) {
    await mkdir(dirname(join(support, name)), { recursive: true });
    await symlink(target, join(support, name));
  }
  const [call] = scanner.calls(treeOf(root, Object.keys(files)), settings);
  if (call === undefined) throw new Error(`${id} has nothing to do`);
  const argv = wrapper.wrap([programs[id], ...call.argv.slice(1)], false);
  // As the scan does it: what a scanner may not see is not there.
  const hidden = call.alone === undefined ? [] : Object.keys(files).filter((name) => !call.alone?.includes(name));
  for (const name of hidden) await rm(join(root, name));
  const env = { ...scannerVariables(scanner.variables, false), ...scanner.environment?.(settings) };
  const { exitCode, stdout, stderr } = await exec.read(argv, { cwd: root, env, timeoutMs: 120_000 });
  const plain = (text: string): string =>
    text.replaceAll(dir, '/recorded').replaceAll(/\b\d+(?:\.\d+){3}:53\b/g, '192.0.2.53:53');
  return { exitCode, stdout: plain(id === 'checkov' ? shortened(stdout) : stdout), stderr: plain(stderr) };
}

/** Of what Checkov has found to be well, which is nearly all that it says, only the files are read. */
function shortened(stdout: string): string {
  if (!stdout.startsWith('[') && !stdout.startsWith('{')) return stdout;
  return JSON.stringify(JSON.parse(stdout), (key, value: unknown) =>
    key === 'passed_checks' && Array.isArray(value)
      ? [...new Set(value.map((one) => paths.parse(one).file_path))].map((path) => ({ file_path: path }))
      : key === 'check_result' || value === null
        ? undefined
        : value,
  );
}

try {
  const asked = process.argv.slice(2);
  for (const id of (['semgrep', 'trivy', 'trivy-dependencies', 'trivy-image', 'checkov'] as const).filter(
    (one) => asked.length === 0 || asked.includes(one),
  )) {
    const { stdout } = await exec.read([programs[id], ...scanners[id].version.slice(1)]);
    const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'unknown';
    const answers: Record<string, object> = {};
    for (const one of RECORDED.filter(({ scanner }) => scanner === id)) answers[one.name] = await answer(one);
    await writeFile(recordedFile(id, version), `${JSON.stringify(answers, null, 2)}\n`);
    console.log(`${recordedFile(id, version)}: ${Object.keys(answers).length} answers`);
  }
} finally {
  await rm(top, { recursive: true, force: true });
}
