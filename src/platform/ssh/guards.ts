import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Effect } from '../../model/effect.ts';
import type { HostLook, Instance, UnitSpec } from '../../model/platform.ts';
import type { Clock } from '../../model/ports.ts';
import { LOOPBACK, type PortRange } from '../local/host-ports.ts';
import { layout } from '../local/layout.ts';
import { type LocalState, observeHost } from '../local/observe.ts';
import { localPlatform } from '../local/platform.ts';
import type { GuardTemplate } from '../local/records.ts';

/** Where the guards of a host run: on the machine of the proxy, as supervised units like any other. */
export interface GuardPlace {
  readonly root: string;
  readonly ports: PortRange;
  readonly unitCommand: readonly string[];
  readonly clock: Clock;
  /** Its `{port}` and `{host}` are those of the instance. */
  readonly template: GuardTemplate;
}

const START_MS = 15_000;
const STOP_MS = 2_000;

/** Component of the guard of the n-th instance (from 1) on a host. */
export function guardComponent(host: string, n: number): string {
  return `guard-${host}-${n}`;
}

/** The guards of a host, as its own rows of what runs. */
export async function observeGuards(
  place: GuardPlace,
  host: string,
  count: number,
  signal: AbortSignal | undefined,
): Promise<Pick<LocalState, 'instances' | 'installed' | 'broken'>> {
  const looks = await Promise.all(
    numbers(count).map((n) =>
      observeHost(layout(place.root), place.clock, { component: guardComponent(host, n), signal }),
    ),
  );
  return {
    // On its host an instance of the service has the same name.
    instances: looks.flatMap((look) =>
      look.instances.map((row) => ({ ...row, instance: `${row.component}.${row.version}` })),
    ),
    installed: looks.flatMap((look) => look.installed),
    broken: looks.flatMap((look) => look.broken),
  };
}

/** Where the guard of an instance answers, when it runs. */
export function guardOf(
  instances: HostLook['instances'],
  host: string,
  instance: { readonly instance: string; readonly version: string },
): Pick<Instance, 'guardHost' | 'guardPort'> {
  const component = guardComponent(host, numberOf(instance.instance));
  const guard = instances.find(
    (one) => one.component === component && one.version === instance.version && isThere(one.state),
  );
  return guard === undefined ? {} : { guardHost: LOOPBACK, guardPort: guard.port };
}

/** `1.4.0-rc-2` → 2. */
export function numberOf(instance: string): number {
  return Number(instance.slice(instance.lastIndexOf('-') + 1));
}

export interface Guarded {
  readonly host: string;
  readonly address: string;
  readonly n: number;
  readonly version: string;
  readonly port: number;
}

/** Effects that have a guard look at an instance. */
export function startGuard(place: GuardPlace, one: Guarded, readyPath: string, look: HostLook): readonly Effect[] {
  const platform = platformFor(place, one.host, one.n);
  const command = commandOf(place, one, readyPath);
  const description = `${JSON.stringify({ argv: command }, null, 2)}\n`;
  const artefact = join(place.root, 'run', `${guardComponent(one.host, one.n)}-${one.version}.json`);
  const spec: UnitSpec = {
    component: guardComponent(one.host, one.n),
    version: one.version,
    digest: `sha256:${createHash('sha256').update(description).digest('hex')}`,
    artefact,
    command,
    env: {},
    replicas: 1,
    readyPath: '',
    livePath: '',
    startTimeoutMs: START_MS,
    stopTimeoutMs: STOP_MS,
  };
  const mine = (row: { readonly component: string; readonly version: string }): boolean =>
    row.component === spec.component && row.version === spec.version;
  // The instance has another port than the guard was made for: a guard that looks elsewhere is of no use.
  const stale = look.installed.some((row) => mine(row) && row.digest !== spec.digest);
  const clear = stale ? endGuard(place, one, look) : [];
  const now = stale
    ? {
        ...look,
        instances: look.instances.filter((row) => !mine(row)),
        installed: look.installed.filter((row) => !mine(row)),
      }
    : look;
  const install = platform.install(spec, now);
  const file: readonly Effect[] =
    install.length === 0
      ? []
      : [
          {
            kind: 'file',
            path: artefact,
            content: description,
            why: `how the guard of ${one.host} is started`,
            resource: `local:${place.root}`,
            timeoutMs: 10_000,
          },
        ];
  return [...clear, ...file, ...install, ...platform.start(spec, now)];
}

/** Effects after which nothing of a guard is left. */
export function endGuard(
  place: GuardPlace,
  one: Pick<Guarded, 'host' | 'n' | 'version'>,
  look: HostLook,
): readonly Effect[] {
  const platform = platformFor(place, one.host, one.n);
  return [...platform.stop(one.version, look), ...platform.remove(one.version, look)];
}

/** Repeatable without a look. */
export function stopGuardsOf(place: GuardPlace, host: string, count: number, version: string): readonly Effect[] {
  return numbers(count).map((n) => {
    const component = guardComponent(host, n);
    return {
      kind: 'exec',
      argv: [...place.unitCommand, 'stop', '--root', place.root, '--component', component, '--version', version],
      resource: `local:${place.root}`,
      why: `end the guard of ${version} on ${host}`,
      timeoutMs: 60_000,
    };
  });
}

function platformFor({ root, ports, unitCommand, clock }: GuardPlace, host: string, n: number) {
  return localPlatform({ root, ports, unitCommand, clock, component: guardComponent(host, n) });
}

/** The template speaks of the instance; the unit that runs it has a port of its own, which is the guard's. */
function commandOf(place: GuardPlace, one: Guarded, readyPath: string): readonly string[] {
  const heartbeatFile = place.template.heartbeatFile.replaceAll('{version}', one.version);
  const values: Readonly<Record<string, string>> = {
    port: String(one.port),
    guardPort: '{port}',
    host: one.address.includes(':') ? `[${one.address}]` : one.address,
    version: one.version,
    instance: `${one.version}-${one.n}`,
    readyPath,
    heartbeatFile,
  };
  return place.template.argv.map((word) =>
    word.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  );
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function isThere(state: Instance['state']): boolean {
  return state !== 'stopped' && state !== 'draining';
}
