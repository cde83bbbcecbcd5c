import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { backupUnits } from '../../../src/release/backup/units.ts';

/** What starts backups at their times, from a configuration whose secrets nobody here has. */

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sl-units-'));
  const dsn = { secret: 'env:NOBODY_HAS_THIS' };
  const production = {
    platform: { kind: 'local', root: 'root' },
    traffic: { kind: 'haproxy', directory: 'proxy', bind: '127.0.0.1:8080' },
    rollout: { strategy: 'canary', steps: [{ share: '10%', bake: '1m' }] },
    // No such directory here: backups need the server alone.
    database: { engine: 'mariadb', migrations: 'migrations', dsn },
    backup: {
      ...{ repository: 'backups', password: { secret: 'env:NOR_THIS' }, dsn },
      copies: [{ repository: 's3:https://s3.example.com/shop', password: { secret: 'env:NOR_THIS' } }],
    },
  };
  const components = {
    api: {
      kind: 'go',
      source: '.',
      package: '.',
      binary: 'api',
      command: ['./api'],
      ready: '/readyz',
      live: '/healthz',
    },
  };
  const text = stringify({ apiVersion: 'shiplock/v1', service: 'shop', components, environments: { production } });
  writeFileSync(join(dir, 'shiplock.yaml'), text);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const units = (kind: 'systemd' | 'kubernetes', more: { readonly metrics?: string } = {}) =>
  backupUnits(
    { configFile: join(dir, 'shiplock.yaml'), env: {}, who: 'ann', self: ['/usr/bin/node', '/opt/shiplock.js'] },
    { environment: 'production', kind, metrics: more.metrics ?? null, secretsFile: '/etc/s', image: 'shiplock:1' },
  );

it('in a pod the program is that of the image, and a directory is a claim; a bucket needs none', async () => {
  const [file] = await units('kubernetes');
  const text = file?.content ?? '';
  expect(text).toContain('"shiplock",\n                      "backup"');
  expect(text).not.toContain('/opt/shiplock.js');
  expect(text).toContain(`"mountPath": "${join(dir, 'backups')}"`);
  expect(text).toContain('-repository-1"');
  expect(text).not.toContain('-repository-2"');
});

it('on a host it is this one', async () => {
  expect((await units('systemd')).find(({ path }) => path.endsWith('-full.service'))?.content).toContain(
    '/opt/shiplock.js',
  );
});

it('figures would end with their pod, so they are refused', async () => {
  await expect(units('kubernetes', { metrics: '/var/lib/x.prom' })).rejects.toThrow(/in a pod nobody would read it/);
});
