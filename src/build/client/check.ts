import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { ReadContext } from '../../procedure/tree.ts';

/** What shellcheck says of the scripts of a client. https://www.shellcheck.net */

export const SHELLS = ['sh', 'bash', 'dash'] as const;
export type Shell = (typeof SHELLS)[number];

/** From the gravest to the least. */
export const SEVERITIES = ['error', 'warning', 'info', 'style'] as const;
export type Severity = (typeof SEVERITIES)[number];

const reportSchema = z.looseObject({
  comments: z.array(
    z.looseObject({
      file: z.string(),
      line: z.number(),
      column: z.number(),
      level: z.enum(SEVERITIES),
      code: z.number(),
      message: z.string(),
    }),
  ),
});

export interface CheckFacts {
  /** How many files were checked. */
  readonly files: number;
  readonly problems: readonly Problem[];
}

/** Is that a file for a shell? By its name or its first line. Pure. */
export function isShellScript(path: string, head: string): boolean {
  return /\.(?:sh|bash|dash)$/.test(path) || /^#!\s*\S*\b(?:env\s+)?(?:ba|da)?sh\b/.test(head);
}

/**
 * Asks shellcheck about the scripts among these files; nothing is changed.
 * @throws ProblemError `build.no-shellcheck` when it is not there or does not do its work
 */
export async function checkScripts(
  ctx: Pick<ReadContext, 'exec' | 'signal'>,
  { source, files, shell, severity }: CheckedScripts,
): Promise<CheckFacts> {
  const heads = await Promise.all(
    files.map(async (path) => ({ path, head: await readFile(join(source, path), 'utf8').catch(() => '') })),
  );
  // The main script is one, whatever it looks like.
  const scripts = heads.filter(({ path, head }, index) => index === 0 || isShellScript(path, head));
  const result = await ctx.exec.read(
    [
      ...['shellcheck', '--norc', '--external-sources', '--source-path=SCRIPTDIR', '--format=json1'],
      ...[`--shell=${shell}`, `--severity=${severity}`, '--', ...scripts.map(({ path }) => path)],
    ],
    { cwd: source, signal: ctx.signal },
  );
  // 0: nothing to say; 1: findings. Anything else is no answer (shellcheck(1), RETURN VALUES).
  if (result.exitCode !== 0 && result.exitCode !== 1) throw new ProblemError(noAnswer(source, result.stderr));
  return { files: scripts.length, problems: findingsOf(result.stdout, source) };
}

export interface CheckedScripts {
  readonly source: string;
  /** The main script first. */
  readonly files: readonly string[];
  readonly shell: Shell;
  /** Findings below it are not told. */
  readonly severity: Severity;
}

/** A problem for each finding, at its line. Pure. @throws ProblemError for a text that is no report */
export function findingsOf(report: string, source: string): readonly Problem[] {
  const parsed = reportSchema.safeParse(parsedJson(report));
  if (!parsed.success) throw new ProblemError(noAnswer(source, report));
  return parsed.data.comments.map(({ file, line, column, level, code, message }) => ({
    code: 'build.shellcheck',
    where: `${join(source, file)}:${line}:${column}`,
    found: `${level} SC${code}: ${message}`,
    expected: 'a script that shellcheck has nothing to say of',
    remedy: `see https://www.shellcheck.net/wiki/SC${code}; or write why it is right: # shellcheck disable=SC${code}`,
  }));
}

function noAnswer(where: string, said: string): Problem {
  return {
    code: 'build.no-shellcheck',
    where,
    found: `shellcheck gives no report: ${said.trim().split('\n')[0]?.slice(0, 200) ?? ''}`,
    expected: 'shellcheck 0.7 or newer',
    remedy: 'install it, for instance `apt-get install shellcheck`; `check: off` leaves it out',
  };
}
