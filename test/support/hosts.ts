import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir, makeOnce } from '../../scripts/cache.ts';
import type { HostLab, LabHost } from '../../scripts/components/hosts.ts';
import { whyNoHosts } from '../../scripts/components/hosts.ts';
import { withoutFrom } from '../../scripts/setup/without.ts';
import { type Effect, type EffectResult, effectSchema } from '../../src/model/effect.ts';
import type { UnitSpec } from '../../src/model/platform.ts';
import { hostCommand, prepareEffect, raiseWords, type SshFleetOptions, unitCommand } from '../../src/platform/index.ts';
import { executeEffect } from '../../src/procedure/effects/execute.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { fileDigest } from '../../src/procedure/machine/digest.ts';
import { createExec } from '../../src/procedure/machine/exec.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';

/** Why tests on real hosts do not run here, to be read in their title; null when they do. */
export async function whySkipHosts(): Promise<string | null> {
  return withoutFrom(process.env['SHIPLOCK_WITHOUT']).includes('hosts') ? 'SHIPLOCK_WITHOUT=hosts' : whyNoHosts();
}

/** ` (did not run: …)`, or nothing. */
export function skipWords(why: string | null): string {
  return why === null ? '' : ` (did not run: ${why})`;
}

/** The static service of test/platform/fixtures, built once. */
export async function hostService(): Promise<string> {
  const source = join(import.meta.dirname, '../platform/fixtures/host-service/main.go');
  const { stdout } = await promisify(execFile)('sha256sum', [source]);
  const directory = await makeOnce({
    target: cacheDir('test-builds', `host-service-${stdout.slice(0, 12)}`),
    script: 'mkdir "$1" && go build -trimpath -ldflags "-s -w" -o "$1/service" "$2"',
    args: [source],
    env: { CGO_ENABLED: '0' },
  });
  return join(directory, 'service');
}

export const ROOT = '/srv/shop';

export function fleetOptions(
  lab: Pick<HostLab, 'knownHosts' | 'identity' | 'dir'>,
  hosts: readonly Pick<LabHost, 'name' | 'address'>[],
  more: Partial<SshFleetOptions> & { readonly user?: string } = {},
): SshFleetOptions {
  const { user = 'root', ...rest } = more;
  const root = join(lab.dir, 'here');
  return {
    hosts: hosts.map(({ name, address }) => ({ name, address, port: 22, user })),
    access: { knownHosts: lab.knownHosts, identityFile: lab.identity, connectTimeoutMs: 2_000 },
    root: ROOT,
    service: 'shop',
    component: 'api',
    replicas: 1,
    ports: { first: 20_000, last: 20_099 },
    crashLoop: { restarts: 3, withinMs: 60_000 },
    parallel: 8,
    command: hostCommand(),
    guards: {
      root,
      ports: { first: 24_000, last: 24_099 },
      unitCommand: unitCommand(),
      clock: systemClock,
      // No guard of its own is needed to see that one is started beside the proxy with the right words.
      template: { argv: ['sleep', '600', '{host}:{port}', '{guardPort}'], heartbeatFile: join(root, '{version}') },
    },
    exec: createExec(systemClock),
    clock: systemClock,
    ...rest,
  };
}

export async function unitSpec(version: string, more: Partial<UnitSpec> = {}): Promise<UnitSpec> {
  const artefact = more.artefact ?? (await hostService());
  return {
    component: 'api',
    version,
    digest: more.digest ?? (await fileDigest(artefact)),
    artefact,
    command: ['./service', '{host}:{port}'],
    env: {},
    replicas: 1,
    readyPath: '/readyz',
    livePath: '/readyz',
    startTimeoutMs: 10_000,
    stopTimeoutMs: 5_000,
    ...more,
  };
}

/** Does what the engine does with effects, under a fence. */
export async function execute(
  options: SshFleetOptions,
  effects: readonly Effect[],
  how: { readonly fence?: number; readonly env?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<readonly EffectResult[]> {
  const results: EffectResult[] = [];
  for (const effect of effects) {
    results.push(
      await executeEffect(effectSchema.parse(effect), {
        clock: systemClock,
        secrets: createSecrets({ env: how.env ?? {} }),
        fence: how.fence ?? 1,
        fenceFile: (resource) =>
          resource.startsWith('local:') ? join(resource.slice('local:'.length), 'run', 'fence') : undefined,
        fenceCommand: (resource) => {
          const argv = raiseWords(options, resource);
          return argv === undefined ? undefined : { argv };
        },
        signal: how.signal ?? new AbortController().signal,
      }),
    );
  }
  return results;
}

export function prepare(options: SshFleetOptions): Promise<readonly EffectResult[]> {
  return execute(options, [
    prepareEffect(
      options,
      options.hosts.map((host) => host.name),
    ),
  ]);
}

/** A new machine with the name, the address and the host key of an old one: nothing of what was there is left. It must be off. */
export async function emptyDisk({ disk }: LabHost): Promise<void> {
  const upper = join(disk, 'upper');
  const leave = (name: string): boolean => ['etc', 'root'].includes(name);
  const identity = ['ssh', 'hostname', 'machine-id', 'hosts'];
  for (const name of await readdir(upper)) if (!leave(name)) await rm(join(upper, name), { recursive: true });
  for (const name of await readdir(join(upper, 'etc'))) {
    if (!identity.includes(name)) await rm(join(upper, 'etc', name), { recursive: true });
  }
}
