import { spawnSync } from 'node:child_process';

/** The user `nobody` of this machine, where we may become them and they may read this repository. */

const ID = '65534';
/** In front of a command: it runs as them, and what it makes is theirs alone. */
export const AS_SOMEBODY_ELSE = [
  ...['setpriv', `--reuid=${ID}`, `--regid=${ID}`, '--clear-groups'],
  ...['sh', '-c', 'umask 077; exec "$@"', 'sh'],
] as const;

/** Null: we can; else why not. */
export function notSomebodyElse(): string | null {
  if (process.getuid?.() !== 0) return 'needs root, to become somebody else';
  const [program = '', ...args] = [...AS_SOMEBODY_ELSE, process.execPath, '--check', import.meta.filename];
  const tried = spawnSync(program, args, { encoding: 'utf8' });
  return tried.status === 0 ? null : 'somebody else must be able to read this repository';
}

/** Gives them a directory with all that is in it. */
export function giveAway(directory: string): void {
  const given = spawnSync('chown', ['-R', `${ID}:${ID}`, directory], { encoding: 'utf8' });
  if (given.status !== 0) throw new Error(given.stderr);
}
