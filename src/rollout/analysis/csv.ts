import { Readable } from 'node:stream';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { ProblemError } from '../../model/problem.ts';
import type { HistoryRow, IntervalRow } from './types.ts';

/** Columns of a stream of counts. `metric` may be left out. */
export const COLUMNS = ['t', 'metric', 'baseline_requests', 'baseline_bad', 'canary_requests', 'canary_bad'] as const;
type Column = (typeof COLUMNS)[number];

/** Name of the only metric of a stream without a metric column. */
export const ONLY_METRIC = 'errors';

/** Text at once, or in pieces of any size. */
export type Chunks = string | Iterable<string> | AsyncIterable<string>;

/** A row with the line it stands on. */
export interface Numbered<Row> {
  readonly line: number;
  readonly row: Row;
}

const seconds = z
  .string()
  .regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, 'a number of seconds')
  .transform(Number)
  .refine(Number.isFinite, 'a number of seconds');
const whole = z
  .string()
  .regex(/^\d+$/, 'a whole number, 0 or more')
  .transform(Number)
  .refine(Number.isSafeInteger, 'a whole number below 2^53');
const name = z.string().min(1, 'the name of a metric');

const rowSchema = z.object({
  t: seconds,
  metric: name,
  baseline_requests: whole,
  baseline_bad: whole,
  canary_requests: whole,
  canary_bad: whole,
});
const historySchema = rowSchema.omit({ canary_requests: true, canary_bad: true });

const csvRecord = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) });

/**
 * The rows of a stream of counts.
 *
 * @param source what to name in problems: a file name, `standard input`
 * @throws ProblemError `analysis.csv-*`, naming line and column; exit 2 at the door
 */
export async function* readRows(chunks: Chunks, source: string): AsyncGenerator<Numbered<IntervalRow>> {
  for await (const { line, cells } of readCells(chunks, source, COLUMNS)) {
    const row = parseCells(rowSchema, cells, source, line);
    const baseline = { requests: row.baseline_requests, bad: row.baseline_bad };
    const canary = { requests: row.canary_requests, bad: row.canary_bad };
    checkBad(baseline, 'baseline', source, line);
    checkBad(canary, 'canary', source, line);
    yield { line, row: { t: row.t, metric: row.metric, baseline, canary } };
  }
}

/** The rows of a baseline's past: the same file, the canary's columns left out or ignored. */
export async function* readHistory(chunks: Chunks, source: string): AsyncGenerator<Numbered<HistoryRow>> {
  const columns = COLUMNS.filter((column) => !column.startsWith('canary'));
  for await (const { line, cells } of readCells(chunks, source, columns)) {
    const row = parseCells(historySchema, cells, source, line);
    const baseline = { requests: row.baseline_requests, bad: row.baseline_bad };
    checkBad(baseline, 'baseline', source, line);
    yield { line, row: { t: row.t, metric: row.metric, baseline } };
  }
}

interface Cells {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** The records after the header, by column name. */
async function* readCells(chunks: Chunks, source: string, required: readonly Column[]): AsyncGenerator<Cells> {
  // Only replays and data sets read rows; a release counts by itself.
  const { CsvError, parse } = await import('csv-parse');
  const parser = parse({ bom: true, trim: true, info: true, skip_empty_lines: true, relax_column_count: true });
  const input = Readable.from(typeof chunks === 'string' ? [chunks] : chunks);
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let header: readonly string[] | null = null;
  let rows = 0;
  try {
    for await (const raw of parser) {
      const { record, info } = csvRecord.parse(raw);
      if (header === null) {
        header = checkHeader(record, required, source, info.lines);
        continue;
      }
      if (record.length !== header.length) {
        throw problem(
          'width',
          `${source}:${info.lines}`,
          `${record.length} columns`,
          `${header.length}, as in the header`,
        );
      }
      rows += 1;
      const cells: Record<string, string> = header.includes('metric') ? {} : { metric: ONLY_METRIC };
      header.forEach((column, i) => {
        cells[column] = record[i] ?? '';
      });
      yield { line: info.lines, cells };
    }
  } catch (error) {
    if (error instanceof CsvError) {
      const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
      throw problem(
        'syntax',
        `${source}:${line}`,
        error.message,
        'comma-separated values',
        'mend the quoting of this line',
      );
    }
    throw error;
  } finally {
    input.destroy();
  }
  if (header === null) throw problem('empty', source, 'nothing', `a header line ${COLUMNS.join(',')} and rows`);
  if (rows === 0) throw problem('empty', source, 'a header without rows', 'one row per interval and metric');
}

function checkHeader(
  header: readonly string[],
  required: readonly Column[],
  source: string,
  line: number,
): readonly string[] {
  const known: readonly string[] = COLUMNS;
  const where = (column: number): string => `${source}:${line}:${column}`;
  const problems: Problem[] = [];
  header.forEach((name, i) => {
    if (!known.includes(name)) {
      const remedy = header.some((each) => known.includes(each))
        ? `rename it to ${closest(name, [...COLUMNS])}, or drop it`
        : 'put the header line first';
      problems.push(
        ...problem('unknown-column', where(i + 1), name || 'a column without name', COLUMNS.join(', '), remedy)
          .problems,
      );
    } else if (header.indexOf(name) !== i) {
      problems.push(...problem('unknown-column', where(i + 1), `${name} twice`, 'each column once').problems);
    }
  });
  for (const column of required) {
    if (column !== 'metric' && !header.includes(column)) {
      problems.push(
        ...problem('missing-column', where(1), header.join(','), `a column ${column}`, `add ${column}`).problems,
      );
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return header;
}

function parseCells<T>(schema: z.ZodType<T>, cells: Readonly<Record<string, string>>, source: string, line: number): T {
  const parsed = schema.safeParse(cells);
  if (parsed.success) return parsed.data;
  throw new ProblemError(
    parsed.error.issues.map((issue) => {
      const column = String(issue.path[0] ?? '');
      const found = cells[column];
      return {
        code: 'analysis.csv-value',
        where: `${source}:${line}:${column}`,
        found: found === undefined || found === '' ? 'an empty cell' : JSON.stringify(found),
        expected: issue.message,
        remedy: 'leave the whole row out when a count is missing: missing data are absent rows',
      };
    }),
  );
}

function checkBad(counts: { requests: number; bad: number }, side: string, source: string, line: number): void {
  if (counts.bad <= counts.requests) return;
  throw problem(
    'value',
    `${source}:${line}:${side}_bad`,
    `${counts.bad} bad of ${counts.requests} requests`,
    `at most ${side}_requests`,
    'count bad requests among the same requests',
  );
}

function problem(
  code: string,
  where: string,
  found: string,
  expected: string,
  remedy = 'give one header line and then one row per interval and metric',
): ProblemError {
  return new ProblemError({ code: `analysis.csv-${code}`, where, found, expected, remedy });
}
