/** One change for each row of the table of online changes, for a test that asks live servers. */

export interface LintChange {
  /** Before the change, behind the table itself. */
  readonly setup?: string;
  /** Behind ALTER TABLE t. */
  readonly change: string;
  readonly only?: 'mysql' | 'mariadb';
  /** The words of partitions come last, behind a comma or a blank. */
  readonly clauseFirst?: 'comma' | 'blank';
}

export const LINT_TABLE = `
CREATE TABLE parent (id INT NOT NULL PRIMARY KEY) ENGINE=InnoDB;
CREATE TABLE t (
  id INT NOT NULL,
  a INT NULL DEFAULT 1,
  b INT NOT NULL DEFAULT 0,
  c VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,
  d VARCHAR(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci NULL,
  e ENUM('x', 'y') NULL,
  f TEXT NULL,
  g POINT NOT NULL,
  v INT AS (a + 1) VIRTUAL,
  s INT AS (a + 2) STORED,
  w VARCHAR(100) CHARACTER SET latin1 NULL,
  PRIMARY KEY (id),
  KEY t_b (b)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO t (id, g) VALUES (1, POINT(1, 1));
`;

const PARTED = `
CREATE TABLE t2 (id INT NOT NULL PRIMARY KEY, a INT NULL) ENGINE=InnoDB PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
DROP TABLE t;
RENAME TABLE t2 TO t;
INSERT INTO t (id, a) VALUES (1, 1), (11, 1);
`;
const PLAIN =
  'DROP TABLE t;\nCREATE TABLE t (id INT NOT NULL, a INT NULL) ENGINE=InnoDB;\nINSERT INTO t VALUES (1, 1);';

export const LINT_CHANGES: readonly LintChange[] = [
  { change: 'ADD COLUMN n INT NULL' },
  { change: 'ADD COLUMN n INT NOT NULL DEFAULT 7' },
  { setup: PLAIN, change: 'ADD COLUMN n INT NULL AFTER id' },
  { setup: PLAIN, change: 'ADD COLUMN n INT NULL DEFAULT (abs(-1))' },
  { setup: PLAIN, change: 'ADD COLUMN n INT NULL DEFAULT (a + 1)' },
  { change: 'ADD COLUMN n INT NULL CHECK (n > 0)' },
  { change: 'ADD COLUMN n INT NULL UNIQUE' },
  { change: 'ADD COLUMN n INT AS (a + 1) VIRTUAL' },
  { change: 'ADD COLUMN n INT AS (a + 1) STORED' },
  { setup: PLAIN, change: 'ADD COLUMN n INT NOT NULL AUTO_INCREMENT PRIMARY KEY' },
  { change: 'DROP COLUMN f' },
  { change: 'DROP COLUMN b' },
  { change: 'DROP COLUMN v' },
  { change: 'DROP COLUMN s' },
  { change: 'RENAME COLUMN c TO cc' },
  { change: 'CHANGE c cc VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL' },
  { change: 'RENAME TO t2' },
  { change: 'MODIFY b INT NOT NULL DEFAULT 0 FIRST' },
  { change: 'MODIFY b BIGINT NOT NULL DEFAULT 0' },
  { change: 'MODIFY b INT UNSIGNED NOT NULL DEFAULT 0' },
  { change: 'MODIFY c VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL' },
  { change: 'MODIFY c VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL' },
  { change: 'MODIFY c VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL' },
  { change: 'MODIFY c VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL' },
  { change: 'MODIFY w VARCHAR(100) CHARACTER SET utf8mb4 NULL' },
  { change: 'MODIFY d VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL' },
  { setup: PLAIN, change: 'MODIFY a INT NOT NULL' },
  { change: 'MODIFY b INT NULL DEFAULT 0' },
  { change: 'ALTER COLUMN b SET DEFAULT 5' },
  { change: 'ALTER COLUMN b DROP DEFAULT' },
  { change: "MODIFY b INT NOT NULL DEFAULT 0 COMMENT 'of b'" },
  { change: "MODIFY e ENUM('x', 'y', 'z') NULL" },
  { change: "MODIFY e ENUM('y', 'x') NULL" },
  { change: 'MODIFY s INT AS (a + b) STORED' },
  { change: 'ADD INDEX t_a (a)' },
  { change: 'ADD UNIQUE INDEX t_a (a)' },
  { change: 'ADD INDEX t_f (f(10))' },
  { change: 'ADD INDEX t_x ((a + 1))', only: 'mysql' },
  { change: 'ADD SPATIAL INDEX t_g (g)' },
  { change: 'ADD FULLTEXT INDEX t_f (f)' },
  { setup: 'ALTER TABLE t ADD FULLTEXT INDEX t_c (c);', change: 'ADD FULLTEXT INDEX t_f (f)' },
  { change: 'DROP INDEX t_b' },
  { change: 'RENAME INDEX t_b TO t_bb' },
  { change: 'ALTER INDEX t_b INVISIBLE', only: 'mysql' },
  { change: 'ALTER INDEX t_b IGNORED', only: 'mariadb' },
  { setup: PLAIN, change: 'ADD PRIMARY KEY (id)' },
  { change: 'DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)' },
  { change: 'DROP PRIMARY KEY' },
  { change: 'ADD CONSTRAINT t_p FOREIGN KEY (b) REFERENCES parent (id)', setup: 'INSERT INTO parent VALUES (0);' },
  {
    setup: 'INSERT INTO parent VALUES (0);\nALTER TABLE t ADD CONSTRAINT t_p FOREIGN KEY (b) REFERENCES parent (id);',
    change: 'DROP FOREIGN KEY t_p',
  },
  { change: 'ADD CONSTRAINT t_k CHECK (id > 0)' },
  { change: 'ADD CONSTRAINT t_k CHECK (id > 0) NOT ENFORCED', only: 'mysql' },
  { setup: 'ALTER TABLE t ADD CONSTRAINT t_k CHECK (id > 0);', change: 'DROP CONSTRAINT t_k' },
  { setup: 'ALTER TABLE t ADD CONSTRAINT t_k CHECK (id > 0);', change: 'ALTER CHECK t_k NOT ENFORCED', only: 'mysql' },
  {
    setup: 'ALTER TABLE t ADD CONSTRAINT t_k CHECK (id > 0) NOT ENFORCED;',
    change: 'ALTER CHECK t_k ENFORCED',
    only: 'mysql',
  },
  { change: "COMMENT='of t'" },
  { change: 'AUTO_INCREMENT=100' },
  { change: 'CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' },
  {
    setup: 'DROP TABLE t;\nCREATE TABLE t (id INT NOT NULL PRIMARY KEY) ENGINE=InnoDB;',
    only: 'mysql',
    change: 'ENGINE=MyISAM',
  },
  { change: 'ENGINE=InnoDB' },
  { change: 'FORCE' },
  { change: 'ROW_FORMAT=COMPACT' },
  { setup: PLAIN, only: 'mysql', change: 'ORDER BY a', clauseFirst: 'comma' },
  { setup: PARTED, only: 'mysql', change: 'ADD PARTITION (PARTITION p2 VALUES LESS THAN (30))', clauseFirst: 'comma' },
  { setup: PARTED, only: 'mysql', change: 'DROP PARTITION p0', clauseFirst: 'comma' },
  {
    setup: PARTED,
    only: 'mysql',
    change: 'REORGANIZE PARTITION p0, p1 INTO (PARTITION p VALUES LESS THAN (20))',
    clauseFirst: 'comma',
  },
  {
    setup: 'DROP TABLE t;\nCREATE TABLE t (id INT NOT NULL PRIMARY KEY) ENGINE=InnoDB;',
    only: 'mysql',
    change: 'PARTITION BY HASH (id) PARTITIONS 2',
    clauseFirst: 'blank',
  },
  { setup: PARTED, only: 'mysql', change: 'REMOVE PARTITIONING', clauseFirst: 'blank' },
];
