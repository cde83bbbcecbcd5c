import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';

/** Whose rows a database holds. A dump takes the answer along, so that real rows show wherever they are restored. */

export const ORIGIN_TABLE = 'shiplock_data_origin';

export const CREATE_ORIGIN = `CREATE TABLE IF NOT EXISTS ${ORIGIN_TABLE} (
  id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
  environment VARCHAR(64) NOT NULL,
  rules CHAR(64) NULL,
  state VARCHAR(16) NOT NULL,
  run VARCHAR(191) NOT NULL,
  changed_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

const originRow = z.strictObject({
  environment: z.string(),
  /** Digest of the rules by which they were made harmless, or made up; null: they are as they are there. */
  rules: z.string().nullable(),
  state: z.enum(['own', 'incomplete', 'complete', 'generating', 'synthetic']),
});
export type Origin = Readonly<z.infer<typeof originRow>>;

type Query = <T>(row: z.ZodType<T>, sql: string) => Promise<readonly T[]>;

/** The table must be there. */
export async function readOrigin(query: Query): Promise<Origin | null> {
  const [row] = await query(originRow, `SELECT environment, rules, state FROM ${ORIGIN_TABLE} WHERE id = 1`);
  return row ?? null;
}

/** Says whose rows these are from now on. The table must be there. */
export async function markOrigin(
  connection: Connection,
  { environment, rules, state, run }: Origin & { readonly run: string },
): Promise<void> {
  await connection.query(
    `REPLACE INTO ${ORIGIN_TABLE} (id, environment, rules, state, run, changed_at) VALUES (1, ?, ?, ?, ?, UTC_TIMESTAMP(3))`,
    [environment, rules, state, run],
  );
}

/** For a database that does not say whose its rows are: they are its own. The name of an environment has no quotes. */
export function ownOrigin(environment: string): readonly string[] {
  return [
    CREATE_ORIGIN,
    `INSERT IGNORE INTO ${ORIGIN_TABLE} (id, environment, rules, state, run, changed_at) VALUES (1, '${environment}', NULL, 'own', '', UTC_TIMESTAMP(3))`,
  ];
}

/** Real rows of another environment, or a copy that was never finished. Pure. */
export function originProblems(origin: Origin | null, environment: string, where: string): readonly Problem[] {
  if (origin === null) return [];
  if (origin.state === 'generating') {
    return [
      {
        code: 'migrate.half-generated',
        where,
        found: `made-up rows of ${origin.environment} that are not all there`,
        expected: 'all rows, or none',
        remedy: `run what was cut again, \`shiplock data generate ${environment}\` or \`shiplock data reset ${environment}\``,
      },
    ];
  }
  if (origin.environment === environment) return [];
  if (origin.state === 'incomplete') {
    return [
      {
        code: 'migrate.half-copied',
        where,
        found: `a copy of the rows of ${origin.environment} that was not finished`,
        expected: 'all rows, or none',
        remedy: `run \`shiplock data copy --from ${origin.environment} --to ${environment}\` again`,
      },
    ];
  }
  if (origin.rules !== null) return [];
  return [
    {
      code: 'migrate.raw-data',
      where,
      found: `the rows of ${origin.environment} as they are there`,
      expected: `rows of ${environment} itself, or rows that were made harmless`,
      remedy: `empty it and run \`shiplock data copy --from ${origin.environment} --to ${environment}\`; where these rows do belong here: UPDATE ${ORIGIN_TABLE} SET environment = '${environment}'`,
    },
  ];
}
