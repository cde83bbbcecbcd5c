import { type DatabaseAccess, mysqlUrl } from '../../scripts/components/database.ts';
import { applyConfig, applyLimits } from '../../src/migrate/apply/config.ts';
import { parseMigrations } from '../../src/migrate/files/files.ts';
import { type MigrateOptions, migrateNodes, openDatabase } from '../../src/migrate/index.ts';
import { type RewriteConfig, rewriteConfig } from '../../src/migrate/rewrite/config.ts';
import type { Clock } from '../../src/model/ports.ts';
import type { RunEvent, RunResult } from '../../src/procedure/index.ts';
import { createExec, createSecrets, procedure, runProcedure, systemClock } from '../../src/procedure/index.ts';
import { bench } from './engine.ts';

/** Migrations given as text, run through the engine as a procedure of their own. */

export interface Applying {
  readonly access: DatabaseAccess;
  readonly engine: 'mariadb' | 'mysql';
  /** Texts of the files, in order. */
  readonly files: readonly string[];
  readonly limits?: Partial<MigrateOptions['apply']>;
  readonly tries?: number;
  readonly run?: string;
  readonly statementTimeoutMs?: number;
  readonly phase?: MigrateOptions['phase'];
  /** Where the journal is kept; default: in memory. */
  readonly store?: string;
  readonly onEvent?: (event: RunEvent) => void;
  /** As a plan would give them. */
  readonly manner?: MigrateOptions['manner'];
  readonly rewrite?: Partial<RewriteConfig>;
  /** Text of the last file's `.verify.sql`. */
  readonly verify?: string;
  readonly hours?: MigrateOptions['hours'];
  readonly expected?: MigrateOptions['expected'];
  readonly clock?: Clock;
}

export interface Applied {
  readonly result: RunResult;
  /** What the live view was told. */
  readonly notes: readonly string[];
}

const DEFAULTS = applyLimits(applyConfig.parse({}));

export function batchLimits(more: Partial<MigrateOptions['apply']['batch']>): MigrateOptions['apply']['batch'] {
  return { ...DEFAULTS.batch, ...more };
}

export function guardsWith(more: Partial<MigrateOptions['apply']['guards']>): MigrateOptions['apply']['guards'] {
  return { ...DEFAULTS.guards, ...more };
}

/** Each call is a runner of its own: nothing is shared with another but the database. */
export async function applyFiles(applying: Applying): Promise<Applied> {
  const {
    access,
    engine,
    files,
    limits = {},
    tries = 10,
    run = 'run-1',
    statementTimeoutMs = 60_000,
    phase,
    store,
    onEvent,
    manner,
    rewrite = {},
    verify,
    hours,
    expected,
    clock = systemClock,
  } = applying;
  using on = bench();
  const secrets = createSecrets({ env: { TEST_DSN: mysqlUrl(access) } });
  const database = openDatabase({ dsn: { secret: 'env:TEST_DSN' }, secrets, connectTimeoutMs: 30_000 });
  const texts = files.map((text, index) => ({
    name: `${String(index + 1).padStart(4, '0')}_change.sql`,
    bytes: new TextEncoder().encode(text),
  }));
  const last = texts.at(-1)?.name.replace(/sql$/, 'verify.sql');
  if (verify !== undefined && last !== undefined) texts.push({ name: last, bytes: new TextEncoder().encode(verify) });
  const { migrations, problems } = parseMigrations(texts, 'm');
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const { node } = migrateNodes({
    ...{
      database,
      migrations,
      engine,
      environment: 'production',
      lockWaitTimeoutMs: 1000,
      lockAttempts: tries,
      statementTimeoutMs,
    },
    ...{ apply: { ...DEFAULTS, ...limits }, phase, manner, rewrite: { ...rewriteConfig.parse({}), ...rewrite } },
    ...{ hours, expected },
  });
  const options = on.options(clock, { secrets, exec: createExec(), ...(store === undefined ? {} : { store }) });
  const tree = procedure({
    ...{ id: 'migrate', title: 'Migrate', description: 'Only for tests.', environment: 'test', inputs: {}, root: node },
  });
  const result = await runProcedure(tree, {
    ...options,
    run,
    onEvent: (event) => {
      options.onEvent?.(event);
      onEvent?.(event);
    },
  });
  return { result, notes: on.events.flatMap((event) => (event.kind === 'note' ? [event.text] : [])) };
}
