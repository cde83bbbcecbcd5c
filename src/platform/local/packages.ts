import { join } from 'node:path';
import type { Effect } from '../../model/effect.ts';
import type { PackageLook } from '../../model/packages.ts';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { PACKAGES_PROGRAM, parsePackages } from '../packages.ts';

/** Packages of this machine, by packages.sh beside these modules. */

export interface LocalPackagesOptions {
  /** Directory whose `run` keeps the log of package work. */
  readonly root: string;
  /** Resource whose fence is compared. */
  readonly resource: string;
  readonly exec: Exec;
  /** Words before the command where this user is not root: `sudo -n`. */
  readonly privileged: readonly string[];
}

const LOOK_MS = 30_000;

/** @throws ProblemError `platform.packages-answer` */
export async function observeLocalPackages(
  { root, exec }: LocalPackagesOptions,
  words: readonly string[],
  downgrade: boolean,
  signal?: AbortSignal,
): Promise<PackageLook> {
  const argv = ['sh', PACKAGES_PROGRAM, 'look', ...logWords(root, downgrade), ...words];
  const { stdout, stderr, exitCode } = await exec.read(argv, {
    timeoutMs: LOOK_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  const state = parsePackages(stdout);
  if (state !== undefined) return state;
  throw new ProblemError({
    code: 'platform.packages-answer',
    where: 'this machine',
    found: stderr.trim().split('\n').at(-1) || `exit code ${exitCode}: ${stdout.trim().slice(-200)}`,
    expected: 'apt and dpkg, which say what they would do',
    remedy:
      'packages are upgraded on machines of the Debian family only; look whether `apt-get -s upgrade` works there',
  });
}

/** Repeatable. `set` may end with 70: what is so then, a look shows. Pure. */
export function localPackageEffect(
  { root, resource, privileged }: LocalPackagesOptions,
  verb: 'set' | 'refresh',
  words: readonly string[],
  downgrade: boolean,
  timeoutMs: number,
): Effect {
  return {
    kind: 'exec',
    argv: [...privileged, 'sh', PACKAGES_PROGRAM, verb, ...logWords(root, downgrade), ...words],
    resource,
    why: verb === 'set' ? `set ${words.join(', ')} on this machine` : 'ask the package sources on this machine',
    ...(verb === 'set' ? { okExitCodes: [0, 70] } : {}),
    timeoutMs,
  };
}

function logWords(root: string, downgrade: boolean): readonly string[] {
  return [join(root, 'run', 'packages.log'), downgrade ? 'yes' : 'no'];
}
