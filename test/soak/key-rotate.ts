import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startHosts } from '../../scripts/components/hosts.ts';
import { crashSweep, type SweepTry } from '../support/crash-sweep.ts';
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
 *   --every N     instead: one run, killed again and again, N to N + 2 boundaries behind each start
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: { key: option, answer: option, singles: option, pairs: option, seed: option, every: option },
});
let isBad = false;
for (const key of ['backup', 'hosts'] as const) {
  if (values.key !== undefined && values.key !== key) continue;
  await using lab = key === 'hosts' ? await startHosts(2) : null;
  for (const answer of ['yes', 'no'] as const) {
    if (values.answer !== undefined && values.answer !== answer) continue;
    const from = performance.now();
    const open = () => (lab === null ? openBackupKeySweep(answer) : openHostKeySweep(lab, answer));
    if (values.every !== undefined) {
      await using one = await open();
      const { kills, exit, endState } = await killedAgainAndAgain(one, Number(values.every));
      console.log(`${key}, ${answer}: one run, ${kills} processes killed, exit ${exit}, ${JSON.stringify(endState)}`);
      isBad ||= exit !== (answer === 'yes' ? 0 : 4);
      continue;
    }
    const report = await crashSweep({
      open,
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

async function killedAgainAndAgain(one: SweepTry, every: number) {
  let kills = 0;
  for (let start = 0; start < 60; start += 1) {
    const { argv, env } = await one.command(every + (start % 3), one.report);
    const [program = '', ...words] = argv;
    const { status, signal } = spawnSync(program, words, { ...(env === undefined ? {} : { env }), timeout: 270_000 });
    if (signal === 'SIGKILL') kills += 1;
    else if (status === 3) await one.answer();
    else return { kills, exit: status, endState: await one.endState() };
  }
  throw new Error(`not over after ${kills} kills`);
}
