import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { startComponent } from '../../../scripts/components/supervise.ts';
import { type Doors, haproxyUnit, type Maintenance, nginxUnit } from '../../../src/traffic/index.ts';
import { markEffect } from '../../../src/traffic/maintenance/mark.ts';
import { benchOptions, execute, startInstance } from '../../traffic/bench.ts';
import { logsSetup } from './logs.ts';
import { rotateSetup } from './rotate.ts';
import { tlsSetup } from './tls.ts';
import type { CommandWorld, Setup } from './world.ts';

/** What the runbooks of upkeep need beside the services of the system: a proxy that serves, certificates, logs. */

/** As the configuration file of a proxy, without what differs between two worlds. */
function proxyText({ dir, entry }: CommandWorld): string {
  for (const name of ['haproxy.cfg', 'nginx.conf']) {
    const path = join(dir, 'here', 'proxy', name);
    if (!existsSync(path)) continue;
    return readFileSync(path, 'utf8')
      .replaceAll(dir, '<dir>')
      .replaceAll(entry.replace('http://', ''), '<bind>')
      .replaceAll(/127\.0\.0\.1:\d+|"port": ?\d+|port \d+|shiplock-[0-9a-f]{16}|[0-9a-f]{16}/g, '<own>');
  }
  return 'no configuration';
}

export async function doorsIn(world: CommandWorld): Promise<Doors> {
  const { target } = await world.open();
  if (target.doors === null) throw new Error('a world with a proxy of ours');
  return target.doors;
}

/** Sets the shares and who is let in, as a run would. */
export async function applyDoors(doors: Doors, maintenance: Maintenance | null, port?: number): Promise<void> {
  const router = doors.router(maintenance);
  const endpoints = port === undefined ? [] : [{ instance: '1.0.0-1', host: '127.0.0.1', port }];
  const routes = port === undefined ? [] : [{ version: '1.0.0', share: 1, hold: 'stable' as const, endpoints }];
  for (const effect of router.apply({ service: doors.service, routes }, await router.observe())) await execute(effect);
}

/** A real proxy with one instance behind it. */
export function proxySetup(kind: 'haproxy' | 'nginx', maintenance: Maintenance | null = null): Setup {
  return {
    proxy: kind,
    async begin(world) {
      const doors = await doorsIn(world);
      const instance = await startInstance('1.0.0');
      mkdirSync(doors.directory, { recursive: true });
      if (maintenance !== null) await execute(markEffect({ directory: doors.directory }, maintenance));
      await applyDoors(doors, maintenance, instance.port);
      const options = { ...(await benchOptions()), service: doors.service, directory: doors.directory };
      const own = process.getuid?.() === 0 ? { ...options, user: userInfo().username } : options;
      const proxy = await startComponent({
        name: kind,
        argv: (kind === 'haproxy' ? haproxyUnit(options) : nginxUnit(own)).argv,
        home: { dir: doors.directory, ours: false },
        ready: async () => (await doors.router(maintenance).observe()).kind === 'observed',
      });
      return {
        async [Symbol.asyncDispose]() {
          await proxy.stop();
          await instance.stop();
        },
      };
    },
    async endState(world) {
      const doors = await doorsIn(world);
      const answer = await doors.http.get(`${world.entry}/`, { timeoutMs: 3_000 });
      return {
        mark: existsSync(join(doors.directory, 'maintenance.json')),
        config: createHash('sha256').update(proxyText(world)).digest('hex'),
        status: answer.kind === 'answer' ? answer.status : answer.reason,
      };
    },
  };
}

export const MAINTENANCE: Maintenance = {
  formatVersion: 1,
  who: 'anna',
  reason: 'new disks',
  until: null,
  retryAfterS: 300,
  message: null,
  except: ['/healthz'],
};

export const SETUPS: Readonly<Record<string, Setup>> = {
  'certificate-renew': tlsSetup(),
  'certificate-status': tlsSetup(),
  'log-rotate': logsSetup(),
  'maintenance-on': proxySetup('haproxy'),
  get 'password-rotate'() {
    return rotateSetup();
  },
  'maintenance-off': proxySetup('haproxy', MAINTENANCE),
};
