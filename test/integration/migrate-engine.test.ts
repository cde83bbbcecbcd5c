import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { createExec, createSecrets, planProcedure, renderPlan, systemClock } from '../../src/procedure/index.ts';
import { delivery } from '../build/deliver-child.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { deliveryPlace, sweepDelivery } from '../support/delivery-sweep.ts';

/** Migrations and GitOps through the engine itself: plan, run, kill -9 at a boundary, resume. `npm run soak delivery` tries every boundary. */

let family: TestFamily;
let server: DatabaseServer;

describeOnEach('through the engine', (one) => {
  beforeAll(async () => {
    family = one;
    server = await family.start({ generalLog: true });
  });
  afterAll(() => server?.stop());

  it('a plan shows what a run will do and changes nothing', async () => {
    using at = await deliveryPlace(family, server);
    const secrets = createSecrets({ env: at.env });
    const before = readFileSync(server.generalLogPath ?? '', 'utf8').length;
    const plan = await planProcedure(await delivery(at.dir, family.engine, secrets), {
      clock: systemClock,
      exec: createExec(),
      secrets,
    });
    const text = renderPlan(plan);
    expect(text).toContain('pending: 0001_a, 0002_b');
    expect(text).toMatch(/ALTER TABLE a ALGORITHM=\w+.* ADD COLUMN w INT, ADD INDEX iw \(w\)/);
    expect(text).toContain('one commit on main');
    expect(text).not.toContain(at.access.password);
    const log = readFileSync(server.generalLogPath ?? '', 'utf8').slice(before);
    const statements = log.split('\n').filter((line) => /\tQuery\t|Query\t/.test(line));
    expect(statements.length).toBeGreaterThan(5);
    expect(statements.filter((line) => !/Query\t(SELECT|SET |SHOW CREATE )/.test(line))).toEqual([]);
    expect(execFileSync('git', ['-C', join(at.dir, 'desired.git'), 'for-each-ref'], { encoding: 'utf8' })).toBe('');
  });

  it('killed -9 at boundaries of its migrations and behind them, the resumed run ends as the one that was not', async () => {
    // What comes after the migrations touches no database: MariaDB is enough for it.
    const behind = family.engine === 'mariadb' ? 3 : 0;
    const swept = await sweepDelivery(family, server, { seed: 20261122, inMigrations: 6, behind });
    expect(swept.wrong).toEqual([]);
    expect(swept.tried).toHaveLength(6 + behind);
    expect(swept.beforeGit).toBeGreaterThan(20);
    expect(swept.all).toBeGreaterThan(swept.beforeGit);
  }, 240_000);
});
