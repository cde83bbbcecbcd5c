import type { Effect } from '../../model/effect.ts';
import type { LogFile, LogRules, LogsLook } from '../../model/logs.ts';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { dueWord, LOGS_PROGRAM, parseLogs, reopenWord, rotatorWord } from '../logs.ts';

/** Logs of this machine, by logs.sh beside these modules. */

export interface LocalLogsOptions {
  /** Resource whose fence is compared. */
  readonly resource: string;
  readonly exec: Exec;
  /** Words before the command where this user is not root: `sudo -n`. Files of this user need none. */
  readonly privileged: readonly string[];
}

const LOOK_MS = 30_000;

/** @throws ProblemError `platform.logs-answer` */
export async function observeLocalLogs(
  { exec, privileged }: Pick<LocalLogsOptions, 'exec' | 'privileged'>,
  rules: LogRules,
  signal?: AbortSignal,
): Promise<LogsLook> {
  const argv = [...privileged, 'sh', LOGS_PROGRAM, 'look', rules.id, rules.files.join(','), rotatorWord(rules)];
  const { stdout, stderr, exitCode } = await exec.read(argv, {
    timeoutMs: LOOK_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  const found = parseLogs(stdout);
  if (found !== undefined) return found;
  throw new ProblemError({
    code: 'platform.logs-answer',
    where: 'this machine',
    found: stderr.trim().split('\n').at(-1) || `exit code ${exitCode}: ${stdout.trim().slice(-200)}`,
    expected: 'directories of logs that can be looked at',
    remedy: 'logs are put aside on Linux with coreutils, findutils, awk and gzip; look at what it says',
  });
}

/** Repeatable: what has another inode by now was put aside already. Pure. */
export function localLogsEffect(
  { resource, privileged }: Pick<LocalLogsOptions, 'resource' | 'privileged'>,
  rules: LogRules,
  due: readonly Pick<LogFile, 'path' | 'inode'>[],
  timeoutMs: number,
): Effect {
  return {
    kind: 'exec',
    argv: [
      ...[...privileged, 'sh', LOGS_PROGRAM, 'rotate', rules.id, rules.files.join(','), rotatorWord(rules)],
      ...[reopenWord(rules.reopen), rules.every, String(rules.maxMiB), String(rules.keep), String(rules.keepDays)],
      dueWord(due),
    ],
    resource,
    why: `put ${due.length} logs aside on this machine, and tidy what was put aside`,
    timeoutMs,
  };
}
