import { describe, expect, it } from 'vitest';
import { parseMigrations } from '../../../src/migrate/files/files.ts';
import { lostBy, undo } from '../../../src/migrate/files/undo.ts';
import { splitSql } from '../../../src/migrate/sql/lexer.ts';

function lost(sql: string): unknown {
  const found = lostBy(splitSql(sql, 'd.sql').statements, 'mysql', 'd.sql');
  return found.ok
    ? found.value.map(({ table, column }) => (column === null ? table : `${table}.${column}`))
    : found.problems[0]?.code;
}

it.each<[string, unknown]>([
  ['DROP TABLE a, b;', ['a', 'b']],
  ['ALTER TABLE a DROP COLUMN x, ADD COLUMN y INT, DROP COLUMN z;', ['a.x', 'a.z']],
  ['TRUNCATE TABLE a; DELETE FROM b WHERE id = 1;', ['a', 'b']],
  ['ALTER TABLE a DROP INDEX i; UPDATE g SET n = 4; INSERT INTO a VALUES (1);', []],
  ['DROP TABLE IF EXISTS `a b`;', ['a b']],
  ['FROBNICATE everything;', 'migrate.undo-unread'],
])('%s throws away %j', (sql, expected) => expect(lost(sql)).toEqual(expected));

describe('the migration that takes one back', () => {
  const given = { migration: { id: '0006_notes' }, environment: 'staging', today: '2026-11-22', owner: 'Ann Example' };

  it('is a contract migration of the statements of the down file, with a waiver that says why', () => {
    const down =
      '\uFEFF-- shiplock: phase=contract\r\n-- why\r\nDROP TABLE notes;\r\nALTER TABLE a DROP COLUMN x;\r\n'.slice(1);
    const made = undo({
      ...given,
      down,
      lost: [
        { table: 'notes', column: null },
        { table: 'a', column: 'x' },
      ],
    });
    expect(made.name).toBe('undo_0006_notes');
    const { migrations, problems } = parseMigrations(
      [{ name: '0001_undo.sql', bytes: new TextEncoder().encode(made.text) }],
      'm',
    );
    expect(problems).toEqual([]);
    expect(migrations[0]).toMatchObject({
      header: {
        phase: 'contract',
        waivers: [
          {
            rules: ['D01', 'D02'],
            until: '2026-12-06',
            owner: 'Ann-Example',
            reason: 'what goes held nothing in staging on 2026-11-22',
          },
        ],
      },
    });
    expect(migrations[0]?.statements.map(({ sql }) => sql)).toEqual([
      'DROP TABLE notes',
      'ALTER TABLE a DROP COLUMN x',
    ]);
  });

  it('has no waiver when nothing is dropped', () => {
    const made = undo({ ...given, down: 'ALTER TABLE a DROP INDEX i;', lost: [] });
    expect(made.text).not.toContain('waive');
  });
});
