import { fileURLToPath } from 'node:url';
import type { AsideLog, LogFile, LogReopen, LogRules, LogsLook } from '../model/logs.ts';
import { textLines } from './lines.ts';

/** Logs of a machine: logs.sh beside this module, and what it says of them. */

export const LOGS_PROGRAM = fileURLToPath(new URL('./logs.sh', import.meta.url));

const KINDS = ['log', 'aside', 'rotator', 'other', 'insecure', 'now'] as const;

/** The answer of `look`; undefined for one that is not whole. Pure. */
export function parseLogs(stdout: string): LogsLook | undefined {
  const texts = textLines(stdout, KINDS);
  if (texts === undefined) return undefined;
  const logs = texts('log').map(parseLog);
  const aside = texts('aside').map(parseAside);
  const now = Number(texts('now')[0] ?? Number.NaN);
  if (logs.includes(undefined) || aside.includes(undefined) || !Number.isFinite(now)) return undefined;
  return {
    nowMs: now * 1000,
    logs: logs.filter((one) => one !== undefined),
    aside: aside.filter((one) => one !== undefined),
    rotator: texts('rotator')[0] ?? null,
    others: texts('other'),
    insecure: texts('insecure'),
  };
}

/** `BYTES INODE BIRTH CHANGED PATH`; a birth of 0 is not known (stat of coreutils). */
function parseLog(text: string): LogFile | undefined {
  const [, bytes = '', inode = '', birth = '', changed = '', path = ''] =
    /^(\d+) (\d+) (\d+|-) (\d+) (\/.*)$/.exec(text) ?? [];
  if (path === '') return undefined;
  const begun = birth === '-' || birth === '0' ? changed : birth;
  return { path, inode, bytes: Number(bytes), sinceMs: Number(begun) * 1000 };
}

/** `BYTES SECONDS PID,PID PATH`, with `-` where nobody writes. */
function parseAside(text: string): AsideLog | undefined {
  const [, bytes = '', at = '', pids = '', path = ''] = /^(\d+) (\d+) (-|[\d,]+) (\/.*)$/.exec(text) ?? [];
  if (path === '') return undefined;
  return {
    ...{ path, bytes: Number(bytes), atMs: Number(at) * 1000, compressed: path.endsWith('.gz') },
    writers: pids === '-' ? [] : pids.split(',').filter((pid) => pid !== ''),
  };
}

/** As logs.sh is told it. Pure. */
export function reopenWord(reopen: LogReopen): string {
  switch (reopen.kind) {
    case 'none':
      return 'none';
    case 'reload':
      return `reload:${reopen.unit}`;
    case 'signal':
      return `${reopen.signal}:${reopen.unit}`;
    case 'signal-file':
      return `${reopen.signal}@${reopen.pidFile}`;
  }
}

/** `PATH:INODE` of what is due, with commas between them. Pure. */
export function dueWord(due: readonly Pick<LogFile, 'path' | 'inode'>[]): string {
  return due.map(({ path, inode }) => `${path}:${inode}`).join(',');
}

export function rotatorWord({ rotator }: Pick<LogRules, 'rotator'>): 'yes' | 'no' {
  return rotator ? 'yes' : 'no';
}
