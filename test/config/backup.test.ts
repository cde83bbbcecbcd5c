import { expect, test } from 'vitest';
import { configHash } from '../../src/config/index.ts';
import { codes, MINIMAL, resolved } from './sample.ts';

const withBackup = (text: string): string => `${MINIMAL}    backup:\n${text.replaceAll(/^/gm, '      ')}\n`;
const LEAST = 'repository: backups/{environment}\npassword: { secret: env:KEY }';

test('paths are those of the file, addresses stay, and the release is the same one', () => {
  const one = resolved(
    withBackup(
      `${LEAST}\ncopies: [{ repository: "sftp://b@host//srv/{service}", password: { secret: env:K } }]\nfiles: [etc]`,
    ),
  );
  expect(one.backup).toMatchObject({
    ...{ repository: '/srv/shop/backups/production', files: ['/srv/shop/etc'], lockWaitMs: 5000 },
    copies: [{ repository: 'sftp://b@host//srv/shop' }],
  });
  expect(configHash(one)).toBe(configHash(resolved(MINIMAL)));
  expect(resolved(MINIMAL).backup).toBeNull();
});

test('files of hosts are told by host, each path once', () => {
  const hosts = [
    ['web1', '10.0.0.1'],
    ['web2', '10.0.0.2'],
  ].map(([name, address]) => `{ name: ${name}, address: ${address} }`);
  const ssh = `platform: { kind: ssh, root: /srv/shop, localRoot: here, knownHosts: known, hosts: [${hosts.join(', ')}] }`;
  const text = (files: string): string =>
    withBackup(`${LEAST}\nfiles: ${files}`).replace(/platform:\n(?: {6}.*\n)+/, `${ssh}\n`);
  const files = '[etc, { on: all, paths: [/etc/nginx] }, { on: [web2], paths: [/etc/nginx, /srv/x] }]';
  expect(resolved(text(files)).backup).toMatchObject({
    ...{ files: ['/srv/shop/etc'], hostFiles: { web1: ['/etc/nginx'], web2: ['/etc/nginx', '/srv/x'] } },
  });
  expect(codes(text('[{ on: [web3], paths: [/etc/nginx] }]'))).toEqual(['config.backup-hosts']);
  expect(codes(text('[{ on: all, paths: [/etc/../x] }]')).length).toBeGreaterThan(0);
  expect(codes(withBackup(`${LEAST}\nfiles: [{ on: all }]`))).toEqual(['config.backup-hosts']);
});

test.each([
  ['a password in the open', 'repository: b\npassword: secret', 'config.wrong-value'],
  ['no password', 'repository: b', 'config.missing-key'],
  ['a key that is not known', `${LEAST}\nkep: {}`, 'config.unknown-key'],
  [
    'a copy in the same place',
    `${LEAST}\ncopies: [{ repository: "backups/{environment}", password: { secret: env:K } }]`,
    'config.same-repository',
  ],
  [
    'a placeholder that is not known',
    'repository: "b/{enviroment}"\npassword: { secret: env:KEY }',
    'config.unknown-placeholder',
  ],
])('%s is refused', (_what, text, code) => expect(codes(withBackup(text))).toContain(code));
