import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { shapeOf } from '../../src/migrate/plan/shape.ts';
import { openGiven } from '../../src/migrate/shadow/given.ts';
import { tryStatement } from '../../src/migrate/shadow/trial.ts';
import { choose, seeded } from '../e2e/support/random.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { ddlCases } from '../support/ddl-cases.ts';
import { planOf, shadowOf, sweepDdl } from '../support/ddl-sweep.ts';

/** Plans on throw-away servers of the real families; `npm run soak ddl` has every case. */

// Whoever else makes plans on this machine has throw-away servers too: those of this file lie by themselves.
const own = mkdtempSync(join(tmpdir(), 'plan-'));
// Servers run as other users.
chmodSync(own, 0o1777);
process.env['TMPDIR'] = own;
afterAll(() => rmSync(own, { recursive: true, force: true }));

let family: TestFamily;
let server: DatabaseServer;

async function run(...statements: readonly string[]): Promise<void> {
  const connection = await mysql.createConnection({ ...server.root('planned') });
  for (const sql of statements) await connection.query(sql);
  await connection.end();
}

function leftOvers(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('shiplock-shadow-'));
}

describeOnEach('a plan', (one) => {
  beforeAll(async () => {
    family = one;
    server = await family.start({ args: ['--sync-binlog=0'] });
    await server.createDatabase('planned');
  });
  afterAll(() => server?.stop());

  it('says of twelve seeded cases what a live server then does', async () => {
    // Tables at the cap of their row versions take longest to make: they are left to the full sweep.
    const cases = ddlCases(family.engine, 255).filter(({ name }) => !name.endsWith('aged'));
    const chosen = choose(cases, 12, seeded(20261122));
    const verdicts = await sweepDdl(family, { cases: chosen, rows: 300 });
    expect(verdicts).toHaveLength(12);
    for (const {
      case: { name },
      planned,
      live,
    } of verdicts)
      expect([name, live]).toEqual([name, planned]);
  }, 120_000);

  it('copies everything that the target is made of, and runs nothing that leaves the database', async () => {
    await run(
      'CREATE TABLE child (id INT PRIMARY KEY, p INT)',
      "CREATE TABLE `par``ent` (id INT PRIMARY KEY, a VARCHAR(9) DEFAULT 'it''s') ROW_FORMAT=COMPACT",
      'ALTER TABLE child ADD CONSTRAINT c FOREIGN KEY (p) REFERENCES `par``ent` (id)',
      'CREATE VIEW v2 AS SELECT id FROM child',
      'CREATE VIEW v1 AS SELECT id FROM v2',
      'CREATE FUNCTION f1(a INT) RETURNS INT DETERMINISTIC RETURN a + 1',
      'CREATE TRIGGER t1 BEFORE INSERT ON child FOR EACH ROW SET NEW.p = COALESCE(NEW.p, 1)',
      'INSERT INTO `par``ent` (id) VALUES (1)',
    );
    const before = leftOvers();
    const access = server.root('planned');
    const plan = await planOf(family.engine, access, [
      'ALTER TABLE child ADD COLUMN x INT',
      'CREATE TABLE fresh (id INT PRIMARY KEY)',
      'ALTER TABLE fresh MODIFY id BIGINT',
      'UPDATE child SET x = f1(1)',
      'ALTER TABLE v_no ADD COLUMN y INT',
      'ALTER TABLE child ADD COLUMN late INT',
    ]);
    expect(plan.warnings).toEqual([]);
    const answers = plan.statements.map(({ manner }) =>
      manner.kind === 'refused' ? manner.problems[0]?.code : manner.kind,
    );
    expect(answers).toEqual(['direct', 'direct', 'direct', 'direct', 'migrate.plan-fails', 'migrate.plan-unclear']);
    expect(plan.statements[2]).toMatchObject({ blocks: 'nobody: the table is new' });
    expect(plan.statements[0]).toMatchObject({ table: { rows: 0, triggers: 1, keysOut: 1, keyed: true } });
    const outside: readonly (readonly [string, string])[] = [
      ['CREATE TABLE mysql.planted (id INT)', 'failed'],
      // MariaDB asks for no right there: its server was started so that it takes no notice.
      [
        `CREATE TABLE planted (id INT) DATA DIRECTORY = '${tmpdir()}'`,
        family.engine === 'mysql' ? 'failed' : 'accepted',
      ],
      // Without the right to files the function answers NULL: the key refuses that.
      ["INSERT INTO child SELECT LENGTH(LOAD_FILE('/etc/hostname')), 1", 'failed'],
      ['CREATE DEFINER=root@localhost VIEW planted AS SELECT 1', 'failed'],
    ];
    {
      await using shadow = await shadowOf(family.engine, access);
      for (const [sql, kind] of outside) {
        const trial = await tryStatement(sql, shapeOf(sql, family.engine), shadow);
        expect([sql, trial.kind]).toEqual([sql, kind]);
      }
    }
    expect(existsSync(`${tmpdir()}/planned`)).toBe(false);
    expect(leftOvers()).toEqual(before);
    await run('DROP TRIGGER t1', 'DROP FUNCTION f1', 'DROP VIEW v1, v2', 'DROP TABLE child, `par``ent`');
  }, 120_000);

  it('a planner that is killed leaves neither a server nor its directory', async () => {
    const before = leftOvers();
    const child = execFile(process.execPath, [childProgram('plan'), family.engine, mysqlUrl(server.root('planned'))]);
    const deadline = performance.now() + 60_000;
    let found: string | undefined;
    while (found === undefined && performance.now() < deadline) {
      found = leftOvers().find((name) => !before.includes(name) && existsSync(`${tmpdir()}/${name}/run/s`));
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(found).toBeDefined();
    child.kill('SIGKILL');
    while (leftOvers().length > before.length && performance.now() < deadline)
      await new Promise((done) => setTimeout(done, 50));
    expect(leftOvers()).toEqual(before);
    const running = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(found ?? '-'));
    expect(running).toEqual([]);
  }, 120_000);

  it('an image is refused where no engine answers, and nothing is left', async () => {
    const before = leftOvers();
    vi.stubEnv('DOCKER_HOST', `unix://${tmpdir()}/no-such-engine`);
    const image = `${family.engine}@sha256:${'0'.repeat(64)}`;
    await expect(shadowOf(family.engine, server.root('planned'), image)).rejects.toMatchObject({
      problems: [{ code: 'migrate.shadow-no-engine', where: `database.shadow.image (${image})` }],
    });
    vi.unstubAllEnvs();
    expect(leftOvers()).toEqual(before);
  });

  it('a server that is given is not touched where a database of that name is there already', async () => {
    const dsn = mysqlUrl(server.root('planned'));
    await expect(openGiven(dsn, 'planned', 5_000)).rejects.toMatchObject({
      problems: [{ code: 'migrate.shadow-in-use' }],
    });
    const given = await openGiven(dsn, 'scratch-1', 5_000);
    const user = await given.openUser();
    expect(await user.tell('CREATE TABLE a (id INT)')).toEqual({ ok: true });
    await given.close();
    const again = await openGiven(dsn, 'scratch-1', 5_000);
    await again.close();
    const connection = await mysql.createConnection({ ...server.root() });
    const [rows] = await connection.query("SHOW DATABASES LIKE 'scratch-1'");
    await connection.end();
    expect(rows).toEqual([]);
  });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
