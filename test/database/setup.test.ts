import { describe, expect, test } from 'vitest';
import { optionWords, setupDifferences, setupProblems, setupSettings } from '../../src/database/index.ts';
import type { DatabaseSetupLook } from '../../src/model/database-host.ts';
import { parseDatabaseSetup } from '../../src/platform/database-setup.ts';

const GIB = 1024 ** 3;
const settings = setupSettings(
  {
    ...{ engine: 'mariadb', share: 0.8, connections: 50, serverId: 1, version: '10.11.19' },
    machine: { memory: 16 * GIB, cores: 4, disk: 'ssd' },
  },
  { bind: '10.0.0.21', pair: { cert: '/etc/mysql/tls/server-cert.pem', key: '/etc/mysql/tls/server-key.pem' } },
);
const bare: DatabaseSetupLook = {
  ...{ memory: 16 * GIB, cores: 4, disk: 'ssd', freeBytes: 100 * GIB, enabled: [], from: '10.0.1.5', options: [] },
  ...{ data: { state: 'none', owner: '-', mode: '-' }, server: null, silence: 'not found' },
};
const asked = { engine: 'mariadb', where: 'database on db1', coming: true, needs: 4 * GIB, settings } as const;
const running = Object.fromEntries(settings.map(({ name, value }) => [name, String(value)]));
const server = { version: '10.11.19-MariaDB', variables: running, zones: 597, tables: 3, administrators: [], lax: [] };
const data = { state: 'filled', owner: 'mysql', mode: '750' } as const;
const codes = (look: Partial<DatabaseSetupLook>, more: Partial<Parameters<typeof setupProblems>[1]> = {}) =>
  setupProblems({ ...bare, ...look }, { ...asked, ...more }).map(({ code }) => code);

describe('what speaks against a new server', () => {
  test.each([
    ['nothing on a bare machine', {}, {}, []],
    ['data that nobody has installed a server for', { data }, {}, ['database.setup-data']],
    ['packages and data, and no answer', { data }, { coming: false }, ['database.setup-silent']],
    ['too little room', { freeBytes: GIB }, {}, ['database.setup-disk']],
    ['data of somebody else', { data: { ...data, owner: 'root' }, server }, {}, ['database.setup-owner']],
    ['another family', { data, server: { ...server, version: '9.7.4' } }, {}, ['database.other-family']],
    ['nothing on one that is as it should be', { data, server }, { coming: false }, []],
    [
      'a server in use that would have to be started again',
      { data, server: { ...server, variables: { ...running, max_connections: '151' } } },
      { coming: false },
      ['database.setup-in-use'],
    ],
    [
      'accounts of a server in use',
      { data, server: { ...server, lax: ["from elsewhere: 'root'@'%'"] } },
      { coming: false },
      ['database.setup-lax'],
    ],
    [
      'nothing where only the directory is open to others',
      { data, server: { ...server, lax: ['others of the machine: /var/lib/mysql'] } },
      { coming: false },
      [],
    ],
  ] as const)('%s', (_name, look, more, expected) => {
    expect(codes(look, more)).toEqual(expected);
  });

  test('a server without tables may be started again and cleaned', () => {
    const other = { ...server, tables: 0, variables: {}, lax: ['schema: test'] };
    expect(codes({ data, server: other }, { coming: false })).toEqual([]);
    expect(setupDifferences(settings, { server: other })).toHaveLength(settings.length);
  });
});

test('lines of its file are words that a shell takes as they are, and the binary log has a name', () => {
  const words = optionWords(settings);
  expect(words).toContain('log_bin=binlog');
  expect(words).toContain('bind_address=10.0.0.21');
  for (const word of words) expect(word).toMatch(/^[a-z0-9_]+=[A-Za-z0-9._/:-]+$/);
});

const line = (kind: string, text: string): string => JSON.stringify({ kind, text });
const machine = [
  line('memory', '1024'),
  line('cores', '2'),
  line('disk', 'hdd'),
  line('free', '5'),
  line('data', 'none - -'),
];

describe('what a machine says', () => {
  test('of a server that answers', () => {
    const said = [
      ...machine,
      ...[line('version', '10.11.19-MariaDB'), line('variable', 'Bind_address=10.0.0.21'), line('zones', '597')],
      ...[line('tables', '0'), line('account', 'admin@10.0.1.5'), line('option', 'log_bin=binlog'), '{"kind":"end"}'],
    ];
    expect(parseDatabaseSetup(said.join('\n'))).toMatchObject({
      ...{ memory: 1024, cores: 2, disk: 'hdd', options: ['log_bin=binlog'] },
      server: { variables: { bind_address: '10.0.0.21' }, zones: 597, tables: 0, administrators: ['admin@10.0.1.5'] },
    });
  });

  test.each([
    ['cut off', machine],
    ['a server of which nothing is told', [...machine, line('version', '10.11.19'), '{"kind":"end"}']],
    ['a machine without memory', [...machine.slice(1), '{"kind":"end"}']],
  ])('not whole: %s', (_why, said) => {
    expect(parseDatabaseSetup(said.join('\n'))).toBeUndefined();
  });
});
