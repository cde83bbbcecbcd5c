import { expect, test } from 'vitest';
import { copyTableOf } from '../../../src/migrate/desensitise/read.ts';
import type { ColumnLayout, Layout } from '../../../src/migrate/plan/layout.ts';

const column = (name: string, type: string, extra = ''): ColumnLayout => ({
  ...{ table: 't', name, type, extra, nullable: false, default: null, collation: null },
});
const part = (name: string | null) => ({ column: name, prefix: null });

const layout: Layout = {
  columns: [
    column('id', 'bigint unsigned', 'auto_increment'),
    column('made', 'timestamp', 'DEFAULT_GENERATED'),
    column('sum', 'int', 'VIRTUAL GENERATED'),
    column('kept', 'int', 'STORED GENERATED'),
    column('name', 'varchar(64)'),
    column('note', 'mediumtext'),
    column('at', 'point'),
    { ...column('other', 'int'), table: 'u' },
  ],
  indexes: [
    { table: 't', name: 'PRIMARY', unique: true, parts: [part('id')] },
    { table: 't', name: 'by_lower', unique: true, parts: [part('name'), part(null)] },
    { table: 't', name: 'plain', unique: false, parts: [part('made')] },
    { table: 'u', name: 'PRIMARY', unique: true, parts: [part('other')] },
  ],
  foreignKeys: [
    { table: 't', name: 'f', columns: ['id'], parentSchema: 'd', parent: 'u', parentColumns: ['other'] },
    { table: 'u', name: 'g', columns: ['other'], parentSchema: 'd', parent: 't', parentColumns: ['id'] },
  ],
  checks: [],
};

test('a table as a copy must know it', () => {
  const { columns, ...rest } = copyTableOf('t', layout);
  // What the server computes itself is left out; a default by an expression is only a default.
  expect(columns.map(({ name, family, length, autoIncrement }) => [name, family, length, autoIncrement])).toEqual([
    ['id', 'integer', null, true],
    ['made', 'date', null, false],
    ['name', 'text', 64, false],
    ['note', 'text', 16_777_215, false],
    ['at', 'other', null, false],
  ]);
  expect(rest).toEqual({
    name: 't',
    primaryKey: ['id'],
    // A key with an expression in it does not keep the names apart.
    uniques: [['id']],
    foreignKeys: [{ columns: ['id'], table: 'u', references: ['other'] }],
  });
});
