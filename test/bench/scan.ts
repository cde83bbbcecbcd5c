import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { defaultScanConfig, NO_INPUTS, SCANNER_IDS, type ScanInputs, scan, wantedIn } from '../../src/scan/index.ts';
import { manifestSchemas, SCHEMA_PATH } from '../lab/manifests/schemas.ts';
import { advisoryRegistry, osvDatabases } from '../support/advisories.ts';
import { vulnerabilityDatabase } from '../support/planted-problems.ts';
import { RULE_FILES, RULES } from '../support/planted-rules.ts';
import { largeScannersIn, scannersIn } from '../support/scanners.ts';
import { layTrivyDatabase } from '../support/trivy-database.ts';
import { type Figure, say } from './support/figure.ts';
import { median } from './support/statistics.ts';

/**
 * How long a scan of certkeeper takes with every scanner that is used by default: first with an empty build cache of Go, then warm. `npm run bench scan`.
 * `npm run bench scan 3 all`: with all that there are, three times warm.
 * Databases are small ones of this repository, on disk and on loopback: what a network would take is not in the figures.
 */

const ROUNDS = 3;
const PROMISED_SECONDS = 60;

export async function scanBench(words: readonly string[]): Promise<readonly Figure[]> {
  const rounds = Number(words[0] ?? ROUNDS);
  const exec = createExec();
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-scan-bench-'));
  const registry = await advisoryRegistry();
  try {
    const { bin, missing } = await scannersIn(dir);
    const all = words[1] === 'all';
    if (all) await largeScannersIn(bin, say);
    const root = join(dir, 'certkeeper');
    const top = join(import.meta.dirname, '..', '..');
    await cp(join(top, 'examples/certkeeper'), root, {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    for (const argv of [
      ['git', 'init', '-q', '.'],
      ['git', 'add', '-A'],
      ['git', '-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'all'],
    ])
      await exec.read(argv, { cwd: root });
    await exec.read(['go', 'mod', 'download'], { cwd: join(root, 'api'), timeoutMs: 300_000 });
    const vulnerabilities = join(dir, 'vulndb');
    for (const [name, text] of Object.entries(vulnerabilityDatabase())) await put(join(vulnerabilities, name), text);
    for (const [name, bytes] of osvDatabases()) await put(join(dir, 'osv', name), bytes);
    if (all) {
      await layTrivyDatabase(join(dir, 'trivy'));
      for (const [name, text] of Object.entries(RULE_FILES)) await put(join(dir, name), text);
    }
    const inputs: ScanInputs = {
      ...NO_INPUTS,
      ...(all ? { trivy: { database: join(dir, 'trivy'), maxAge: 86_400_000 }, semgrepRules: join(dir, RULES) } : {}),
      osv: join(dir, 'osv'),
      npmRegistry: registry.url,
      kubernetesSchemas: join(await manifestSchemas(), SCHEMA_PATH),
      licences: { policy: { allow: [], deny: ['AGPL-3.0-only'] }, materials: [] },
    };
    const once = async (): Promise<number> => {
      const begun = performance.now();
      const { runs, notScanned } = await scan({
        ...{
          directory: root,
          base: null,
          wanted: all ? SCANNER_IDS : wantedIn(defaultScanConfig()),
          exec,
          clock: systemClock,
          whole: true,
          history: true,
        },
        policy: { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null },
        ...{ timeoutMs: 600_000, vulnerabilities, inputs, exclude: [], today: '2026-11-22' },
        path: `${bin}:${process.env['PATH'] ?? ''}`,
      });
      const seconds = (performance.now() - begun) / 1000;
      const each = runs.flatMap(({ scanner, end, took }) =>
        end.kind === 'scanned' ? [`${scanner} ${(took / 1000).toFixed(1)}`] : [],
      );
      say(`${seconds.toFixed(1)} s: ${each.join(', ')}`);
      for (const { where, found } of notScanned) say(`not scanned: ${where}: ${found}`);
      return seconds;
    };
    if (missing !== null) say(`without zizmor and hadolint: ${missing}`);
    process.env['GOCACHE'] = join(dir, 'gocache');
    const cold = await once();
    const warm: number[] = [];
    for (let round = 0; round < rounds; round++) warm.push(await once());
    const middle = median(warm);
    return [
      { name: 'scan of certkeeper, build cache of Go empty', value: `${cold.toFixed(1)} s`, met: null },
      {
        name: `the same, warm (median of ${rounds})`,
        value: `${middle.toFixed(1)} s`,
        target: `≤ ${PROMISED_SECONDS} s`,
        met: middle <= PROMISED_SECONDS,
      },
    ];
  } finally {
    await registry.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function put(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
