import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { findProgram, PROGRAM_IDS, scanners } from '../../src/scan/index.ts';
import { installScanners } from '../../src/scan/install.ts';
import { LOCK } from '../../src/scan/lock.ts';

/**
 * Fetches every scanner that is pinned, from its registry, as `install: true` of the action does, and looks whether each is what was pinned.
 *   npm run soak scan-install
 *   --bare   with caches of Go, pip and npm that are empty, as a machine has them that has never fetched anything
 *   --only   these scanners, with commas between them
 * Exit codes: 0 all are there · 1 one is not, or is another program
 */

const { values } = parseArgs({ options: { bare: { type: 'boolean' }, only: { type: 'string' } } });
const only = values.only?.split(',');
const exec = createExec();
const top = await mkdtemp(join(tmpdir(), 'shiplock-scan-install-'));
const into = join(top, 'scanners');
if (values.bare === true)
  for (const [name, place] of Object.entries({
    ...{ GOMODCACHE: 'go-modules', GOCACHE: 'go-build', npm_config_cache: 'npm', XDG_CACHE_HOME: 'cache' },
  })) {
    process.env[name] = join(top, place);
    await mkdir(join(top, place));
  }
const seconds = (from: number): string => `${((systemClock.monotonic() - from) / 1000).toFixed(1)} s`;
try {
  const begun = systemClock.monotonic();
  for (const id of PROGRAM_IDS.filter((one) => LOCK[one] !== undefined && (only?.includes(one) ?? true))) {
    const from = systemClock.monotonic();
    const problems = await installScanners({ into, wanted: [id], path: '/nowhere', exec, tell: () => undefined });
    for (const { code, where, found, expected } of problems)
      console.log(`${code} ${where}: ${found}; expected ${expected}`);
    if (problems.length > 0) process.exitCode = 1;
    const took = seconds(from);
    const program = await findProgram(scanners[id].program, into);
    if (program === null) continue;
    const { stdout, stderr } = await exec.read([program, ...scanners[id].version.slice(1)]);
    console.log(`${took.padStart(8)}  ${id}: ${(stdout || stderr).trim().split('\n')[0] ?? ''}`);
  }
  console.log(`${seconds(begun)} in all`);
} finally {
  // Go leaves its modules so that only Go takes them away.
  if (values.bare === true) await exec.read(['go', 'clean', '-modcache']);
  await rm(top, { recursive: true, force: true });
}
