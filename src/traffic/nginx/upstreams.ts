import type { NginxOptions } from './options.ts';
import type { Group, Split } from './split.ts';
import { UNITS } from './split.ts';
import { indent, literal } from './text.ts';

/** Who may be asked: an upstream per group, and one per guard. */
export function upstreams(options: NginxOptions, split: Split): readonly string[] {
  const { files, service } = options;
  const lonely = split.groups.length > 0 && split.fallback === null;
  return [
    ...split.groups.flatMap(upstream),
    // A leased version without a stable one beside it: what its guards refuse is refused.
    ...(lonely ? [`upstream ${nobody(service)} { server 127.0.0.1:1 down; }`] : []),
    ...(files === undefined || files === null
      ? []
      : [`upstream ${service}-files { server ${files.server} max_fails=0; }`]),
  ];
}

function upstream({ name, servers, guard }: Group): readonly string[] {
  const asked = guard === null ? [] : [`upstream ${name}-guard { server ${guard} max_fails=0; }`];
  // Failures move requests only between servers of one version, never from version to version: no share is exceeded.
  const how = servers.length > 1 ? 'max_fails=3 fail_timeout=1s' : 'max_fails=0';
  return [
    `upstream ${name} {`,
    ...indent([
      `zone ${name} 128k;`,
      ...servers.map((server) => `server ${server} ${how};`),
      // Let go long before an instance would: a request on a connection that the instance has just closed is lost.
      'keepalive 32;',
      'keepalive_timeout 2s;',
    ]),
    '}',
    ...asked,
  ];
}

function nobody(service: string): string {
  return `${service}-nobody`;
}

/** From a random number to a group, and from the group to the version for the counts. */
export function splitPart(split: Split): readonly string[] {
  const { groups, fallback } = split;
  const [most] = groups.toSorted((one, other) => other.units - one.units);
  if (most === undefined) return ['map "" $shiplock_version { default -; }'];
  const rest = groups.filter((group) => group !== most && group.units > 0);
  return [
    'split_clients "$request_id" $shiplock_pick {',
    ...indent([...rest.map(({ name, units }) => `${percentWord(units)} ${name};`), `* ${most.name};`]),
    '}',
    ...groupMaps(groups, fallback),
    'map $shiplock_group $shiplock_version {',
    ...indent(['default -;', ...groups.map(({ name, version }) => `${name} ${version};`)]),
    '}',
  ];
}

/** 1250 of 10,000 → `12.50%`. */
function percentWord(units: number): string {
  return `${((units * 100) / UNITS).toFixed(2)}%`;
}

function groupMaps(groups: readonly Group[], fallback: string | null): readonly string[] {
  const leased = groups.filter((group) => group.guard !== null);
  if (leased.length === 0) return ['map $shiplock_pick $shiplock_group { default $shiplock_pick; }'];
  const plain = groups.filter((group) => group.guard === null);
  const last = fallback ?? nobody((leased[0]?.name ?? '').replace(/-\d+-\d+$/, ''));
  return [
    'map $shiplock_pick $shiplock_guard {',
    ...indent(['default "";', ...leased.map(({ name }) => `${name} ${name}-guard;`)]),
    '}',
    'map "$shiplock_pick:$shiplock_yes" $shiplock_group {',
    ...indent([
      `default ${last};`,
      ...plain.map(({ name }) => `"~^${literal(name)}:" ${name};`),
      ...leased.map(({ name }) => `"${name}:yes" ${name};`),
    ]),
    '}',
  ];
}
