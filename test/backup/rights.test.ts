import { describe, expect, it, test } from 'vitest';
import { toldBy, unseen } from '../../src/backup/take/rights.ts';

const all = '`shop`.*';

describe('grants as servers print them', () => {
  test.each([
    [
      'GRANT SELECT, SHOW VIEW ON `shop`.* TO `b`@`%`',
      { schema: 'shop', table: '', privileges: ['SELECT', 'SHOW VIEW'] },
    ],
    ['GRANT BACKUP_ADMIN,SHOW_ROUTINE ON *.* TO `b`@`%`', { schema: '', privileges: ['BACKUP_ADMIN', 'SHOW_ROUTINE'] }],
    ['GRANT SELECT ON `mysql`.`proc` TO `b`@`%`', { schema: 'mysql', table: 'proc', privileges: ['SELECT'] }],
    ['GRANT SELECT (`a`, `b`), INSERT ON `s`.`t` TO `b`@`%`', { privileges: ['INSERT'] }],
    ['REVOKE TRIGGER ON `shop`.* FROM `b`@`%`', { taken: true, schema: 'shop' }],
    ['GRANT ALL PRIVILEGES ON `a``b`.* TO `b`@`%` WITH GRANT OPTION', { schema: 'a`b' }],
  ])('%s', (line, expected) => expect(toldBy(line)).toMatchObject(expected));

  test.each([
    'GRANT `reader`@`%` TO `b`@`%`',
    'GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `b`@`%`',
    'GRANT PROXY ON ``@`%` TO `root`@`localhost` WITH GRANT OPTION',
    'SET DEFAULT ROLE `reader` FOR `b`@`%`',
  ])('%s gives nothing here', (line) => expect(toldBy(line)).toBeNull());
});

describe('what an account cannot see', () => {
  const ROWS = `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON ${all} TO b`;

  test.each([
    ['everything by name', 'mysql', [`${ROWS} `, 'GRANT SHOW_ROUTINE ON *.* TO b '], []],
    ['everything', 'mysql', ['GRANT ALL PRIVILEGES ON *.* TO b '], []],
    [
      'all of the schema, whose hidden texts the dump program names',
      'mysql',
      [`GRANT ALL PRIVILEGES ON ${all} TO b `],
      [],
    ],
    [
      'no triggers',
      'mysql',
      [`GRANT SELECT, SHOW VIEW, EVENT ON ${all} TO b `, 'GRANT SHOW_ROUTINE ON *.* TO b '],
      ['TRIGGER'],
    ],
    ['no stored programs', 'mysql', [`${ROWS} `], ['SHOW_ROUTINE']],
    ['no stored programs', 'mariadb', [`${ROWS} `], ['SELECT ON mysql.proc']],
    ['those by their table', 'mariadb', [`${ROWS} `, 'GRANT SELECT ON `mysql`.`proc` TO b '], []],
    ['nothing', 'mariadb', ['GRANT USAGE ON *.* TO b '], ['TRIGGER', 'EVENT', 'SHOW VIEW', 'SELECT ON mysql.proc']],
  ] as const)('%s, %s', (_what, family, lines, lacks) => expect(unseen(lines, family, 'shop')).toEqual(lacks));

  it('takes a schema as the pattern that it is', () => {
    const on = (schema: string) => [`GRANT ALL PRIVILEGES ON \`${schema}\`.* TO b `];
    expect(unseen(on('my_shop'), 'mysql', 'myXshop')).toEqual([]);
    expect(unseen(on('my\\_shop'), 'mysql', 'myXshop')).not.toEqual([]);
    expect(unseen(on('my\\_shop'), 'mysql', 'my_shop')).toEqual([]);
    expect(unseen(on('sh%'), 'mysql', 'shop')).toEqual([]);
    expect(unseen(on('s.op'), 'mysql', 'shop')).not.toEqual([]);
  });

  it('knows that a right of everywhere can be taken away for one schema', () => {
    const everywhere = 'GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, SHOW_ROUTINE ON *.* TO b ';
    expect(unseen([everywhere, 'REVOKE TRIGGER ON `shop`.* FROM b '], 'mysql', 'shop')).toEqual(['TRIGGER']);
    expect(unseen([everywhere, 'REVOKE TRIGGER ON `other`.* FROM b '], 'mysql', 'shop')).toEqual([]);
  });
});
