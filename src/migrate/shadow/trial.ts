import { z } from 'zod';
import { ladderOf, NO_PLACE, notKept, refusesManner } from '../plan/ladder.ts';
import { type Changes, changesBetween, type Layout, readLayout } from '../plan/layout.ts';
import type { Algorithm, Lock } from '../plan/manner.ts';
import { assertedSql, type Shape } from '../plan/shape.ts';
import type { Family } from '../server/database.ts';
import type { Refusal, Session } from '../server/session.ts';

/** One statement, tried on the throw-away server with the least disruptive algorithm first: the server itself says what it would do. */

export type Trial =
  | {
      readonly kind: 'accepted';
      readonly shape: Exclude<Shape, { kind: 'unclear' }>;
      /** What the server accepted. */
      readonly sql: string;
      readonly algorithm: Algorithm | null;
      readonly lock: Lock | null;
      /** A table, or a part of it, was written anew: its InnoDB id is another one. */
      readonly rebuilds: boolean;
      /** It used up a row version of the table. */
      readonly rowVersion: boolean;
      /** Why the manner before was refused; empty when none was. */
      readonly refused: string;
      readonly changes: Changes;
    }
  | { readonly kind: 'failed'; readonly found: string; readonly errno: number }
  | { readonly kind: 'unclear'; readonly found: string; readonly remedy: string };

export interface Trying {
  readonly family: Family;
  readonly administrator: Session;
  /** The statement goes through this one. */
  readonly user: Session;
}

/** Tries it; afterwards the throw-away server has it applied, unless it failed. */
export async function tryStatement(sql: string, shape: Shape, server: Trying): Promise<Trial> {
  if (shape.kind === 'unclear') return { kind: 'unclear', found: shape.why, remedy: shape.remedy };
  const before = await observe(server);
  const done = await climb(sql, shape, server);
  if (!done.ok) return { kind: 'failed', found: done.message, errno: done.errno };
  const after = await observe(server);
  const { sql: accepted, algorithm, lock, refused } = done;
  const rebuilds = shape.kind !== 'rows' && writtenAnew(before.ids, after.ids);
  if (notKept(algorithm, rebuilds)) {
    const found = `${algorithm} was accepted, and yet the table was written anew`;
    return { kind: 'unclear', found, remedy: 'write the parts of the statement as statements of their own' };
  }
  return {
    kind: 'accepted',
    ...{ shape, sql: accepted, algorithm, lock, refused, rebuilds },
    rowVersion: [...after.versions].some(([id, count]) => count > (before.versions.get(id) ?? count)),
    changes: changesBetween(before.layout, after.layout),
  };
}

interface Climbed {
  readonly ok: true;
  readonly sql: string;
  readonly algorithm: Algorithm | null;
  readonly lock: Lock | null;
  readonly refused: string;
}

async function climb(
  sql: string,
  shape: Exclude<Shape, { kind: 'unclear' }>,
  { family, user }: Trying,
): Promise<Climbed | Refusal> {
  const plain = async (): Promise<Climbed | Refusal> => {
    const told = await user.tell(sql);
    return told.ok ? { ok: true, sql, algorithm: null, lock: null, refused: '' } : told;
  };
  if (shape.kind === 'plain' || shape.kind === 'rows') return plain();
  let last: Refusal | undefined;
  for (const rung of ladderOf(family, shape)) {
    const asserted = assertedSql(sql, shape, rung);
    const told = await user.tell(asserted);
    if (told.ok) return { ok: true, sql: asserted, ...rung, refused: last?.message ?? '' };
    const noPlace = told.errno === NO_PLACE && family === 'mariadb' && shape.kind === 'alter' && shape.partitions;
    if (noPlace) return plain();
    if (!refusesManner(told)) return told;
    // An algorithm that the server does not know tells nobody why.
    if (told.errno !== 1800) last = told;
  }
  return last ?? { ok: false, errno: 0, message: 'no manner of doing it was accepted' };
}

const idRow = z.object({
  TABLE_ID: z.coerce.string(),
  NAME: z.string(),
  /** MySQL from 8.0.29 on. */
  TOTAL_ROW_VERSIONS: z.coerce.number().optional(),
});

export const TABLES_VIEW = { mysql: 'INNODB_TABLES', mariadb: 'INNODB_SYS_TABLES' } as const;

interface Observed {
  readonly ids: ReadonlySet<string>;
  readonly versions: ReadonlyMap<string, number>;
  readonly layout: Layout;
}

async function observe({ family, administrator, user }: Trying): Promise<Observed> {
  const rows = await administrator.ask(idRow, `SELECT * FROM information_schema.${TABLES_VIEW[family]}`);
  // Hidden tables of a FULLTEXT index come and go with it.
  const ours = rows.filter(({ NAME }) => !/^(?:mysql|sys)\/|\/fts_[0-9a-f]{16}_/i.test(NAME) && NAME.includes('/'));
  return {
    ids: new Set(ours.map(({ TABLE_ID }) => TABLE_ID)),
    versions: new Map(ours.map(({ TABLE_ID, TOTAL_ROW_VERSIONS = 0 }) => [TABLE_ID, TOTAL_ROW_VERSIONS])),
    layout: await readLayout(user, family),
  };
}

/** One went and another came: something was written anew. A partition that is only added or only dropped is not. Pure. */
export function writtenAnew(before: ReadonlySet<string>, after: ReadonlySet<string>): boolean {
  const went = [...before].some((id) => !after.has(id));
  const came = [...after].some((id) => !before.has(id));
  return went && came;
}
