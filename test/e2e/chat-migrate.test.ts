import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { command, type Lab, openLab } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { plannedSchema } from '../../src/release/run/stored-plan.ts';
import { ANNA, BEN, fakeForge } from '../support/chat/fake-forge.ts';
import { git, speaker } from '../support/chat/say.ts';
import { portRange, quickRollout } from './support/doors.ts';
import { runProcess } from './support/process.ts';

/** `/migrate plan` and `/migrate apply` on a real MariaDB: what was looked at is what is done, or nothing is. Only the forge is played. */

describe('migrations by a plan', () => {
  const forge = fakeForge();
  let lab: Lab;
  let dir = '';
  let runner = '';

  const say = speaker(forge, 7_000, () => ({ lab, origin: join(dir, 'origin.git'), runner }));

  /** A commit with one more migration, on the default branch of the remote. */
  async function publish(version: string, file: string, sql: string): Promise<string> {
    await writeFile(join(lab.service, 'migrations', file), `-- shiplock: phase=expand\n${sql}\n`);
    const commit = await lab.commit(version);
    await git(lab.service, 'push', '-q', join(dir, 'origin.git'), 'HEAD:refs/heads/main', `v${version}`);
    await git(runner, 'fetch', '-q', '--tags', 'origin');
    return commit;
  }

  async function ask(sql: string): Promise<readonly unknown[]> {
    const connection = await mysql.createConnection(lab.env['SHIPLOCK_DATABASE_DSN'] ?? '');
    try {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? rows : [];
    } finally {
      await connection.end();
    }
  }

  /** The line that a plan ends with: the comment that applies it. */
  async function planned(commit: string): Promise<string> {
    const { told, kind } = await say(ANNA, `/migrate plan production --commit ${commit}`);
    expect(kind, told).toBe('done');
    return /^apply it: (\/migrate apply .*)$/m.exec(told)?.[1] ?? `nothing in ${told}`;
  }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'shiplock-chat-migrate-'));
    const origin = join(dir, 'origin.git');
    runner = join(dir, 'runner');
    await command(['git', 'init', '-q', '--bare', '-b', 'main', origin]);
    await git(origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    const commands = { 'migrate plan': 'viewer', 'migrate apply': 'releaser' };
    const environment = { evidence: 'forge', commits: 'named', chat: { commands } };
    lab = await openLab({
      database: true,
      frontend: false,
      ports: await portRange(),
      components: { site: { kind: 'static', source: 'site' } },
      traffic: { files: { component: 'site', service: [] }, longestTimeout: '500ms', deadMan: '3s' },
      verify: [{ path: '/', status: 200, contains: 'page' }],
      rollout: quickRollout,
      top: {
        people: {
          anna: { account: ANNA.id, emails: ['lab@localhost'], roles: ['releaser', 'viewer'] },
          ben: { account: BEN.id, roles: ['viewer'] },
        },
        policy: { repository: origin, branch: 'main', environments: { production: environment } },
      },
    });
    await mkdir(join(lab.service, 'site'));
    await writeFile(join(lab.service, 'site/index.html'), '<h1>page one</h1>\n');
    await lab.commit('1.0.0');
    await git(lab.service, 'push', '-q', origin, 'HEAD:refs/heads/main', 'v1.0.0');
    await git(dir, 'clone', '-q', origin, runner);
  });
  afterAll(async () => {
    await lab?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('a plan says what would be done and changes nothing; whoever may look may not apply', async () => {
    const commit = await publish(
      '1.1.0',
      '0006_notes.sql',
      'CREATE TABLE notes (id INT PRIMARY KEY, text VARCHAR(20));',
    );
    const { told, kind } = await say(BEN, `/migrate plan production --commit ${commit.slice(0, 12)}`);
    expect(kind, told).toBe('done');
    expect(told).toContain('CREATE TABLE notes');
    expect(told).toMatch(/plan [0-9a-f]{64}/);
    expect(await ask("SHOW TABLES LIKE '%'")).toEqual([]);
    const line = await planned(commit);
    expect((await say(BEN, line)).told).toContain('chat.role-missing');
    expect(await ask('SHOW TABLES')).toEqual([]);
    const { told: done, run, id } = await say(ANNA, line);
    expect(done).toContain('has the expand migrations');
    expect(await ask("SELECT id FROM shiplock_migrations WHERE id = '0006_notes' AND state = 'applied'")).toHaveLength(
      1,
    );
    // The job is run again: the same run, nothing twice.
    expect((await say(ANNA, line, id)).told).toContain('has the expand migrations');
    expect((await readdir(join(lab.state, 'runs'))).filter((one) => one === run)).toHaveLength(1);
    // The plan is used up: the schema is another one now.
    expect((await say(ANNA, line)).told).toContain('release.plan-other-schema');
  });

  test('refused when schema, commit, base or statement are not as they were, or there is no such plan', async () => {
    const commit = await publish('1.2.0', '0007_more.sql', 'ALTER TABLE notes ADD COLUMN more INT;');
    const line = await planned(commit);
    await ask('ALTER TABLE notes ADD INDEX by_hand (text)');
    expect((await say(ANNA, line)).told).toContain('release.plan-other-schema');
    await ask('ALTER TABLE notes DROP INDEX by_hand');
    // A row more is not a schema.
    await ask("INSERT INTO notes (id, text) VALUES (1, 'x')");
    const other = await publish('1.2.1', '0007_more.sql', 'ALTER TABLE notes ADD COLUMN more BIGINT;');
    const swapped = line.replace(commit.slice(0, 12), other.slice(0, 12));
    const { told } = await say(ANNA, swapped);
    expect(told).toContain('release.plan-other-commit');
    expect(told).toContain('release.plan-other-statements');
    expect((await say(ANNA, line.replace(/[0-9a-f]{4}$/, '0000'))).told).toContain('release.no-plan');
    expect((await say(ANNA, line.replace(/ --plan.*/, ''))).told).toContain('chat.wrong-value');
    expect(await ask("SHOW COLUMNS FROM notes LIKE 'more'")).toEqual([]);
    const { told: done } = await say(ANNA, line);
    expect(done).toContain('has the expand migrations');
    expect(await ask("SHOW COLUMNS FROM notes WHERE Field = 'more' AND Type LIKE 'int%'")).toHaveLength(1);
  });

  test('a plan that somebody changed in its file is refused', async () => {
    const commit = await publish('1.2.2', '0007_more.sql', 'ALTER TABLE notes ADD COLUMN more INT;');
    await publish('1.3.0', '0008_last.sql', 'ALTER TABLE notes ADD COLUMN last INT;');
    expect(commit).toHaveLength(40);
    const head = (await git(lab.service, 'rev-parse', 'HEAD')).trim();
    const line = await planned(head);
    const name = /--plan ([0-9a-f]+)/.exec(line)?.[1] ?? '';
    const plans = join(lab.state, 'plans/production');
    const file = join(plans, (await readdir(plans)).find((one) => one.startsWith(name)) ?? '');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"number": 1', '"number": 2'));
    expect((await say(ANNA, line)).told).toContain('release.plan-swapped');
    await writeFile(file, text);
    expect((await say(ANNA, line)).told).toContain('has the expand migrations');
  });

  test('kill -9 while a statement runs: the run goes on, and the statement is there once', async () => {
    await publish('1.4.0', '0009_slow.sql', "INSERT INTO notes (id, text) SELECT 9, IF(SLEEP(3) = 0, 'slow', 'cut');");
    const { stdout } = await lab.shiplock(['migrate', 'plan', 'production']);
    const name = /apply it: shiplock migrate apply production --plan ([0-9a-f]{16})/.exec(stdout)?.[1] ?? stdout;
    const argv = [process.execPath, PROGRAM, 'migrate', 'apply', 'production', '--plan', name];
    const options = ['--config', join(lab.service, 'shiplock.yaml'), '--state', lab.state];
    const before = await readdir(join(lab.state, 'runs'));
    const ended = await runProcess([...argv, ...options], {
      env: { ...process.env, ...lab.env, SHIPLOCK_WHO: 'anna' },
      limitMs: 120_000,
      started: (kill) => {
        void (async () => {
          for (let n = 0; n < 1_000; n++) {
            const running = await ask("SELECT 1 FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep'").catch(
              () => [],
            );
            if (running.length > 0) return kill();
            await new Promise((done) => setTimeout(done, 100));
          }
        })();
      },
    });
    expect(ended.signal, ended.output).toBe('SIGKILL');
    const run = (await readdir(join(lab.state, 'runs'))).find((one) => !before.includes(one)) ?? '';
    const resumed = await lab.shiplock(['resume', run]);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(await ask("SELECT id FROM notes WHERE id = 9 AND text = 'slow'")).toHaveLength(1);
    expect(await ask("SELECT id FROM shiplock_migrations WHERE id = '0009_slow' AND state = 'applied'")).toHaveLength(
      1,
    );
  });

  test('refused when another release serves than when it was planned', async () => {
    expect((await lab.shiplock(['release', 'production'])).code).toBe(0);
    await writeFile(join(lab.service, 'site/index.html'), '<h1>page two</h1>\n');
    await lab.commit('1.5.0');
    await publish('1.6.0', '0010_end.sql', 'ALTER TABLE notes ADD COLUMN ending INT;');
    const { stdout } = await lab.shiplock(['migrate', 'plan', 'production', '--json']);
    const { plan, planned: then } = z.object({ plan: z.string(), planned: plannedSchema }).parse(JSON.parse(stdout));
    expect(then.base?.version).toBe('1.4.0');
    await git(lab.service, 'checkout', '-q', 'v1.5.0');
    const between = await lab.shiplock(['release', 'production']);
    expect(between.code, between.stdout + between.stderr).toBe(0);
    await git(lab.service, 'checkout', '-q', 'v1.6.0');
    const refused = await lab.shiplock(['migrate', 'apply', 'production', '--plan', plan]);
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('release.plan-other-base') });
    expect(refused.stderr).not.toContain('release.plan-other-schema');
    expect(await ask("SHOW COLUMNS FROM notes LIKE 'ending'")).toEqual([]);
  });
});
