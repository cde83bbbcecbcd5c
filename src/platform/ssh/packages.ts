import type { Effect } from '../../model/effect.ts';
import type { PackageLook } from '../../model/packages.ts';
import type { Exec } from '../../model/ports.ts';
import { parsePackages } from '../packages.ts';
import { hostWord, type SshHost } from './access.ts';
import type { SshReach } from './fleet.ts';
import { askWhole } from './look.ts';
import { clientWords } from './platform.ts';
import { ON, RESOURCE } from './together.ts';

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
export function hostManualEffect(
  { host, reach }: Pick<HostPackagesOptions, 'host' | 'reach'>,
  names: readonly string[],
  timeoutMs: number,
): Effect {
  return {
    kind: 'exec',
    argv: [...clientWords(reach, 'package'), '--do', 'manual', '--of', names.join(','), ON, hostWord(host)],
    resource: `${RESOURCE}${host.name}`,
    why: `${names.join(', ')} wanted by themselves on ${host.name}`,
    timeoutMs,
  };
}

/** One verb of the host's program under the fence of the host. `set` may fail: what is so then, a look shows. Pure. */
export function hostPackageEffect(
  { host, reach }: Pick<HostPackagesOptions, 'host' | 'reach'>,
  verb: 'set' | 'refresh',
  words: readonly string[],
  downgrade: boolean,
  timeoutMs: number,
): Effect {
  const asked = verb === 'set' ? ['--of', words.join(','), '--downgrade', downgrade ? 'yes' : 'no'] : [];
  return {
    kind: 'exec',
    argv: [...clientWords(reach, 'package'), '--do', verb, ...asked, ON, hostWord(host)],
    resource: `${RESOURCE}${host.name}`,
    why: verb === 'set' ? `set ${words.join(', ')} on ${host.name}` : `ask the package sources on ${host.name}`,
    ...(verb === 'set' ? { okExitCodes: [0, 1] } : {}),
    timeoutMs,
  };
}
