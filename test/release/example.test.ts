import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/main.ts';
import { isOnHosts, readConfig, resolveEnvironment } from '../../src/config/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { parseDuration } from '../../src/model/scalars.ts';

/** examples/certkeeper/shiplock.yaml is the documented example: it must fit the service beside it. */

const BASE = resolve('examples/certkeeper');
const FILE = join(BASE, 'shiplock.yaml');

async function environments() {
  const config = unwrap(await readConfig(FILE));
  return ['development', 'production'].map((name) => {
    const environment = unwrap(resolveEnvironment(config, name, { baseDir: BASE }));
    if (!isOnHosts(environment)) throw new Error(`${name} is on hosts`);
    return environment;
  });
}

describe('the example', () => {
  it('is valid', async () => {
    const out: string[] = [];
    const io = {
      cwd: BASE,
      env: {},
      terminal: false,
      stdin: (async function* () {})(),
      out: (text: string) => void out.push(text),
      err: (text: string) => void out.push(text),
    };
    expect(await runCli(['validate', '--json'], io), out.join('')).toBe(0);
    expect(JSON.parse(out.join(''))).toMatchObject({ valid: true, environments: ['development', 'production'] });
  });

  it('names files that are there', async () => {
    for (const { components, database } of await environments()) {
      const paths = [
        ...Object.values(components).map((one) => (one.kind === 'image' ? null : one.source)),
        database?.migrations,
        database?.seed,
      ];
      for (const path of paths) expect(path === undefined || path === null || existsSync(path), `${path}`).toBe(true);
    }
  });

  it('seeds development only', async () => {
    const [development, production] = await environments();
    expect(development?.database?.seed).toMatch(/seed\/0001_development\.sql$/);
    expect(production?.database?.seed).toBeNull();
  });

  it('lets instances finish: the stop time-out is longer than drain delay and shutdown together', async () => {
    for (const { components, platform } of await environments()) {
      const env = components['api']?.process?.env ?? {};
      const ms = (name: string): number => parseDuration(String(env[name])) ?? Number.NaN;
      expect(platform.stopTimeoutMs).toBeGreaterThan(ms('CERTKEEPER_DRAIN_DELAY') + ms('CERTKEEPER_SHUTDOWN_TIMEOUT'));
    }
  });

  it('has secrets by reference only, the two forms of the DSN apart', async () => {
    for (const { components, database } of await environments()) {
      expect(components['api']?.process?.env['CERTKEEPER_DSN']).toEqual({ secret: 'env:SHIPLOCK_APPLICATION_DSN' });
      expect(database?.dsn).toEqual({ secret: 'env:SHIPLOCK_DATABASE_DSN' });
    }
  });

  it('can have both environments on one machine', async () => {
    const [one, other] = await environments();
    if (one === undefined || other === undefined) throw new Error('two environments');
    expect(one.platform.root).not.toBe(other.platform.root);
    expect(one.traffic.bind).not.toBe(other.traffic.bind);
    const [low, high] = [one, other].toSorted((a, b) => a.platform.ports.first - b.platform.ports.first);
    expect(low?.platform.ports.last).toBeLessThan(high?.platform.ports.first ?? 0);
    for (const { traffic, platform } of [one, other]) expect(traffic.files?.port).toBe(platform.ports.last);
  });

  it('asks Prometheus for metrics and labels that the service has', async () => {
    const [environment] = await environments();
    const text = JSON.stringify(environment?.metrics.prometheus?.queries);
    const known = ['certkeeper_http_requests_total', 'certkeeper_build_info'];
    expect([...new Set(text.match(/certkeeper_[a-z_]+/g))].toSorted()).toEqual(known.toSorted());
    expect(text).toContain('group_left (version) certkeeper_build_info');
  });
});
