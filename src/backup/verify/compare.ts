import type { FullBackup, Programs, TableSum } from '../catalogue/record.ts';

/** What is there after a restore. */
export interface Restored {
  readonly database: string;
  readonly sums: readonly TableSum[];
  readonly programs: Programs;
}

/** What differs from what was there when the backup was taken; empty: nothing. Pure. */
export function differences(full: Pick<FullBackup, 'tables' | 'programs'>, restored: Restored): readonly string[] {
  const { database } = restored;
  const before = new Map(full.tables.filter((one) => one.database === database).map((one) => [one.table, one]));
  const after = new Map(restored.sums.map((one) => [one.table, one]));
  const found: string[] = [];
  for (const [table, { rows, sum }] of before) {
    const now = after.get(table);
    if (now === undefined) found.push(`${database}.${table} is missing`);
    else if (now.rows !== rows) found.push(`${database}.${table} has ${now.rows} rows instead of ${rows}`);
    else if (now.sum !== sum) found.push(`${database}.${table} has other rows (sum ${now.sum} instead of ${sum})`);
  }
  for (const table of after.keys()) if (!before.has(table)) found.push(`${database}.${table} was not there`);
  const { views, triggers, routines, events } = restored.programs;
  for (const [what, count, wanted] of [
    ['views', views, full.programs.views],
    ['triggers', triggers, full.programs.triggers],
    ['routines', routines, full.programs.routines],
    ['events', events, full.programs.events],
  ] as const) {
    if (count !== wanted) found.push(`${database} has ${count} ${what} instead of ${wanted}`);
  }
  return found;
}
