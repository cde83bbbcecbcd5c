import { globSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import {
  NO_INPUTS,
  SCANNER_IDS,
  type ScanFinding,
  type ScanInputs,
  type ScanResult,
  scan,
} from '../../src/scan/index.ts';
import { manifestSchemas, SCHEMA_PATH } from '../lab/manifests/schemas.ts';
import { advisoryRegistry, osvDatabases } from '../support/advisories.ts';
import { distributionDatabases } from '../support/distribution-advisories.ts';
import { plantedImages, plantedInImages } from '../support/planted-images.ts';
import { plantedPackages } from '../support/planted-packages.ts';
import {
  BILL,
  GO_MODULE,
  LICENCE_POLICY,
  LOG,
  plantedProblems,
  vulnerabilityDatabase,
} from '../support/planted-problems.ts';
import { plantedForRules, RULE_FILES, RULES } from '../support/planted-rules.ts';
import { largeScannersIn, scannersIn } from '../support/scanners.ts';
import { layTrivyDatabase } from '../support/trivy-database.ts';

/**
 * Planted problems of many kinds, scanned for real: how many are found, by all together and by each scanner alone. And clean
 * projects, given by their directories: what would stop a release there.
 *   [--clean DIR …]   checkouts of public projects
 *   --show            says what was missed
 * Exit codes: 0 at least 95 % found, and at most 2 false stops in all · 1 otherwise
 */

const { values } = parseArgs({
  options: { clean: { type: 'string', multiple: true }, show: { type: 'boolean' } },
});
const exec = createExec();
const dir = await mkdtemp(join(tmpdir(), 'shiplock-scan-soak-'));
const { bin } = await scannersIn(dir);
await largeScannersIn(bin, (line) => console.log(line));
const registry = await advisoryRegistry();

async function lay(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

function look(directory: string, vulnerabilities: string, inputs: ScanInputs): Promise<ScanResult> {
  return scan({
    ...{ directory, wanted: SCANNER_IDS, exec, clock: systemClock, whole: true, today: '2026-11-22', history: true },
    policy: { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null },
    ...{
      base: null,
      timeoutMs: 600_000,
      vulnerabilities,
      inputs,
      exclude: [],
      path: `${bin}:${process.env['PATH'] ?? ''}`,
    },
  });
}

const planted = [...plantedProblems(), ...plantedPackages(), ...plantedInImages(), ...plantedForRules()];
const root = join(dir, 'planted');
const database = join(dir, 'vulndb');
try {
  await lay(root, { ...GO_MODULE, ...Object.assign({}, ...planted.map(({ files }) => files)) });
  await lay(dir, RULE_FILES);
  await lay(database, vulnerabilityDatabase());
  await exec.read(['git', 'init', '-q', root]);
  await exec.read(['go', 'mod', 'download'], { cwd: join(root, 'go'), timeoutMs: 300_000 });
  for (const [name, bytes] of [...osvDatabases(), ...distributionDatabases()]) {
    await mkdir(dirname(join(dir, 'osv', name)), { recursive: true });
    await writeFile(join(dir, 'osv', name), bytes);
  }
  for (const [name, bytes] of plantedImages()) await writeFile(join(dir, name), bytes);
  await layTrivyDatabase(join(dir, 'trivy'));
  const inputs: ScanInputs = {
    ...NO_INPUTS,
    trivy: { database: join(dir, 'trivy'), maxAge: 86_400_000 },
    osv: join(dir, 'osv'),
    npmRegistry: registry.url,
    semgrepRules: join(dir, RULES),
    kubernetesSchemas: join(await manifestSchemas(), SCHEMA_PATH),
  };
  const begun = performance.now();
  const result = await look(root, database, {
    ...inputs,
    images: [...plantedImages().keys()].map((name) => ({ name, path: join(dir, name) })),
    sarif: [{ name: LOG, path: join(root, LOG) }],
    licences: { policy: LICENCE_POLICY, materials: [{ name: BILL, path: join(root, BILL) }] },
  });
  const seconds = (performance.now() - begun) / 1000;
  for (const { where, found } of result.notScanned) console.log(`not scanned: ${where}: ${found}`);
  const findings = result.findings.map(({ finding }) => finding);
  const isFound = (list: readonly ScanFinding[], { file, rule }: (typeof planted)[number]): boolean =>
    list.some(
      (one) => one.file === file && (rule === undefined || [one.rule, ...one.aliases].some((name) => rule.test(name))),
    );
  const missed = planted.filter((one) => !isFound(findings, one));
  const share = 1 - missed.length / planted.length;
  console.log(
    `${planted.length - missed.length} of ${planted.length} planted problems found (${(share * 100).toFixed(1)} %) in ${seconds.toFixed(1)} s`,
  );
  for (const id of [...SCANNER_IDS, 'licences', 'other']) {
    const own = findings.filter(({ scanners }) => scanners.includes(id));
    console.log(`  ${id.padEnd(18)} alone: ${planted.filter((one) => isFound(own, one)).length}`);
  }
  if (values.show === true) for (const { kind, file } of missed) console.log(`  missed: ${kind} (${file})`);
  let stops = 0;
  for (const project of values.clean ?? []) {
    const at = resolve(project);
    // As a build would have done: scanners of code have no network.
    for (const file of globSync('**/go.mod', { cwd: at }))
      for (const words of ['mod download', 'list -deps -test ./...'])
        await exec.read(['go', ...words.split(' ')], { cwd: join(at, dirname(file)), timeoutMs: 300_000 });
    const { verdict, findings: all, notScanned } = await look(at, database, inputs);
    const errors = all.filter(({ level }) => level === 'error');
    stops += errors.length;
    const why = notScanned.map(({ where, found }) => `, not scanned: ${where}: ${found}`).join('');
    console.log(`${basename(at)}: ${verdict}, ${errors.length} would stop it, ${all.length} in all${why}`);
    for (const { finding } of errors)
      console.log(
        `  ${finding.rule} ${finding.file ?? ''}:${finding.line ?? ''} ${finding.commit ?? ''} ${finding.message}`,
      );
  }
  if (share < 0.95 || stops > 2 || result.notScanned.length > 0) process.exitCode = 1;
} finally {
  await registry.close();
  await rm(dir, { recursive: true, force: true });
}
