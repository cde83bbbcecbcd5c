import { describe, expect, it } from 'vitest';
import { fixed } from '../../../src/migrate/lint/fix.ts';
import { lint } from '../../../src/migrate/lint/lint.ts';
import { lintFileOf } from '../../../src/migrate/lint/read.ts';
import { serverOf } from '../../../src/migrate/lint/server.ts';

const BEFORE = 'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, a INT NULL, b INT NULL);';

function mend(text: string, version = '8.4', levels = {}) {
  const server = serverOf('mysql', version);
  if (server === undefined) throw new Error(version);
  const files = [lintFileOf('0001_a.sql', BEFORE, server, { judged: false }), lintFileOf('0002_b.sql', text, server)];
  const options = { server, today: '2026-11-22', complete: true, levels };
  const [done] = fixed(files, options);
  const again = lintFileOf('0002_b.sql', done?.text ?? text, server);
  return {
    text: done?.text,
    left: lint([...files.slice(0, 1), again], options).findings.filter(({ fix }) => fix !== null),
  };
}

describe('fixes', () => {
  it.each([
    [
      'a split, and every byte around it stays',
      '-- why\r\nALTER  TABLE `t` ADD c INT NULL,\tADD INDEX t_a (a) ; -- end\r\n',
      '-- why\r\nALTER  TABLE `t` ADD c INT NULL;\r\nALTER  TABLE `t` ADD INDEX t_a (a) ; -- end\r\n',
    ],
    [
      'a lock behind',
      'ALTER TABLE t ADD c INT NULL, ALGORITHM=INSTANT, LOCK=NONE;',
      'ALTER TABLE t ADD c INT NULL, ALGORITHM=INSTANT;',
    ],
    [
      'a lock in front',
      'ALTER TABLE t LOCK=NONE, ALGORITHM=INSTANT, ADD c INT NULL;',
      'ALTER TABLE t ALGORITHM=INSTANT, ADD c INT NULL;',
    ],
    [
      'two widths in one statement',
      '\uFEFFCREATE TABLE u (id BIGINT(20) NOT NULL PRIMARY KEY, n INT (5) UNSIGNED, o TINYINT(1));',
      '\uFEFFCREATE TABLE u (id BIGINT NOT NULL PRIMARY KEY, n INT UNSIGNED, o TINYINT(1));',
    ],
    [
      'statements that look alike',
      '# ALTER TABLE t ADD c INT(4);\nALTER TABLE t ADD c INT(4); /* ALTER TABLE t ADD d INT(4); */\nALTER TABLE t ADD d INT(4);\n',
      '# ALTER TABLE t ADD c INT(4);\nALTER TABLE t ADD c INT; /* ALTER TABLE t ADD d INT(4); */\nALTER TABLE t ADD d INT;\n',
    ],
  ])('%s', (_name, text, expected) => {
    const { text: found, left } = mend(text);
    expect(found).toBe(expected);
    expect(left).toEqual([]);
  });

  it('names that another version reserves are quoted', () => {
    expect(mend('CREATE TABLE parallel (id BIGINT NOT NULL PRIMARY KEY, manual INT);', '8.0').text).toBe(
      'CREATE TABLE `parallel` (id BIGINT NOT NULL PRIMARY KEY, `manual` INT);',
    );
  });

  it('an algorithm that is known to do harm is not left to the server', () => {
    expect(mend('ALTER TABLE t ADD c INT NULL;', '8.0.30').text).toBe(
      'ALTER TABLE t ADD c INT NULL, ALGORITHM=INPLACE;',
    );
    expect(mend('ALTER TABLE t ADD c INT NULL;', '8.0.32').text).toBeUndefined();
  });

  it('what is foreseen is asserted where that is asked for', () => {
    expect(mend('ALTER TABLE t ADD INDEX t_a (a);', '8.4', { L06: 'note' }).text).toBe(
      'ALTER TABLE t ADD INDEX t_a (a), ALGORITHM=INPLACE, LOCK=NONE;',
    );
  });

  it('nothing is written where a split would be read otherwise', () => {
    expect(mend('DELIMITER //\nALTER TABLE t ADD c INT NULL, ADD INDEX t_a (a)//\n').text).toBeUndefined();
  });
});
