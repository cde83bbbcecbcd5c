import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Cut } from './cut.ts';
import { gtidStateText, sameState } from './gtid.ts';
import { layDown } from './lay.ts';
import { executedBy, type ReplayAccess, type ReplaySession } from './server.ts';

/** The plain way: what `mysqlbinlog` writes, read by a client, one transaction after the other. Slower, and also for logs without ids. */

export interface PlainOptions {
  readonly exec: Exec;
  /** `mysqlbinlog` or `mariadb-binlog`, of the version of the server or later. */
  readonly reader: string;
  /** `mysql` or `mariadb`. */
  readonly client: string;
  readonly timeoutMs: number;
}

/** Both ends must succeed: a reader that breaks off would otherwise look like the end of the logs. */
const PIPE =
  'set -o pipefail; reader=$1 client=$2 options=$3; shift 3; "$reader" --no-defaults "$@" | "$client" --defaults-file="$options" --binary-mode --batch';

/**
 * @throws ProblemError when one of the two programs fails, or the server ends with other transactions than those of the cut, where they have ids
 */
export async function replayPlainly(
  access: ReplayAccess,
  session: ReplaySession,
  cut: Cut,
  { exec, reader, client, timeoutMs }: PlainOptions,
): Promise<void> {
  if (cut.segments.length === 0) return;
  const directory = await mkdtemp(join(tmpdir(), 'shiplock-replay-'));
  try {
    const { files } = await layDown(cut, directory, 'replay', 'plain');
    const options = join(directory, 'client.cnf');
    await writeFile(options, optionFile(access), { mode: 0o600 });
    const argv = ['bash', '-c', PIPE, 'bash', reader, client, options, ...files];
    const { exitCode, stderr } = await exec.read(argv, { timeoutMs });
    if (exitCode !== 0) throw failed(`exit ${exitCode}: ${stderr.trim().slice(-1_000)}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  // MariaDB notes ids of what a client gives it only where it writes a log of its own.
  if (cut.executed === null || cut.family === 'mariadb') return;
  const state = await executedBy(session, cut.family);
  if (!sameState(state, cut.executed))
    throw failed(`${gtidStateText(state)} instead of ${gtidStateText(cut.executed)}`);
}

/** Words of an option file: quoted, so that no character of a password means anything. */
function optionFile({ socketPath, user, password }: ReplayAccess): string {
  const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const secret = password === undefined ? [] : [`password=${quoted(password)}`];
  return ['[client]', `socket=${quoted(socketPath)}`, `user=${quoted(user)}`, ...secret, ''].join('\n');
}

function failed(found: string): ProblemError {
  return new ProblemError({
    code: 'replay.failed',
    where: 'replay (plain)',
    found,
    expected: 'a server that takes every transaction of the logs',
    remedy: 'check that base, logs and programs are of one version; then restore the base anew and replay again',
  });
}
