import type { Problem } from '../../model/problem.ts';
import { pointLines, type RestorePoint } from '../guards/restore.ts';
import { liveDrift, type StructureLook } from '../server/remembered.ts';
import { changeText, type StructureChange } from '../server/structure-diff.ts';
import type { Migration } from './files.ts';
import { type AppliedMigration, driftOf, schemaState } from './pending.ts';

/** How a database and the files stand to each other. Plain data, for people and for programs. */
export interface MigrationStatus {
  /** `pending`: something waits to be applied; `drift`: the files or the database tell another story than what was applied. */
  readonly state: 'in-step' | 'pending' | 'drift';
  /** Newest applied migration, or `empty`. */
  readonly schema: string;
  readonly applied: number;
  /** In order; those of `running` began and did not end. */
  readonly pending: readonly {
    readonly id: string;
    readonly phase: Migration['header']['phase'];
    readonly running: boolean;
  }[];
  /** Applied files that were edited, deleted or overtaken. */
  readonly files: readonly Problem[];
  /** What was changed in the database without a migration; null when nobody can tell. */
  readonly live: readonly StructureChange[] | null;
  /** Why nobody can. */
  readonly unknown: string | null;
  /** Where a restore would have to go for what was taken away, newest first. */
  readonly restorePoints: readonly RestorePoint[];
}

/** Pure. */
export function migrationStatus(
  applied: readonly AppliedMigration[],
  files: readonly Migration[],
  look: StructureLook,
  restorePoints: readonly RestorePoint[] = [],
): MigrationStatus {
  const done = new Set(applied.filter((row) => row.state === 'applied').map((row) => row.id));
  const begun = new Set(applied.filter((row) => row.state === 'running').map((row) => row.id));
  const pending = files
    .filter((file) => !done.has(file.id))
    .map(({ id, header }) => ({ id, phase: header.phase, running: begun.has(id) }));
  const problems = driftOf(applied, files);
  const live = liveDrift(look, applied) ?? null;
  const drift = problems.length > 0 || (live ?? []).length > 0;
  return {
    state: drift ? 'drift' : pending.length > 0 ? 'pending' : 'in-step',
    schema: schemaState(applied),
    applied: done.size,
    pending,
    files: problems,
    live,
    unknown: live === null ? whyUnknown(applied, look) : null,
    restorePoints,
  };
}

function whyUnknown(applied: readonly AppliedMigration[], { remembered }: StructureLook): string {
  if (remembered === null)
    return 'no run has remembered a structure here yet; the next one that applies migrations does';
  const open = applied.find((row) => row.state === 'running');
  if (open !== undefined) return `${open.id} began and did not end; resume its run first`;
  return `migrations were applied since the structure was remembered (${remembered.schema}), and none was remembered after them`;
}

const MOST_POINTS = 5;

/** Lines for a person. Pure. */
export function statusLines(status: MigrationStatus): readonly string[] {
  const { schema, applied, pending, files, live, unknown, restorePoints } = status;
  const lines = [`schema ${schema}, ${applied} ${applied === 1 ? 'migration' : 'migrations'} applied`];
  for (const { id, phase, running } of pending) lines.push(`pending: ${id} (${running ? `${phase}, begun` : phase})`);
  for (const { where, found, remedy } of files) lines.push(`files: ${where}: ${found}`, `  → ${remedy}`);
  if (live === null) lines.push(`live schema: not compared: ${unknown}`);
  else if (live.length === 0) lines.push('live schema: as the last migration left it');
  else {
    lines.push('live schema: changed without a migration');
    lines.push(...live.map((change) => `  ${changeText(change)}`));
    lines.push('  → write it as a migration, or take it back; `shiplock migrate adopt` takes it as it is');
  }
  lines.push(...restorePoints.slice(0, MOST_POINTS).flatMap(pointLines));
  const more = restorePoints.length - MOST_POINTS;
  if (more > 0) lines.push(`${more} older restore points: --json has them all`);
  return lines;
}
