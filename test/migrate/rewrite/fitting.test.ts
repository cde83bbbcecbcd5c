import { describe, expect, test } from 'vitest';
import type { ServerFacts, TableFacts } from '../../../src/migrate/plan/facts.ts';
import { rewriteConfig } from '../../../src/migrate/rewrite/config.ts';
import { type Fit, fitting } from '../../../src/migrate/rewrite/fitting.ts';

const SERVER: ServerFacts = { freeBytes: null, replicas: 0, family: 'mysql', binlog: 'ROW', fullRows: true };
const TABLE: TableFacts = {
  ...{ table: 'busy', rows: 9, bytes: 9, writesPerSecond: null, rowVersions: null },
  ...{ triggers: 0, keysOut: 0, keysIn: 0, keyed: true },
};

interface Given {
  readonly table?: Partial<TableFacts>;
  readonly server?: Partial<ServerFacts>;
  readonly parts?: string;
  readonly unique?: number;
  readonly config?: object;
}

function fitted({ table = {}, server = {}, parts = 'ADD COLUMN a INT', unique = 0, config = {} }: Given): Fit {
  const given = { table: { ...TABLE, ...table }, server: { ...SERVER, ...server }, parts, unique };
  return fitting(rewriteConfig.parse({ tool: 'auto', ...config }), given);
}

const word = (given: Given): string => {
  const found = fitted(given);
  return found.kind === 'tool' ? found.tool : 'none';
};

describe('which tool', () => {
  test.each<[string, Given, string]>([
    ['a plain table on MySQL', {}, 'gh-ost'],
    ['MariaDB, which gh-ost does not know', { server: { family: 'mariadb' } }, 'pt-online-schema-change'],
    ['a log of statements', { server: { binlog: 'MIXED' } }, 'pt-online-schema-change'],
    ['rows that are not whole in the log', { server: { fullRows: false } }, 'pt-online-schema-change'],
    ['the one that is configured', { config: { tool: 'pt-online-schema-change' } }, 'pt-online-schema-change'],
    ['gh-ost alone, on MariaDB', { config: { tool: 'gh-ost' }, server: { family: 'mariadb' } }, 'none'],
    ['never', { config: { tool: 'never' } }, 'none'],
    ['foreign keys', { table: { keysOut: 1 } }, 'none'],
    [
      'foreign keys that may be renamed',
      { table: { keysOut: 1 }, config: { foreignKeys: 'rename' } },
      'pt-online-schema-change',
    ],
    ['keys that lead to it', { table: { keysIn: 1 }, config: { foreignKeys: 'rename' } }, 'none'],
    ['triggers', { table: { triggers: 1 } }, 'none'],
    ['no key', { table: { keyed: false } }, 'none'],
    ['a unique index, whose duplicates would vanish', { unique: 1, parts: 'ADD UNIQUE (a)' }, 'none'],
    ['a renamed column, whose values could be lost', { parts: 'CHANGE a b INT' }, 'none'],
    ['a dropped primary key', { parts: 'DROP  primary key' }, 'none'],
    ['a name that the tools would read in another way', { table: { table: 'a,b' } }, 'none'],
  ])('%s', (_, given, expected) => expect(word(given)).toBe(expected));

  test('says why one was passed over, and what it needs', () => {
    expect(fitted({ server: { family: 'mariadb' } })).toMatchObject({
      notes: ['not by gh-ost: it does not know MariaDB', expect.stringContaining('TRIGGER')],
    });
    const neither = fitted({ table: { triggers: 2 } });
    expect(neither.kind === 'none' ? neither.why : '').toMatch(
      /gh-ost: it has triggers, nor by pt-online-schema-change: it has triggers/,
    );
  });
});
