import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lint } from '../../../src/migrate/lint/lint.ts';
import { lintFileOf } from '../../../src/migrate/lint/read.ts';
import { serverOf } from '../../../src/migrate/lint/server.ts';

/** Twenty migrations that must not pass, each for its reason, and twenty that must, behind the migrations of the reference service. */

const DIR = 'examples/certkeeper/migrations';
const OWN = readdirSync(DIR)
  .filter((name) => name.endsWith('.sql') && !name.endsWith('.down.sql'))
  .toSorted()
  .map((name) => [name, readFileSync(join(DIR, name), 'utf8')] as const);

function judged(sql: string, dialect: 'mysql' | 'mariadb') {
  const server = serverOf(dialect);
  if (server === undefined) throw new Error('the usual version is one');
  const before = OWN.map(([name, text]) => lintFileOf(name, text, server, { judged: false }));
  return lint([...before, lintFileOf('0006_next.sql', sql, server)], { server, today: '2026-11-22', complete: true });
}

function errors(sql: string, dialect: 'mysql' | 'mariadb' = 'mysql'): readonly string[] {
  const found = judged(sql, dialect).findings.filter(({ level }) => level === 'error');
  return found.map(({ rule, line, message }) => `${rule} ${line} ${message}`).toSorted();
}

const BAD: readonly (readonly [sql: string, ...errors: readonly string[]])[] = [
  ['DROP TABLE renewals;', 'D01 1 the rows of renewals are lost'],
  ['TRUNCATE renewals;', 'D01 1 the rows of renewals are lost'],
  ['ALTER TABLE servers DROP COLUMN address;', 'D02 1 the values of address are lost'],
  ['ALTER TABLE servers RENAME COLUMN address TO host;', 'C01 1 address becomes host'],
  ['RENAME TABLE servers TO hosts;', 'C01 1 servers becomes hosts'],
  ['ALTER TABLE certificates CHANGE issuer authority VARCHAR(128) NOT NULL;', 'C01 1 issuer becomes authority'],
  ['ALTER TABLE certificates MODIFY issuer VARCHAR(128);', 'D06 1 issuer loses NOT NULL'],
  ['ALTER TABLE servers MODIFY created_at DATETIME(3) NOT NULL;', 'D06 1 created_at loses DEFAULT'],
  ['ALTER TABLE certificates MODIFY issuer VARCHAR(64) NOT NULL;', 'D03 1 issuer: VARCHAR(128) becomes VARCHAR(64)'],
  ['ALTER TABLE schema_generation MODIFY generation INT NOT NULL;', 'D03 1 generation: INT UNSIGNED becomes INT'],
  ['ALTER TABLE certificates MODIFY renewed_at DATETIME NULL;', 'D03 1 renewed_at: DATETIME(3) becomes DATETIME'],
  ['ALTER TABLE certificates MODIFY renewed_at DATETIME(3) NOT NULL;', 'C04 1 renewed_at takes no NULL any more'],
  ['ALTER TABLE servers ADD COLUMN owner VARCHAR(64) NOT NULL;', 'C03 1 owner has to be named in every INSERT'],
  ["UPDATE certificates SET issuer = 'unknown';", 'D07 1 every row of certificates is written in one transaction'],
  ['DELETE FROM renewals WHERE 1;', 'D07 1 every row of renewals is deleted in one transaction'],
  ['ALTER TABLE certificates CONVERT TO CHARACTER SET latin1;', 'D04 1 issuer is utf8mb4, which latin1 does not hold'],
  [
    'ALTER TABLE renewals DROP INDEX renewals_certificate;',
    'C08 1 foreign key renewals_certificate needs renewals_certificate: the server refuses',
  ],
  [
    'CREATE TABLE notes (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, server_id INT NOT NULL, CONSTRAINT notes_server FOREIGN KEY (server_id) REFERENCES servers (id));',
    'S09 1 server_id and servers.id: INT is not BIGINT UNSIGNED',
  ],
  [
    'CREATE TABLE links (id BIGINT NOT NULL PRIMARY KEY, url VARCHAR(900) NOT NULL, UNIQUE KEY links_url (url)) DEFAULT CHARSET=utf8mb4;',
    'P05 1 a key on url has more than 3072 bytes',
  ],
  [
    '-- shiplock: waive=D01 until=2026-11-21 owner=ann reason=nobody reads it\nDROP TABLE renewals;',
    'D01 2 the rows of renewals are lost',
  ],
];

const SAFE: readonly string[] = [
  'CREATE TABLE owners (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, name VARCHAR(64) NOT NULL, PRIMARY KEY (id));',
  'ALTER TABLE servers ADD COLUMN owner VARCHAR(64) NULL;',
  "ALTER TABLE servers ADD COLUMN owner VARCHAR(64) NOT NULL DEFAULT '';",
  'ALTER TABLE servers ADD COLUMN owner VARCHAR(64) NULL, ADD COLUMN room VARCHAR(16) NULL;',
  'ALTER TABLE certificates ADD INDEX certificates_issuer (issuer);',
  'CREATE INDEX certificates_issuer ON certificates (issuer);',
  'ALTER TABLE certificates MODIFY issuer VARCHAR(200) NOT NULL;',
  'ALTER TABLE certificates ALTER COLUMN renewed_at SET DEFAULT NULL;',
  'ALTER TABLE certificates DROP INDEX certificates_domain;',
  "INSERT INTO api_keys (name, role, key_hash) VALUES ('probe', 'reader', x'00');",
  "UPDATE certificates SET issuer = 'x' WHERE id BETWEEN 1 AND 1000;",
  'DELETE FROM renewals WHERE renewed_at < NOW() - INTERVAL 5 YEAR LIMIT 1000;',
  '-- shiplock: phase=backfill\nUPDATE certificates SET renewed_at = not_before;',
  '-- shiplock: phase=contract breaks=<2\nALTER TABLE servers DROP COLUMN address;',
  '-- shiplock: phase=contract breaks=<2\nDROP TABLE renewals;',
  '-- shiplock: waive=D01 until=2027-01-31 owner=ann reason=nobody reads it\nDROP TABLE renewals;',
  'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, a INT NOT NULL);\nALTER TABLE t ADD COLUMN b INT NOT NULL;\nALTER TABLE t DROP COLUMN a;\nUPDATE t SET b = 1;',
  'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY);\nDROP TABLE t;',
  'CREATE TEMPORARY TABLE w (id BIGINT);\nDROP TEMPORARY TABLE w;',
  'CREATE VIEW soon AS SELECT id, domain FROM certificates;',
];

describe('seeded migrations', () => {
  it('the migrations of the reference service have no finding but one note', () => {
    const server = serverOf('mysql');
    if (server === undefined) throw new Error('the usual version is one');
    const files = OWN.map(([name, text]) => lintFileOf(name, text, server));
    const { findings } = lint(files, { server, today: '2026-11-22', complete: true });
    expect(findings.map(({ rule, level, file }) => [rule, level, file])).toEqual([
      ['F05', 'note', '0005_renewals.sql'],
    ]);
  });

  it.each(BAD)('refused: %s', (sql, ...expected) => {
    expect(errors(sql)).toEqual(expected);
    expect(errors(sql, 'mariadb')).toEqual(expected);
  });

  it.each(SAFE)('allowed: %s', (sql) => {
    expect(errors(sql)).toEqual([]);
    expect(errors(sql, 'mariadb')).toEqual([]);
  });

  it('are twenty of each', () => {
    expect([BAD.length, SAFE.length]).toEqual([20, 20]);
  });

  it('a waiver lets a finding pass by name, and says who answers for it', () => {
    const { waived, findings } = judged(SAFE[15] ?? '', 'mysql');
    expect(findings).toEqual([]);
    expect(waived).toMatchObject([{ finding: { rule: 'D01', line: 2 }, waiver: { owner: 'ann' } }]);
  });

  it('one that ended lets nothing pass, and is a finding itself', () => {
    const { findings } = judged(BAD[19]?.[0] ?? '', 'mysql');
    expect(findings.map(({ rule, line, message }) => [rule, line, message])).toEqual([
      ['F11', 1, 'the waiver of D01 ended on 2026-11-21'],
      ['D01', 2, 'the rows of renewals are lost'],
    ]);
  });
});
