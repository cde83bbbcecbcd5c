import { expect, test } from 'vitest';
import { configHash } from '../../src/config/index.ts';
import { codes, MINIMAL, resolved } from './sample.ts';

const LOGS = `    logs:
      access:
        files: ['/var/log/nginx/*.log']
        reopen: { unit: nginx.service, signal: USR1 }
      app:
        files: [/srv/shop/app.log]
        reopen: { unit: app.service }
        every: weekly
        logrotate: false
`;
const text = MINIMAL + LOGS;

test('is ready to be used, with what is left out', () => {
  expect(resolved(text).logs).toMatchObject([
    {
      ...{ name: 'access', hosts: null },
      rules: {
        ...{ every: 'daily', maxMiB: 100, keep: 14, keepDays: 90, rotator: true },
        reopen: { kind: 'signal', signal: 'USR1', unit: 'nginx.service' },
      },
    },
    { name: 'app', rules: { every: 'weekly', rotator: false, reopen: { kind: 'reload', unit: 'app.service' } } },
  ]);
  // What is done with logs makes no other release of it.
  expect(configHash(resolved(text))).toBe(configHash(resolved(MINIMAL)));
});

test('what would mean other files, or tells a writer in no way, is refused', () => {
  const changed = (from: string, to: string) => codes(text.replace(from, to));
  for (const path of ['var/log/x.log', '/var/log/../shadow', '/var/*/x.log', '/var/log/a b.log', '/var/log/$(id)'])
    expect(changed("'/var/log/nginx/*.log'", JSON.stringify(path)), path).not.toEqual([]);
  expect(changed('{ unit: app.service }', '{ signal: HUP }')).toEqual(['config.log-reopen']);
  expect(changed('{ unit: app.service }', '{ pidFile: /run/app.pid }')).toEqual(['config.log-reopen']);
  expect(changed('{ unit: app.service }', '{ unit: app.service, pidFile: /run/app.pid }')).toEqual([
    'config.log-reopen',
  ]);
  expect(changed('signal: USR1', 'signal: KILL')).not.toEqual([]);
  expect(changed('every: weekly', 'hosts: [web1]')).toEqual(['config.logs-host']);
});
