import { titleOf } from '../sql/statement.ts';
import type { Migration } from './files.ts';
import { sha256Of } from './pending.ts';

/** One statement of what is pending, as a stored plan names it. */
export interface StatementPlan {
  readonly migration: string;
  /** 1-based, in its file. */
  readonly number: number;
  readonly title: string;
  /** Of its text. */
  readonly sha256: string;
}

/** Every statement of these migrations, in order. Pure. */
export function plannedStatements(migrations: readonly Migration[]): readonly StatementPlan[] {
  return migrations.flatMap(({ id, statements }) =>
    statements.map(({ sql }, index) => ({
      migration: id,
      number: index + 1,
      title: titleOf(sql),
      sha256: sha256Of(sql),
    })),
  );
}
