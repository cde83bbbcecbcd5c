import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlUrl, startMariadb } from '../../scripts/components/mariadb.ts';
import { startPrometheus } from '../../scripts/components/prometheus.ts';
import { resolveEnvironment } from '../../src/config/index.ts';
import { askPrometheus } from '../../src/metrics/index.ts';
import { ProblemError, unwrap } from '../../src/model/problem.ts';
import type { BudgetRule } from '../../src/model/promotion.ts';
import { httpClient, systemClock } from '../../src/procedure/index.ts';
import { openService } from '../../src/release/index.ts';
import { readPolicy } from '../../src/release/policy/policy.ts';
import { budgetOf } from '../../src/release/promotion/budget.ts';
import { reportOf } from '../../src/release/promotion/looks.ts';
import { MINIMAL } from '../config/sample.ts';

/** Conditions of a promotion against the real thing: Prometheus, and calendars on a protected branch. */

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-promotion-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the error budget of a real Prometheus', () => {
  test('is known while it answers, and not any more when it is gone', async () => {
    const prometheus = await startPrometheus({ scrapeConfigs: [] });
    const rule: BudgetRule = {
      url: prometheus.url,
      timeoutMs: 2_000,
      total: 'sum(vector(1000))',
      bad: 'sum(vector(0.5))',
      windowMs: 60_000,
      objective: 0.999,
      left: 0.1,
    };
    const ask = async (bad: string) => {
      const options = { url: rule.url, timeoutMs: rule.timeoutMs, clock: systemClock, http: httpClient };
      return budgetOf(rule, await askPrometheus(options, rule.total), await askPrometheus(options, bad));
    };
    try {
      expect(await ask(rule.bad)).toEqual({ kind: 'known', left: expect.closeTo(0.5, 9), total: 1000, bad: 0.5 });
      expect(await ask('absent_metric')).toMatchObject({ kind: 'known', left: 1 });
      expect(await ask('sum(')).toMatchObject({ kind: 'unknown', why: expect.stringContaining('bad_data') });
    } finally {
      await prometheus.stop();
    }
    expect(await ask(rule.bad)).toMatchObject({ kind: 'unknown' });
  });
});

describe('the parity report of two real databases', () => {
  test('compares server and schema, here with the migrations to come; one that does not answer is a difference', async () => {
    const mariadb = await startMariadb();
    try {
      const service = join(dir, 'parity');
      mkdirSync(join(service, 'migrations'), { recursive: true });
      writeFileSync(join(service, 'migrations/0001_one.sql'), 'CREATE TABLE one (id INT PRIMARY KEY);\n');
      writeFileSync(
        join(service, 'shiplock.yaml'),
        `${MINIMAL}  staging:\n    extends: production\n    database: { dsn: { secret: env:STAGING } }\ndatabase: { engine: mariadb, migrations: migrations, dsn: { secret: env:PRODUCTION } }\n`,
      );
      const env: Record<string, string> = {
        STAGING: mysqlUrl(await mariadb.createDatabase('staging')),
        PRODUCTION: mysqlUrl(await mariadb.createDatabase('production')),
      };
      const look = async () => {
        const configFile = join(service, 'shiplock.yaml');
        const opened = await openService({ configFile, store: join(dir, 'state'), env, who: 'x', self: ['shiplock'] });
        const [there, here] = ['staging', 'production'].map((name) =>
          unwrap(resolveEnvironment(opened.config, name, { baseDir: opened.baseDir })),
        );
        if (there === undefined || here === undefined) throw new Error('two environments are expected');
        const { differences } = await reportOf(there, here, { replicaRatio: 10, waivers: [] }, opened);
        return differences.map((one) => [one.key, one.there, one.here]);
      };
      expect(await look()).toEqual([['database.schema', 'empty', '0001_one']]);
      env['STAGING'] = 'mysql://nobody:x@127.0.0.1:1/staging';
      expect(await look()).toContainEqual([
        'database.version',
        expect.stringMatching(/^not known in staging: .*ECONNREFUSED/),
        expect.stringMatching(/MariaDB/),
      ]);
    } finally {
      await mariadb.stop();
    }
  });
});

describe('calendars', () => {
  const event = (day: string): string =>
    `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:year end\r\nDTSTART;VALUE=DATE:${day}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  let service = '';
  let origin = '';
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-C', service, '-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { stdio: 'pipe' });
  };
  const read = async (breakGlass?: string) => {
    const opened = await openService({
      configFile: join(service, 'shiplock.yaml'),
      store: join(dir, 'state'),
      env: process.env,
      who: 'x',
      self: ['shiplock'],
      pinFile: join(dir, 'none.json'),
      breakGlass,
    });
    const environment = unwrap(resolveEnvironment(opened.config, 'production', { baseDir: opened.baseDir }));
    return readPolicy(opened, environment, { keep: true });
  };
  const codes = async (): Promise<readonly string[]> =>
    read().then(
      () => [],
      (error: unknown) => (error instanceof ProblemError ? error.problems.map(({ code }) => code) : [String(error)]),
    );
  const publish = (): void => {
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'x');
    git('push', '-q', '--force', origin, 'HEAD:refs/heads/main');
  };

  beforeAll(() => {
    service = join(dir, 'repository');
    origin = join(dir, 'origin.git');
    mkdirSync(join(service, 'calendars'), { recursive: true });
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin]);
    execFileSync('git', ['init', '-q', '-b', 'main', service]);
    writeFileSync(
      join(service, 'shiplock.yaml'),
      `${MINIMAL}people:\n  anna: { roles: [releaser] }\npolicy:\n  repository: ${origin}\n  environments:\n    production:\n      windows: { timeZone: UTC, holidays: [{ date: 2026-12-25, why: Christmas }], calendars: [calendars/freezes.ics] }\n`,
    );
  });

  test('count as they stand on the protected branch, beside the policy', async () => {
    publish();
    expect(await codes()).toEqual(['policy.unreadable']);
    writeFileSync(join(service, 'calendars/freezes.ics'), event(today));
    publish();
    // A local edit that opens the window changes nothing.
    writeFileSync(join(service, 'calendars/freezes.ics'), event('20200101'));
    const policy = await read();
    expect(policy?.rules.windows).toMatchObject({
      freezes: [{ from: '2026-12-25T00:00', until: '2026-12-26T00:00', why: 'Christmas' }],
      closures: [{ why: 'year end' }],
    });
  });

  test('are in the copy that break-glass reads', async () => {
    rmSync(join(dir, 'gone'), { recursive: true, force: true });
    execFileSync('mv', [origin, join(dir, 'gone')]);
    const policy = await read('an incident');
    execFileSync('mv', [join(dir, 'gone'), origin]);
    expect(policy?.rules.windows?.closures).toMatchObject([{ why: 'year end' }]);
  });

  test('that cannot be read refuse, and open nothing', async () => {
    writeFileSync(join(service, 'calendars/freezes.ics'), 'nothing of the kind');
    publish();
    expect(await codes()).toEqual(['policy.calendar-unreadable']);
  });
});
