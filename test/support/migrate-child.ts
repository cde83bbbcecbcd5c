import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyConfig, applyLimits } from '../../src/migrate/apply/config.ts';
import { migrateNodes, openDatabase, readMigrations, readSeed, seedNode } from '../../src/migrate/index.ts';
import type { Clock } from '../../src/model/ports.ts';
import {
  createExec,
  createSecrets,
  type Procedure,
  procedure,
  type ResumeOptions,
  resumeProcedure,
  runProcedure,
  sequence,
  systemClock,
} from '../../src/procedure/index.ts';

/**
 * A runner of migrations as a process of its own, for tests that kill it: `node migrate-child.ts DIR run|resume RUN [KILL-AT [STEP OUTCOME]]`.
 * DIR holds migrations/ and, if there is one, seed.sql. Environment: TEST_DSN, TEST_ENGINE, TEST_SKEW_MS (how far its clock is off),
 * TEST_STORE (its state directory), TEST_ROWS (a table of more rows is changed in ranges).
 */

async function migrations(
  dir: string,
  engine: 'mariadb' | 'mysql',
  secrets: ReturnType<typeof createSecrets>,
): Promise<Procedure> {
  const database = openDatabase({ dsn: { secret: 'env:TEST_DSN' }, secrets, connectTimeoutMs: 60_000 });
  const files = await readMigrations(join(dir, 'migrations'));
  const seed = await readSeed(join(dir, 'seed.sql')).catch(() => null);
  const defaults = applyLimits(applyConfig.parse({}));
  const settings = {
    ...{ database, engine, environment: 'production', migrations: files },
    ...{ lockWaitTimeoutMs: 1000, lockAttempts: 30, statementTimeoutMs: 60_000 },
    apply: {
      ...defaults,
      ...{ copyBelowRows: Number(process.env['TEST_ROWS'] ?? '10000'), copyBelowBytes: 1e9 },
      batch: { ...defaults.batch, targetMs: 20 },
    },
  };
  const expand = migrateNodes(settings).node;
  const filled = files.some(({ header }) => header.phase === 'backfill');
  const backfill = filled ? [migrateNodes({ ...settings, phase: 'backfill' }).node] : [];
  return procedure({
    ...{ id: 'migrations', title: 'Migrate', description: 'Only for tests.', environment: 'production', inputs: {} },
    root: sequence({
      ...{ id: 'all', title: 'All' },
      steps: [
        sequence({ id: 'expand', title: 'Expand', steps: [expand] }),
        ...(seed === null ? [] : [seedNode({ ...settings, seed })]),
        ...(backfill.length === 0 ? [] : [sequence({ id: 'backfill', title: 'Backfill', steps: backfill })]),
      ],
    }),
  });
}

function clockOff(byMs: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + byMs };
}

if (import.meta.main) {
  const [dir = '', how = 'run', run = 'r1', killAt = '-1', step, outcome] = process.argv.slice(2);
  const secrets = createSecrets();
  const told: ResumeOptions['outcome'] =
    step === undefined
      ? undefined
      : { step, outcome: outcome === 'applied' ? 'applied' : 'not-applied', evidence: 'looked' };
  let boundary = 0;
  const options: ResumeOptions = {
    ...{
      store: process.env['TEST_STORE'] ?? join(dir, 'state'),
      secrets,
      exec: createExec(),
      who: 'test',
      leaseMs: 3000,
    },
    clock: clockOff(Number(process.env['TEST_SKEW_MS'] ?? '0')),
    killAt: () => {
      if (boundary === Number(killAt)) process.kill(process.pid, 'SIGKILL');
      boundary += 1;
    },
    outcome: told,
  };
  const engine = process.env['TEST_ENGINE'] === 'mysql' ? 'mysql' : 'mariadb';
  const built = await migrations(dir, engine, secrets);
  const begin = () =>
    how === 'resume' ? resumeProcedure(built, run, options) : runProcedure(built, { ...options, run });
  let result = await begin();
  // Another runner has the environment: come again, as a person would.
  while (result.outcome === 'lease-held' && process.env['TEST_WAIT'] === '1') {
    await sleep(300);
    result = await begin();
  }
  process.stdout.write(
    `${JSON.stringify({ outcome: result.outcome, problems: result.problems, boundaries: boundary })}\n`,
  );
  process.exitCode = result.exit;
}
