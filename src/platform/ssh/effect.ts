import type { Effect } from '../../model/effect.ts';
import { formatDuration } from '../../model/scalars.ts';
import { hostWord, type SshHost } from './access.ts';
import type { SshPlatformOptions } from './options.ts';
import { ON, RESOURCE } from './together.ts';

/** What the client's words are made of. */
export type ClientOptions = Pick<SshPlatformOptions, 'command' | 'access' | 'root' | 'service' | 'parallel'>;

type Exec = Extract<Effect, { kind: 'exec' }>;

/** Where the verb is run, and by which client. */
export interface HostReach {
  readonly host: SshHost;
  readonly reach: ClientOptions;
}

/** One verb of the host's program under the fence of the host. Pure. @param more `why` and the time are needed; `own` comes behind the host: words that other hosts do not share */
export function hostEffect(
  { host, reach }: HostReach,
  verb: string,
  words: readonly string[],
  more: Omit<Exec, 'kind' | 'argv' | 'resource'> & { readonly own?: readonly string[] },
): Exec {
  const { own = [], ...rest } = more;
  return {
    kind: 'exec',
    argv: [...clientWords(reach, verb), ...words, ON, hostWord(host), ...own],
    resource: `${RESOURCE}${host.name}`,
    ...rest,
  };
}

/** The client's words up to those of the verb; the same for every host. */
export function clientWords(
  { command, access, root, service, parallel }: ClientOptions,
  verb: string,
): readonly string[] {
  return [
    ...command,
    verb,
    ...['--root', root, '--service', service, '--known-hosts', access.knownHosts],
    ...(access.identityFile === undefined ? [] : ['--identity', access.identityFile]),
    ...['--connect-timeout', formatDuration(access.connectTimeoutMs), '--parallel', String(parallel)],
  ];
}
