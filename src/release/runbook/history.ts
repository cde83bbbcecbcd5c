import { isRunbook, RUNBOOK_PREFIX } from '../../model/procedures.ts';
import { formatDuration } from '../../model/scalars.ts';
import type { RunSummary } from '../../procedure/index.ts';

/** A run of a runbook, as the list of them shows it. */
export interface HistoryRow {
  readonly run: string;
  readonly runbook: string;
  readonly environment: string;
  readonly who: string;
  readonly startedAt: string;
  /** `running` also for a run whose process died. */
  readonly outcome: string;
  /** From the first record to the last, milliseconds: waiting at gates counts. */
  readonly durationMs: number;
}

/** Procedures that have a runbook and no prefix. */
const BY_NAME = ['rollback'];

/** The runs of runbooks among all runs, newest first. Pure. */
export function historyOf(
  runs: readonly RunSummary[],
  only: { readonly runbook?: string | undefined; readonly environment?: string | undefined } = {},
): readonly HistoryRow[] {
  return runs
    .filter(({ procedure }) => isRunbook(procedure) || BY_NAME.includes(procedure))
    .map((run) => ({
      run: run.run,
      runbook: isRunbook(run.procedure) ? run.procedure.slice(RUNBOOK_PREFIX.length) : run.procedure,
      environment: run.environment,
      who: run.who,
      startedAt: run.startedAt,
      outcome: run.finished?.outcome ?? run.state,
      durationMs: Date.parse(run.lastAt) - Date.parse(run.startedAt),
    }))
    .filter((row) => only.runbook === undefined || row.runbook === only.runbook)
    .filter((row) => only.environment === undefined || row.environment === only.environment)
    .toReversed();
}

/** The rows as a table for people. Pure. */
export function historyText(rows: readonly HistoryRow[]): string {
  if (rows.length === 0) return 'no run of a runbook';
  const table = [
    ['STARTED', 'RUNBOOK', 'ENVIRONMENT', 'OUTCOME', 'TOOK', 'WHO', 'RUN'],
    ...rows.map((row) => [
      row.startedAt.replace(/\.\d+Z$/, 'Z'),
      row.runbook,
      row.environment,
      row.outcome,
      formatDuration(Math.max(1000, Math.round(row.durationMs / 1000) * 1000)),
      row.who,
      row.run,
    ]),
  ];
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => (row[at] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
