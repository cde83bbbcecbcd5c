import type { Effect } from '../../model/effect.ts';
import type { LogFile, LogRules, LogsLook } from '../../model/logs.ts';
import { dueWord, parseLogs, reopenWord, rotatorWord } from '../logs.ts';
import { type HostReach, hostEffect } from './effect.ts';
import { askWhole } from './look.ts';
import type { HostPackagesOptions } from './packages.ts';

/** Logs of a host over ssh, by the program of the host. */

/** @throws ProblemError when the host cannot be asked */
export async function observeHostLogs(
  { host, reach, exec }: HostPackagesOptions,
  rules: LogRules,
  signal?: AbortSignal,
): Promise<LogsLook> {
  const asked = ['--name', rules.id, '--of', rules.files.join(','), '--rotator', rotatorWord(rules)];
  const remedy = 'look whether the login shell of that user on the host prints something of its own';
  const looking = { host, access: reach.access, root: reach.root, exec };
  return askWhole(looking, { verb: 'logs', words: asked, parse: parseLogs, remedy }, signal);
}

/** Under the fence of the host. Repeatable: what has another inode by now was put aside already. Pure. */
export function hostLogsEffect(
  options: HostReach,
  rules: LogRules,
  due: readonly Pick<LogFile, 'path' | 'inode'>[],
  timeoutMs: number,
): Effect {
  const words = [
    ...['--name', rules.id, '--of', rules.files.join(',')],
    ...['--rotator', rotatorWord(rules), '--reopen', reopenWord(rules.reopen), '--every', rules.every],
    ...['--mib', String(rules.maxMiB), '--keep', String(rules.keep), '--days', String(rules.keepDays)],
    ...(due.length === 0 ? [] : ['--due', dueWord(due)]),
  ];
  const why = `put ${due.length} logs aside, and tidy what was put aside on ${options.host.name}`;
  return hostEffect(options, 'log', words, { why, timeoutMs });
}
