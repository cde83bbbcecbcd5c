import { z } from 'zod';
import { sqlName } from '../../model/sql.ts';
import type { Trying } from './trial.ts';

/** From this many row versions on a table is made as old as the target's: the least cap of any MySQL is 64. */
export const CAP_NEAR = 64;

const NAMES = ['shiplock_age_a', 'shiplock_age_b'] as const;
const row = z.object({ NAME: z.string(), TOTAL_ROW_VERSIONS: z.coerce.number().optional() });

/**
 * Uses up row versions of a table on the throw-away server until it has as many as the target's, by adding and dropping a column of
 * our own: then the server itself says what is still INSTANT. The structure stays. False: it did not come to that number.
 */
export async function age(table: string, versions: number, { administrator, user }: Trying): Promise<boolean> {
  const alter = (what: string) => user.tell(`ALTER TABLE ${sqlName(table)} ${what}, ALGORITHM=INSTANT`);
  let [here, next]: readonly [string, string] = NAMES;
  const first = await alter(`ADD COLUMN ${here} INT`);
  if (!first.ok) return false;
  for (let count = 1; count < versions - 1; count += 1) {
    const told = await alter(`ADD COLUMN ${next} INT, DROP COLUMN ${here}`);
    if (!told.ok) break;
    [here, next] = [next, here];
  }
  const last = await alter(`DROP COLUMN ${here}`);
  if (!last.ok) {
    // One too many: the column must go in any case.
    await user.tell(`ALTER TABLE ${sqlName(table)} DROP COLUMN ${here}`);
    return false;
  }
  const rows = await administrator.ask(row, 'SELECT * FROM information_schema.INNODB_TABLES');
  return rows.some(({ NAME, TOTAL_ROW_VERSIONS: now }) => NAME.endsWith(`/${table}`) && now === versions);
}
