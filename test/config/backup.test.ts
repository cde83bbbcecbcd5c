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
