import { expect, test } from 'vitest';
import { parsePackages } from '../../src/platform/packages.ts';

const line = (kind: string, text: string): string => JSON.stringify({ kind, text });
const END = '{"kind":"end"}';

test('what apt would do is read from its simulation', () => {
  const answer = [
    // As apt-get 2.6 prints them: with an epoch, a foreign architecture, a need that breaks for a moment, and a new package.
    line('change', 'Inst libssl3 [3.0.14-1~deb12u1] (3.0.15-1~deb12u1 Debian:12.8/stable [amd64]) []'),
    line(
      'change',
      'Inst libc6:i386 [2:2.36-9] (2:2.36-9+deb12u8 Debian:12.8/stable, Debian-Security:12/stable-security [i386])',
    ),
    line('change', 'Inst newdep (1 localhost [all])'),
    line('offered', 'libssl3 3.0.14-1~deb12u1'),
    line('offered', 'libssl3 3.0.15-1~deb12u1'),
    line('installed', 'libssl3 3.0.14-1~deb12u1 ii'),
    line('installed', 'openssl 3.0.14-1 iF'),
    line('stale', 'nginx.service'),
    line('reboot', 'reboot'),
    line('age', '7200'),
    END,
  ].join('\n');
  expect(parsePackages(answer)).toEqual({
    changes: [
      { name: 'libssl3', from: '3.0.14-1~deb12u1', to: '3.0.15-1~deb12u1' },
      { name: 'libc6:i386', from: '2:2.36-9', to: '2:2.36-9+deb12u8' },
      { name: 'newdep', from: null, to: '1' },
    ],
    failed: null,
    offered: { libssl3: ['3.0.14-1~deb12u1', '3.0.15-1~deb12u1'] },
    installed: {
      libssl3: { version: '3.0.14-1~deb12u1', whole: true },
      openssl: { version: '3.0.14-1', whole: false },
    },
    stale: ['nginx.service'],
    auto: [],
    reboot: true,
    said: '',
    listsAgeMs: 7_200_000,
  });
});

test.each([
  ['no end', line('stale', 'nginx.service')],
  ['a line that is cut off', `{"kind":"stale"\n${END}`],
  ['a change that is not understood', `${line('change', 'Inst')}\n${END}`],
  ['nothing', ''],
])('an answer that is not whole is none: %s', (_why, answer) => {
  expect(parsePackages(answer)).toBeUndefined();
});
