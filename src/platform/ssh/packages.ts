import type { Effect } from '../../model/effect.ts';
import type { PackageLook } from '../../model/packages.ts';
import type { Exec } from '../../model/ports.ts';
import { parsePackages } from '../packages.ts';
import type { SshHost } from './access.ts';
import { type HostReach, hostEffect } from './effect.ts';
import type { SshReach } from './fleet.ts';
import { askWhole } from './look.ts';

/** Packages of a host over ssh, by the program of the host. */

/** apt computes, and each package that is named is asked for: the more of them, the longer. */
const PACKAGES_MS = 60_000;

export interface HostPackagesOptions {
  readonly host: SshHost;
  readonly reach: SshReach;
  readonly exec: Exec;
}

/**
 * @param how `new`: packages that are named may also be installed that are not there
 * @throws ProblemError when the host cannot be asked
 */
export async function observeHostPackages(
  { host, reach, exec }: HostPackagesOptions,
  words: readonly string[],
  downgrade: boolean,
  signal?: AbortSignal,
  how: 'installed' | 'new' = 'installed',
): Promise<PackageLook> {
  const fresh = how === 'new' ? ['--do', 'new'] : [];
  const asked = ['--of', words.join(','), '--downgrade', downgrade ? 'yes' : 'no', ...fresh];
  const remedy =
    'look whether `apt-get -s upgrade` works there: packages are upgraded on hosts of the Debian family only';
  const looking = { host, access: reach.access, root: reach.root, exec };
  return askWhole(
    looking,
    { verb: 'packages', words: asked, parse: parsePackages, remedy, withinMs: PACKAGES_MS },
    signal,
  );
}

/** These packages are wanted by themselves from now on. Repeatable. Pure. */
export function hostManualEffect(options: HostReach, names: readonly string[], timeoutMs: number): Effect {
  const why = `${names.join(', ')} wanted by themselves on ${options.host.name}`;
  return hostEffect(options, 'package', ['--do', 'manual', '--of', names.join(',')], { why, timeoutMs });
}

/** One verb of the host's program under the fence of the host. `set` may fail: what is so then, a look shows. Pure. */
export function hostPackageEffect(
  options: HostReach,
  verb: 'set' | 'refresh',
  words: readonly string[],
  downgrade: boolean,
  timeoutMs: number,
): Effect {
  const on = `on ${options.host.name}`;
  if (verb === 'refresh') {
    return hostEffect(options, 'package', ['--do', verb], { why: `ask the package sources ${on}`, timeoutMs });
  }
  const asked = ['--do', verb, '--of', words.join(','), '--downgrade', downgrade ? 'yes' : 'no'];
  const why = `set ${words.join(', ')} ${on}`;
  return hostEffect(options, 'package', asked, { why, okExitCodes: [0, 1], timeoutMs });
}
