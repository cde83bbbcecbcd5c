import { parseArgs } from 'node:util';
import { startHosts } from '../../scripts/components/hosts.ts';
import { crashSweep } from '../support/crash-sweep.ts';
import { openBackupKeySweep, openHostKeySweep } from '../support/runbooks/keys-sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * The runbook `key-rotate` on two real hosts with sshd and sudo, and in two real repositories of restic, killed with -9 at boundaries of its journal and
 * gone on with: the same keys at the end, nothing left behind, and at no moment was what is used refused. Also where the checkpoint is filled in with
 * “no”, so that it is taken back. As root.
 *   --key K       hosts or backup (default: both)
 *   --answer A    yes or no (default: both)
 *   --singles (default: 10), --pairs (2), --dealt, --seed and the like: see support/crash.ts
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { ...CRASH_OPTIONS, key: option, answer: option } });
for (const key of ['backup', 'hosts'] as const) {
  if (values.key !== undefined && values.key !== key) continue;
  await using lab = key === 'hosts' ? await startHosts(2) : null;
  for (const answer of ['yes', 'no'] as const) {
    if (values.answer !== undefined && values.answer !== answer) continue;
    const name = `${key}, ${answer}`;
    const report = await crashSweep({
      open: () => (lab === null ? openBackupKeySweep(answer) : openHostKeySweep(lab, answer)),
      ...crashAsked(values, { singles: 10, pairs: 2 }, name),
      processMs: 270_000,
    });
    crashSaid(name, report, answer === 'yes' ? 0 : 4);
  }
}
