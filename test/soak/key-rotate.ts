import { parseArgs } from 'node:util';
import { startHosts } from '../../scripts/components/hosts.ts';
import { crashSweep } from '../support/crash-sweep.ts';
import { openBackupKeySweep, openHostKeySweep } from '../support/runbooks/keys-sweep.ts';

/**
 * The runbook `key-rotate` on two real hosts with sshd and sudo, and in two real repositories of restic, killed with -9 at boundaries of its journal and
 * gone on with: the same keys at the end, nothing left behind, and at no moment was what is used refused. Also where the checkpoint is filled in with
 * “no”, so that it is taken back. As root.
 *   --key K       hosts or backup (default: both)
 *   --answer A    yes or no (default: both)
 *   --singles N   boundaries of each, chosen by the seed (default: 10)
 *   --pairs N     two kills in one run (default: 2)
 *   --seed N      (default: 1)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: { key: option, answer: option, singles: option, pairs: option, seed: option },
});
let isBad = false;
for (const key of ['backup', 'hosts'] as const) {
  if (values.key !== undefined && values.key !== key) continue;
  await using lab = key === 'hosts' ? await startHosts(2) : null;
  for (const answer of ['yes', 'no'] as const) {
    if (values.answer !== undefined && values.answer !== answer) continue;
    const from = performance.now();
    const report = await crashSweep({
      open: () => (lab === null ? openBackupKeySweep(answer) : openHostKeySweep(lab, answer)),
      singles: Number(values.singles ?? '10'),
      pairs: Number(values.pairs ?? '2'),
      seed: Number(values.seed ?? '1'),
      processMs: 270_000,
      onTry: (text) => console.log(`${key} ${answer} ${text}, ${((performance.now() - from) / 1000).toFixed(0)} s`),
    });
    const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
    console.log(JSON.stringify(report.endState));
    console.log(
      `${key}, ${answer}: ${boundaries} boundaries, ${report.singles} single and ${report.pairs} double crashes, ${report.killed} processes killed, ${report.differences.length} different ends`,
    );
    for (const difference of report.differences) console.log(JSON.stringify(difference));
    isBad ||= report.differences.length > 0;
  }
}
process.exitCode = isBad ? 1 : 0;
