import type { Phase } from '../../model/release.ts';
import type { Migration } from '../files/files.ts';
import type { Expected } from '../guards/after.ts';
import type { Hours } from '../guards/hours.ts';
import type { LintSettings } from '../lint/step.ts';
import type { Manner } from '../plan/manner.ts';
import type { RewriteConfig } from '../rewrite/config.ts';
import type { Family, MigrationDatabase } from '../server/database.ts';
import type { ApplyLimits } from './choose.ts';

export interface MigrateOptions {
  readonly database: MigrationDatabase;
  /** Whose database it is. */
  readonly environment: string;
  /** Family the migrations are written for. */
  readonly engine: Family;
  /** All files of the release, as `readMigrations` gives them. */
  readonly migrations: readonly Migration[];
  /** Left out: the files are not judged by the rules. */
  readonly lint?: LintSettings;
  /** How long a statement may wait for a lock, milliseconds; rounded up to whole seconds. */
  readonly lockWaitTimeoutMs: number;
  /** How often a statement that did not get its lock is tried. */
  readonly lockAttempts: number;
  /** How long one statement may run, milliseconds. */
  readonly statementTimeoutMs: number;
  readonly apply: ApplyLimits;
  /** How tools copy tables that are too large for the server itself; left out: with the usual settings. */
  readonly rewrite?: RewriteConfig | undefined;
  /** Which migrations are applied; without it those of phase expand. */
  readonly phase?: Phase | undefined;
  /** When something may begin; left out: at any time. */
  readonly hours?: Hours | undefined;
  /** What the plan had on its throw-away server after all of it; left out: nothing is compared. */
  readonly expected?: Expected | undefined;
  /** How the plan wants a statement (1-based) of a migration to be run; undefined where it says nothing. */
  readonly manner?: ((migration: string, number: number) => Manner | undefined) | undefined;
}
