import { relative, resolve } from 'node:path';
import { type ResolvedDatabase, resolveEnvironment } from '../../config/index.ts';
import {
  isComplete,
  type LintFinding,
  type LintResult,
  lint,
  readLintFiles,
  type Server,
  serverOf,
} from '../../migrate/index.ts';
import type { Finding } from '../../model/finding.ts';
import type { Clock } from '../../model/ports.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import type { Service } from '../door.ts';

/** What the rules say of migration files, for doors that judge them without a database. */

export interface Linted {
  readonly result: LintResult;
  readonly server: Server;
  /** The same for every reader of findings, with the whole path of each file. */
  readonly findings: readonly (Finding & { readonly file: string })[];
}

/**
 * Judges the migration files of an environment by the rules, for the server that its configuration names. Reads files and nothing else.
 * @param from directory from which people see the files
 * @throws ProblemError `cli.usage` when the environment has no database, and what is wrong with files that cannot be read
 */
export async function lintMigrations(
  { config, configFile, baseDir, clock }: Pick<Service, 'config' | 'configFile' | 'baseDir' | 'clock'>,
  environment: string,
  from: string,
): Promise<Linted> {
  // Nothing of the environment is opened: no secret is asked for, so that a pull request may have this done.
  const { database } = unwrap(resolveEnvironment(config, environment, { baseDir }));
  if (database !== null) return judged(database, clock, from);
  throw new ProblemError({
    code: 'cli.usage',
    where: configFile,
    found: `no \`database:\` in ${environment}`,
    expected: 'an environment with a database, whose migrations are judged',
    remedy: 'name an environment that has one',
  });
}

async function judged(database: ResolvedDatabase, clock: Clock, root: string): Promise<Linted> {
  const { engine, migrations } = database;
  const { rules, from, serverVersion } = database.lint;
  const server = lintServer(engine, serverVersion);
  const all = await readLintFiles([migrations], server, {
    from: from ?? undefined,
    nameOf: (path) => relative(root, path) || path,
  });
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const result = lint(all, { server, today, levels: rules, complete: isComplete(all) });
  return {
    result,
    server,
    findings: result.findings.map((one) => ({ ...findingOf(one), file: resolve(root, one.file) })),
  };
}

/**
 * The server that files are judged for.
 * @param version null: the usual one of the family
 * @throws ProblemError `cli.usage` when the version is none
 */
export function lintServer(dialect: 'mysql' | 'mariadb', version: string | null): Server {
  const server = serverOf(dialect, version ?? undefined);
  if (server !== undefined) return server;
  throw new ProblemError({
    code: 'cli.usage',
    where: '--server-version',
    found: version ?? '',
    expected: 'a version such as 8.0.36, 8.4 or 10.11',
    remedy: 'write what SELECT VERSION() answers',
  });
}

/** A finding of a rule, in the words of every linter. Pure. */
export function findingOf(finding: LintFinding): Finding & { readonly file: string } {
  const { rule, level, file, line, column, message, why, safe } = finding;
  return {
    ...{ rule, level, file, line, column, message: `${message}. ${why}`, remedy: safe },
    documentation: `docs/rules/${rule}.md`,
    // Not the line: it moves when somebody writes above it.
    fingerprint: `${rule}:${file.split('/').at(-1)}:${message}`,
  };
}
