import type { Problem } from '../../model/problem.ts';
import { action } from '../../procedure/build.ts';
import type { Step } from '../../procedure/tree.ts';
import type { Migration } from '../files/files.ts';
import { type AppliedMigration, sha256Of } from '../files/pending.ts';
import { CREATE_TABLES, quoted, sessionSettings, TABLES } from './bookkeeping.ts';
import type { RememberOptions } from './remember.ts';

/** Takes files for applied that were not run by us: the database has what they make already. */

/** A file that counts as applied from now on. */
export interface Baseline {
  readonly migration: Migration;
  /** When and by whom, as the tool that ran it says; null where nobody knows. */
  readonly at: string | null;
  readonly by: string | null;
}

export interface AdoptOptions extends RememberOptions {
  readonly baseline: readonly Baseline[];
  /** Digest of the structure that was found to be the one that these files make. */
  readonly structure: string;
}

interface Facts {
  readonly applied: readonly AppliedMigration[];
  readonly structure: string;
}

export function adoptStep(options: AdoptOptions): Step<Facts, object> {
  const { database, baseline } = options;
  return action<Facts>({
    id: 'baseline',
    title: `Take ${baseline.length} ${baseline.length === 1 ? 'migration' : 'migrations'} for applied`,
    description: 'Nothing of them is run.',
    inputs: {
      database: database.resource,
      files: baseline.map(({ migration, at, by }) => ({ id: migration.id, sha256: migration.sha256, at, by })),
      structure: options.structure,
    },
    read: async () => ({ applied: (await database.look()).applied, structure: await database.structure() }),
    decide: ({ applied, structure }, ctx) => {
      if (isAdopted(applied, baseline)) return { kind: 'nothing', why: 'they are recorded' };
      const problems = [
        ...notNew(applied, database.resource),
        ...(structure === options.structure ? [] : [changedMeanwhile(database.resource)]),
      ];
      if (problems.length > 0) return { kind: 'refuse', problems };
      const { dsn, lock, resource } = database;
      return {
        kind: 'do',
        effects: [
          {
            kind: 'sql',
            dsn,
            statements: [
              sessionSettings(options.lockWaitTimeoutMs),
              ...CREATE_TABLES,
              'START TRANSACTION',
              ...baseline.flatMap((one) => rowsOf(one, ctx.run, ctx.fence)),
              'COMMIT',
            ],
            lock,
            resource,
            why: 'the database has what they make',
            timeoutMs: options.statementTimeoutMs,
          },
        ],
      };
    },
    probe: 'repeatable',
    timeoutMs: options.statementTimeoutMs + 30_000,
  });
}

function isAdopted(applied: readonly AppliedMigration[], baseline: readonly Baseline[]): boolean {
  return (
    applied.length === baseline.length &&
    baseline.every(({ migration }) =>
      applied.some(({ id, sha256 }) => id === migration.id && sha256 === migration.sha256),
    )
  );
}

function rowsOf({ migration, at, by }: Baseline, run: string, fence: number): readonly string[] {
  const { id, sha256, header, statements } = migration;
  const time = at === null ? 'UTC_TIMESTAMP(3)' : quoted(at);
  return [
    `INSERT INTO ${TABLES.migrations} SET id = ${quoted(id)}, sha256 = ${quoted(sha256)}, phase = ${quoted(header.phase)}, statements = ${statements.length}, state = 'applied', applied_at = ${time}, applied_by = ${quoted((by ?? run).slice(0, 191))}, fence = ${fence}`,
    ...statements.map(
      ({ sql }, index) =>
        `INSERT INTO ${TABLES.statements} SET migration = ${quoted(id)}, number = ${index + 1}, sha256 = ${quoted(sha256Of(sql))}, state = 'done', run = ${quoted(run)}, started_at = ${time}, done_at = ${time}`,
    ),
  ];
}

/** Pure. */
export function notNew(applied: readonly AppliedMigration[], where: string): readonly Problem[] {
  if (applied.length === 0) return [];
  return [
    {
      code: 'migrate.adopt-applied',
      where,
      found: `${applied.length} of our migrations are recorded there already, the newest is ${applied.at(-1)?.id}`,
      expected: 'a database that we have not migrated yet',
      remedy: 'nothing is to be adopted; `shiplock migrate status` says what is pending',
    },
  ];
}

function changedMeanwhile(where: string): Problem {
  return {
    code: 'migrate.adopt-changed',
    where,
    found: 'a structure that was changed since it was compared with the files',
    expected: 'nobody who changes it meanwhile',
    remedy: 'do it again',
  };
}
