/**
 * Migrations in which doing anything twice, or not at all, shows. Rows are given their numbers: a server that takes an INSERT back does not take back
 * the numbers that it gave, so those of the next try would be others.
 */

/** What is there before; `rows` rows in the large table. For a client that takes several statements at once. */
export function startText(rows: number): string {
  return `CREATE TABLE digit (d INT PRIMARY KEY);
INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE big (id INT AUTO_INCREMENT PRIMARY KEY, v INT NOT NULL, txt VARCHAR(60) NOT NULL, gone INT, old_name INT);
INSERT INTO big (id, v, txt)
  SELECT n, n % 97, CONCAT('it''s ', n) FROM
    (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n FROM digit a, digit b, digit c, digit e, digit f) AS ns
  WHERE n <= ${rows} ORDER BY n;
CREATE TABLE small (id INT AUTO_INCREMENT PRIMARY KEY, v INT NOT NULL);
CREATE TABLE audit (id INT AUTO_INCREMENT PRIMARY KEY, v INT NOT NULL);
CREATE TABLE child (id INT PRIMARY KEY, big_id INT);
INSERT INTO child VALUES (1, 1), (2, 2);
CREATE TABLE ra (a INT PRIMARY KEY); CREATE TABLE rb (b INT PRIMARY KEY); CREATE TABLE rc (c INT PRIMARY KEY);
INSERT INTO ra VALUES (1); INSERT INTO rb VALUES (2); INSERT INTO rc VALUES (3);
CREATE TABLE da (a INT PRIMARY KEY); CREATE TABLE db1 (a INT PRIMARY KEY); CREATE TABLE db2 (a INT PRIMARY KEY);
CREATE TABLE ta (a INT PRIMARY KEY); INSERT INTO ta VALUES (1), (2);
CREATE PROCEDURE old_p() SELECT 1;
CREATE TRIGGER old_t BEFORE DELETE ON audit FOR EACH ROW SET @a = 1;
CREATE VIEW old_v AS SELECT 1 AS one;
`;
}

export function filesOf(engine: 'mariadb' | 'mysql'): readonly { readonly name: string; readonly text: string }[] {
  return [
    {
      name: '0001_made.sql',
      text: `CREATE TABLE made (id INT AUTO_INCREMENT PRIMARY KEY, v INT NOT NULL, txt VARCHAR(60));
INSERT INTO made (id, v, txt) SELECT id, v, txt FROM big ORDER BY id;
ALTER TABLE made MODIFY v BIGINT NOT NULL;
CREATE TABLE copied (PRIMARY KEY (id)) AS SELECT id, v FROM big;
`,
    },
    {
      name: '0002_big.sql',
      text: `ALTER TABLE big ADD COLUMN w INT;
ALTER TABLE big ADD INDEX (v);
CREATE INDEX big_txt ON big (txt);
CREATE INDEX big_old ON big (old_name);
DROP INDEX big_old ON big;
ALTER TABLE big FORCE;
ALTER TABLE big DROP COLUMN gone;
ALTER TABLE big RENAME COLUMN old_name TO new_name;
ALTER TABLE child ADD CONSTRAINT child_big FOREIGN KEY (big_id) REFERENCES big (id);
`,
    },
    {
      name: '0003_rows.sql',
      text: `UPDATE big SET v = v + 1;
INSERT INTO small (id, v) VALUES (1, 1), (2, 2);
DELETE FROM small WHERE v = 1;
${engine === 'mysql' ? 'WITH more AS (SELECT 10 AS n) UPDATE small, more SET v = v + n;\n' : ''}`,
    },
    {
      name: '0004_names.sql',
      text: `RENAME TABLE ra TO ra2, rb TO rb2;
RENAME TABLE rc TO rc2;
DROP TABLE da;
DROP TABLE db1, db2;
TRUNCATE TABLE ta;
`,
    },
    {
      name: '0005_programs.sql',
      text: `DELIMITER //
CREATE PROCEDURE p(IN n INT) BEGIN INSERT INTO audit (v) VALUES (n); INSERT INTO audit (v) VALUES (n); END//
CREATE FUNCTION f(n INT) RETURNS INT DETERMINISTIC RETURN n + 1//
CREATE TRIGGER small_ai AFTER INSERT ON small FOR EACH ROW BEGIN INSERT INTO audit (id, v) SELECT COUNT(*) + 1, NEW.v FROM audit; END//
DELIMITER ;
CREATE VIEW seen AS SELECT id, v FROM small;
CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DO DELETE FROM audit WHERE id < 0;
DROP PROCEDURE old_p;
DROP TRIGGER old_t;
DROP VIEW old_v;
`,
    },
    {
      name: '0006_more.sql',
      text: 'INSERT INTO small (id, v) VALUES (3, 3);\nREPLACE INTO child VALUES (2, 1), (3, 3);\n',
    },
  ];
}

export const backfillText = '-- shiplock: phase=backfill\nUPDATE big SET w = COALESCE(w, 0) + v;\n';

export const SEED = Array.from({ length: 8 }, (_, n) => `INSERT IGNORE INTO digit (d) VALUES (${100 + n});`).join('\n');
