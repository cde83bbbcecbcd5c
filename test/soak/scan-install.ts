import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { findProgram, PROGRAM_IDS, scanners } from '../../src/scan/index.ts';
import { installScanners } from '../../src/scan/install.ts';
import { LOCK } from '../../src/scan/lock.ts';

/**
 * Fetches every scanner that is pinned, from its registry, as `install: true` of the action does, and looks whether each is what was pinned.
 *   npm run soak scan-install
 * Exit codes: 0 all are there · 1 one is not, or is another program
 */

const exec = createExec();
const into = await mkdtemp(join(tmpdir(), 'shiplock-scan-install-'));
try {
  const begun = systemClock.monotonic();
  const tell = (line: string): void => console.log(line);
  const problems = await installScanners({ into, wanted: PROGRAM_IDS, path: '/nowhere', exec, tell });
  for (const { code, where, found, expected } of problems)
    console.log(`${code} ${where}: ${found}; expected ${expected}`);
  for (const id of PROGRAM_IDS.filter((one) => LOCK[one] !== undefined)) {
    const program = await findProgram(scanners[id].program, into);
    if (program === null) continue;
    const { stdout, stderr } = await exec.read([program, ...scanners[id].version.slice(1)]);
    console.log(`${id}: ${(stdout || stderr).trim().split('\n')[0] ?? ''}`);
  }
  console.log(`${Math.round((systemClock.monotonic() - begun) / 1000)} s`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await rm(into, { recursive: true, force: true });
}
