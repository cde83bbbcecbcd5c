import { expect, test } from 'vitest';
import { sshArgv } from '../../../src/platform/ssh/access.ts';
import { oldAndFresh } from '../../../src/release/keys/host-look.ts';

/** Which of the files has which key, at each moment of an exchange. */

test.each([
  ['before', { own: 'old', next: null, before: null }, { old: 'old', fresh: null }],
  [
    'before, with what an earlier exchange has left',
    { own: 'old', next: null, before: 'older' },
    { old: 'old', fresh: null },
  ],
  ['made', { own: 'old', next: 'new', before: null }, { old: 'old', fresh: 'new' }],
  ['kept', { own: 'old', next: 'new', before: 'old' }, { old: 'old', fresh: 'new' }],
  ['used', { own: 'new', next: 'new', before: 'old' }, { old: 'old', fresh: 'new' }],
  ['taken back', { own: 'old', next: 'new', before: 'old' }, { old: 'old', fresh: 'new' }],
  ['used, and the old one is nowhere', { own: 'new', next: 'new', before: null }, { old: null, fresh: 'new' }],
])('%s', (_when, files, wanted) => {
  expect(oldAndFresh(files)).toEqual(wanted);
});

test('a login that proves a key uses no connection that is open already, and no agent', () => {
  const host = { name: 'web1', address: '192.0.2.11', port: 22, user: 'deploy' };
  const access = { knownHosts: '/k', identityFile: '/id', connectTimeoutMs: 2_000 };
  const settings = (argv: readonly string[]) =>
    argv.filter((word) => /^(?:Control(?:Master|Path)|Identit\w+)=/.test(word));
  expect(settings(sshArgv(host, { ...access, alone: true }, '/s', ['true']))).toEqual([
    ...['ControlMaster=no', 'ControlPath=none', 'IdentityAgent=none', 'IdentitiesOnly=yes'],
  ]);
  expect(settings(sshArgv(host, access, '/s', ['true']))).toEqual([
    ...['ControlMaster=auto', expect.stringContaining('ControlPath="/s/'), 'IdentitiesOnly=yes'],
  ]);
});
