import type { Effect } from '../model/effect.ts';
import type { Exec } from '../model/ports.ts';
import { ProblemError } from '../model/problem.ts';
import type { BuildNetwork } from './config.ts';

/**
 * Builds run code of others: compilers, plugins, tests, packages. What has no network can neither send a secret away nor fetch something that no lock
 * file names. The network is taken away by the kernel (network namespaces): nothing in the build has to agree.
 */

/** How commands lose the network on this machine. */
export interface Cut {
  wrap<T>(argv: readonly T[]): readonly (T | string)[];
}

/** A namespace has a loopback of its own, which is down at first; tests that start servers need it. */
const LOOPBACK = 'ip link set lo up || exit 125; exec "$@"';
/** Who may not make namespaces becomes the owner of one first, and keeps from it only what brings the loopback up. */
const LOOPBACK_THEN_PLAIN = 'ip link set lo up || exit 125; exec setpriv --inh-caps=-all --ambient-caps=-all -- "$@"';

/** By who runs this: root makes a namespace at once. Pure. */
export function cutFor(uid: number | undefined): Cut {
  const [unshare, script] =
    uid === 0
      ? [['unshare', '--net'], LOOPBACK]
      : [['unshare', '--map-current-user', '--keep-caps', '--net'], LOOPBACK_THEN_PLAIN];
  return { wrap: (argv) => [...unshare, '--', 'sh', '-c', script, 'sh', ...argv] };
}

/** Tries whether commands can lose the network here. @throws ProblemError when they cannot: a build that was to have none must not have it */
export async function requireCut(network: BuildNetwork, cut: Cut, exec: Exec): Promise<void> {
  if (network === 'all') return;
  const tried = await exec
    .read(cut.wrap<string>(['true']), { timeoutMs: 10_000 })
    .catch((error: unknown) => ({ exitCode: 127, stderr: error instanceof Error ? error.message : String(error) }));
  if (tried.exitCode === 0) return;
  throw new ProblemError({
    code: 'build.no-network-cut',
    where: `build.network: ${network}`,
    found: tried.stderr.trim().split('\n').at(-1) || `exit ${tried.exitCode} of unshare`,
    expected:
      'a kernel that lets a build have a network of its own, and the programs unshare, setpriv (util-linux 2.36 or newer) and ip (iproute2)',
    remedy:
      'install them; on Ubuntu 24.04 allow namespaces by sysctl kernel.apparmor_restrict_unprivileged_userns=0, or run the job as root; else write `build.network: all`',
  });
}

/** Commands that download what a lock file names, and run nothing of it. */
export function downloads(argv: readonly unknown[]): boolean {
  const words = argv.map((word) => (typeof word === 'string' ? word : ''));
  const [program = '', ...rest] = words[0] === 'nice' && words[1] === '-n' ? words.slice(3) : words;
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (name === 'go') return rest[0] === 'mod' && rest[1] === 'download';
  return name === 'npm' && rest[0] === 'ci';
}

/** The same effect without the network: commands only, and with `install-only` not those that download. Pure. */
export function withoutNetwork(effect: Effect, network: BuildNetwork, cut: Cut): Effect {
  if (network === 'all' || effect.kind !== 'exec') return effect;
  if (network === 'install-only' && downloads(effect.argv)) return effect;
  return { ...effect, argv: cut.wrap(effect.argv) };
}
