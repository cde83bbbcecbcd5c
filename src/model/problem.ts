import { z } from 'zod';

/** What went wrong, in a form a person can act on and a program can match. Codes are stable and documented in docs/problems.md. */
export const problemSchema = z.strictObject({
  /** Stable identifier, `room.what`, for instance `config.unknown-key`. */
  code: z.string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/),
  /** Where: `file:line:column`, a host, a node of a run, an argument. */
  where: z.string(),
  found: z.string(),
  expected: z.string(),
  /** What to do about it, as an instruction. */
  remedy: z.string(),
});

export type Problem = Readonly<z.infer<typeof problemSchema>>;

/** One line per problem, the form every door prints. */
export function formatProblem(problem: Problem): string {
  return `${problem.where}: found ${problem.found}; expected ${problem.expected} [${problem.code}]\n  → ${problem.remedy}`;
}

/** A file, and where in it, as problems name it: `file:line:column`, `dir/file:line` or `dir/file.sql`. */
export interface FilePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The file that a problem is about; undefined for any other place, such as a host with a port. Pure. */
export function placeOf(where: string): FilePlace | undefined {
  const [, file, line, column] = /^([^:\n]+?)(?::(\d+)(?::(\d+))?)?$/.exec(where) ?? [];
  if (file === undefined) return undefined;
  if (line === undefined) return /^\/(?:[^/]+\/)*[^/]+\.[A-Za-z]\w*$/.test(file) ? { file } : undefined;
  if (column !== undefined) return { file, line: Number(line), column: Number(column) };
  return file.includes('/') ? { file, line: Number(line) } : undefined;
}

/** Carries problems across I/O. Pure functions return `Result` instead. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[] | Problem) {
    const list: readonly Problem[] = 'code' in problems ? [problems] : problems;
    super(list.map(formatProblem).join('\n'));
    this.name = 'ProblemError';
    this.problems = list;
  }
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function bad<T>(...problems: readonly Problem[]): Result<T> {
  return { ok: false, problems };
}

/** Value of a result, or its problems thrown. For the edge only. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ProblemError(result.problems);
}

/** The problems inside any thrown value: ours as they are, anything else as `internal.unexpected` at `where`. */
export function problemsOf(error: unknown, where: string): readonly Problem[] {
  if (error instanceof ProblemError) return error.problems;
  const text = error instanceof Error ? error.message : String(error);
  return [
    {
      code: 'internal.unexpected',
      where,
      found: text,
      expected: 'no unexpected error',
      remedy: 'run the same again; if it happens again, report it with this message and `shiplock journal show`',
    },
  ];
}
