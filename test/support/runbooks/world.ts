import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/components/ports.ts';
import { command } from '../../../scripts/testing/command.ts';
import { type DoorOptions, openEnvironment, type ServiceEnvironment } from '../../../src/release/index.ts';
import { type PackageRoot, packageRoot } from './packages.ts';

/** A system of real processes on this machine, each started and stopped by command lines: database ← api ← proxy. */

export const SERVICES = ['database', 'api', 'proxy'] as const;

export interface CommandWorld extends AsyncDisposable {
  readonly dir: string;
  readonly configFile: string;
  readonly store: string;
  /** Where users arrive. */
  readonly entry: string;
  /** What the setup compares. */
  endState(): Promise<unknown>;
  door(more?: Partial<DoorOptions>): DoorOptions;
  open(more?: Partial<DoorOptions>): Promise<ServiceEnvironment>;
  /** What happened, in order: `start database`. */
  log(): readonly string[];
  /** Which of them run, from their own mouth. */
  running(): Promise<readonly string[]>;
  /** Packages of a root of its own: those of this machine are never meant. */
  readonly packages: PackageRoot;
  /** The same command lines that a runbook uses. */
  service(verb: 'start' | 'stop', name: string): Promise<void>;
}

const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** What a runbook needs besides the services, and what of it must be the same at the end. */
export interface Setup {
  readonly proxy?: 'haproxy' | 'nginx';
  /** Lines of the environment, indented by four, made before the world is opened. */
  config?(dir: string): Promise<string>;
  /** Brings up what it needs. */
  begin(world: CommandWorld): Promise<AsyncDisposable>;
  /** Without what differs between two good runs. */
  endState(world: CommandWorld): Promise<unknown>;
}

function configText({
  proxy,
  bind,
  more,
}: {
  readonly proxy: string;
  readonly bind: string;
  readonly more: string;
}): string {
  const one = (name: string, after: readonly string[]): string => `        ${name}:
          command:
            start: [sh, service.sh, start, ${name}]
            stop: [sh, service.sh, stop, ${name}]
            status: [sh, service.sh, status, ${name}]
          after: [${after.join(', ')}]
          startTimeout: 60s
          stopTimeout: 60s`;
  return `apiVersion: shiplock/v1
service: shop
components:
  api:
    kind: go
    source: api
    binary: shop
    command: [./shop]
    ready: /readyz
environments:
  production:
    platform:
      kind: local
      root: here
    traffic:
      kind: ${proxy}
      directory: here/proxy
      bind: ${bind}
      maintenance: { except: [/healthz] }
    rollout:
      steps:
        - share: 10%
          bake: 5m
    system:
      services:
${[one('proxy', ['api']), one('api', ['database']), one('database', [])].join('\n')}
${more}`;
}

/** @param running which of them run at the beginning */
export async function commandWorld(running: readonly string[] = [], setup?: Setup): Promise<CommandWorld> {
  const dir = mkdtempSync(join(base, 'shiplock-runbook-'));
  const configFile = join(dir, 'shiplock.yaml');
  const store = join(dir, 'state');
  const proxy = setup?.proxy ?? 'haproxy';
  const bind = setup === undefined ? '127.0.0.1:8080' : `127.0.0.1:${await freePort()}`;
  writeFileSync(configFile, configText({ proxy, bind, more: (await setup?.config?.(dir)) ?? '' }));
  copyFileSync(join(import.meta.dirname, 'service.sh'), join(dir, 'service.sh'));
  const packages = packageRoot(join(dir, 'packages'));
  Object.assign(process.env, packages.env);
  const service = async (verb: 'start' | 'stop' | 'status', name: string): Promise<number> =>
    (await command(['sh', 'service.sh', verb, name], { cwd: dir, live: false })).code ?? -1;
  for (const name of running) await service('start', name);
  rmSync(join(dir, 'log'), { force: true });
  const door = (more: Partial<DoorOptions> = {}): DoorOptions => ({
    ...{ configFile, store, env: {}, who: 'tester', self: [] },
    ...more,
  });
  let began: AsyncDisposable | undefined;
  const world: CommandWorld = {
    ...{ dir, configFile, store, door, packages, entry: `http://${bind}` },
    open: (more) => openEnvironment(door(more), 'production'),
    log: () => (existsSync(join(dir, 'log')) ? readFileSync(join(dir, 'log'), 'utf8').trim().split('\n') : []),
    async running() {
      const found: string[] = [];
      for (const name of SERVICES) if ((await service('status', name)) === 0) found.push(name);
      return found;
    },
    async service(verb, name) {
      await service(verb, name);
    },
    endState: async () => (await setup?.endState(world)) ?? null,
    async [Symbol.asyncDispose]() {
      await began?.[Symbol.asyncDispose]();
      for (const name of SERVICES) await service('stop', name);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  began = await setup?.begin(world).catch(async (error: unknown) => {
    await world[Symbol.asyncDispose]();
    throw error;
  });
  return world;
}
