import { describe, expect, it } from 'vitest';
import { parseMigrations } from '../../../src/migrate/files/files.ts';
import { dropRetired, numbered, readRetired, retire } from '../../../src/migrate/files/retire.ts';

const what = (text: string) => {
  const read = readRetired(text);
  if (!read.ok) throw new Error(read.problems[0]?.code);
  return read.value;
};
const request = (text: string, today: string) => ({ what: what(text), today, quarantineDays: 30 });
const filesOf = (...texts: readonly string[]) =>
  parseMigrations(
    texts.map((text, index) => ({ name: `000${index + 1}_x.sql`, bytes: new TextEncoder().encode(text) })),
    'm',
  ).migrations;
const statement = (result: ReturnType<typeof retire>): string | undefined =>
  result.ok
    ? filesOf(result.value.text)[0]
        ?.statements.map(({ sql }) => sql)
        .join('; ')
    : result.problems[0]?.code;

describe('retire', () => {
  it('renames a table or a column, in a contract migration with the next number', () => {
    const column = retire(request('servers.owner', '2026-11-22'));
    expect(statement(column)).toBe('ALTER TABLE `servers` RENAME COLUMN `owner` TO `_shiplock_retired_20261122_owner`');
    expect(statement(retire(request('servers', '2026-11-22')))).toBe(
      'RENAME TABLE `servers` TO `_shiplock_retired_20261122_servers`',
    );
    const [file] = filesOf(column.ok ? column.value.text : '');
    expect(file?.header.phase).toBe('contract');
    expect(column.ok && numbered(column.value, filesOf('DO 1;', 'DO 2;'))).toBe('0003_retire_servers_owner.sql');
  });

  it('names with points, backticks, line ends and headers in them stay names', () => {
    expect(statement(retire(request('`a.b`.`c``d`', '2026-11-22')))).toBe(
      'ALTER TABLE `a.b` RENAME COLUMN `c``d` TO `_shiplock_retired_20261122_c``d`',
    );
    const nasty = retire(request('`x\n-- shiplock: phase=expand\n`', '2026-11-22'));
    const [file] = filesOf(nasty.ok ? nasty.value.text : '');
    expect(file?.header.phase).toBe('contract');
    expect(file?.statements).toHaveLength(1);
    expect(statement(retire(request('ä'.repeat(37), '2026-11-22')))).toContain('ä');
    expect(statement(retire(request('ä'.repeat(38), '2026-11-22')))).toBe('migrate.retire-long');
    expect(readRetired('a.b.c').ok).toBe(false);
    expect(readRetired('').ok).toBe(false);
  });

  it('drops only what was retired, and not before its time', () => {
    const first = retire(request('servers.owner', '2026-11-01'));
    const files = filesOf('CREATE TABLE servers (owner INT);', first.ok ? first.value.text : '');
    expect(statement(dropRetired(request('servers.owner', '2026-11-30'), files))).toBe('migrate.retire-too-early');
    expect(statement(dropRetired(request('servers.owner', '2026-12-01'), files))).toBe(
      'ALTER TABLE `servers` DROP COLUMN `_shiplock_retired_20261101_owner`',
    );
    expect(statement(dropRetired(request('others.owner', '2026-12-01'), files))).toBe('migrate.retire-not-retired');
    expect(statement(dropRetired(request('owner', '2026-12-01'), files))).toBe('migrate.retire-not-retired');
    expect(statement(retire(request('_shiplock_retired_20261101_x', '2026-12-01')))).toBe('migrate.retire-already');
  });
});
