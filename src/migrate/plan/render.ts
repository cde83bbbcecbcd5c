import type { Problem } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import { formatBinarySize } from '../../model/size.ts';
import { cleanLine, codeSpan } from '../../model/text.ts';
import type { MannerPlan, PlannedManner } from './manners.ts';

/** The plan as a table that a reviewer reads in a minute: in a terminal, and in a comment. Pure. */

const HEAD = ['statement', 'how', 'algorithm', 'lock', 'rebuild', 'rows', 'size', 'estimate', 'who waits'] as const;
const LONGEST_SQL = 60;

/** For a terminal. */
export function mannersText(plan: MannerPlan): string {
  const rows = plan.statements.map((one) => cells(one, (sql) => cleanLine(sql, LONGEST_SQL)));
  const table: readonly (readonly string[])[] = [HEAD, ...rows];
  const widths = HEAD.map((_, at) => Math.max(...table.map((row) => [...(row[at] ?? '')].length)));
  const lines = table.map((row) =>
    row
      .map((cell, at) => `${cell}${' '.repeat(Math.max(0, (widths[at] ?? 0) - [...cell].length))}`)
      .join('  ')
      .trimEnd(),
  );
  const details = plan.statements.flatMap(detailLines);
  return [headline(plan), '', ...lines, ...(details.length === 0 ? [] : ['', ...details])].join('\n');
}

/** For a comment under a pull request or an issue. */
export function mannersMarkdown(plan: MannerPlan): string {
  const row = (cellsOf: readonly string[]): string => `| ${cellsOf.join(' | ')} |`;
  // A bar would end the cell, also inside code.
  const sql = (text: string): string => codeSpan(cleanLine(text, LONGEST_SQL)).replaceAll('|', '\\|');
  const rows = plan.statements.map((one) => row(cells(one, sql)));
  const details = plan.statements.flatMap(detailLines).map((line) => `- ${codeSpan(line)}`);
  return [headline(plan), '', row(HEAD), row(HEAD.map(() => '---')), ...rows, '', ...details].join('\n').trimEnd();
}

function headline({ family, target, shadow, server, warnings }: MannerPlan): string {
  const replicas = server.replicas === null ? 'replicas not known' : `${server.replicas} replicas`;
  const free = server.freeBytes === null ? 'free disk not known' : `${formatBinarySize(server.freeBytes)} free`;
  const facts = `target: ${family} ${target}, ${replicas}, ${free}, binary log ${server.binlog}; tried on ${shadow}`;
  return [facts, ...warnings.map((warning) => `warning: ${warning}`)].map((line) => cleanLine(line, 400)).join('\n');
}

function cells(one: PlannedManner, sql: (text: string) => string): readonly string[] {
  const { manner, table, blocks } = one;
  const rows = table?.rows === null || table === null ? '?' : `${table.rows === 0 ? '' : '~'}${table.rows}`;
  const size = table?.bytes === null || table === null ? '?' : formatBinarySize(table.bytes);
  const estimate = (ms: number | null): string => (ms === null ? '?' : `~${formatDuration(ms)}`);
  const begin = sql(one.sql);
  switch (manner.kind) {
    case 'direct': {
      const how = [manner.algorithm ?? '–', manner.lock ?? '–', manner.rebuilds ? 'yes' : 'no'];
      return [begin, 'direct', ...how, rows, size, estimate(manner.estimateMs), blocks];
    }
    case 'tool':
      return [begin, manner.tool, '–', '–', 'yes', rows, size, estimate(manner.estimateMs), blocks];
    case 'refused':
      return [begin, 'REFUSED', '–', '–', '–', rows, size, '–', blocks];
  }
}

function detailLines({ where, manner, notes, table }: PlannedManner): readonly string[] {
  const busy = table?.writesPerSecond ?? 0;
  const said = [
    ...(manner.kind === 'refused' ? manner.problems.map(problemLine) : [manner.why]),
    ...notes,
    ...(busy > 0 ? [`${busy} rows of it are changed per second`] : []),
    ...(table !== null && table.triggers > 0 ? [`it has ${table.triggers} triggers`] : []),
  ];
  return said.map((line) => cleanLine(`${where}: ${line}`, 500));
}

function problemLine({ code, found, expected, remedy }: Problem): string {
  return `refused [${code}]: ${found}; expected ${expected}; ${remedy}`;
}
