import type { Effect } from '../../model/effect.ts';
import { type Fleet, fleet } from '../fleet.ts';
import { hostWord, type SshHost } from './access.ts';
import { clientWords } from './effect.ts';
import type { SshPlatformOptions } from './options.ts';
import { sshPlatform } from './platform.ts';
import { ON, RESOURCE, together } from './together.ts';

export type SshFleetOptions = Omit<SshPlatformOptions, 'host'> & { readonly hosts: readonly SshHost[] };

/** Enough to ask the program of a host. */
export type SshReach = Pick<SshFleetOptions, 'hosts' | 'command' | 'access' | 'root' | 'service' | 'parallel'>;

const PREPARE_MS = 60_000;

/** Hosts over ssh as one platform; what several of them are to do is one effect, which asks them at the same time. */
export function sshFleet({ hosts, ...shared }: SshFleetOptions): Fleet {
  const one = fleet(
    hosts.map((host) => ({ name: host.name, address: host.address, platform: sshPlatform({ ...shared, host }) })),
  );
  const joined = (effects: readonly Effect[]): readonly Effect[] => together(effects, shared.parallel);
  return {
    observe: one.observe,
    install: (spec, observed, on) => joined(one.install(spec, observed, on)),
    start: (spec, observed, on) => joined(one.start(spec, observed, on)),
    stop: (version, observed, on) => joined(one.stop(version, observed, on)),
    makeCurrent: (version, observed, on) => joined(one.makeCurrent(version, observed, on)),
    remove: (version, observed, on) => joined(one.remove(version, observed, on)),
    stopGuards: one.stopGuards,
  };
}

/** The command that raises the fence at the hosts of a resource (`ssh:web1,web2`); undefined for other resources. Pure. */
export function raiseWords({ hosts, ...shared }: SshReach, resource: string): readonly string[] | undefined {
  if (!resource.startsWith(RESOURCE)) return undefined;
  const names = resource.slice(RESOURCE.length).split(',');
  const meant = hosts.filter((host) => names.includes(host.name));
  return [...clientWords(shared, 'fence'), ...meant.flatMap((host) => [ON, hostWord(host)])];
}

/** The effect that lays the host's program down on these hosts, for root only. Its name is its content, so there is no fence to compare. */
export function prepareEffect({ hosts, ...shared }: SshReach, names: readonly string[]): Effect {
  const meant = hosts.filter((host) => names.includes(host.name));
  return {
    kind: 'exec',
    argv: [...clientWords(shared, 'prepare'), ...meant.flatMap((host) => [ON, hostWord(host)])],
    why: `lay the program of hosts down on ${names.join(', ')}`,
    timeoutMs: PREPARE_MS * Math.ceil(meant.length / shared.parallel),
  };
}
