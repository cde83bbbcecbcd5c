import { writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { environmentNames, type ResolvedDatabase, resolveEnvironment } from '../../config/index.ts';
import {
  fixed,
  isComplete,
  type LintResult,
  lint,
  RULES,
  readLintFiles,
  ruleOf,
  type Server,
  serverName,
} from '../../migrate/index.ts';
import { EXIT } from '../../model/exit.ts';
import { type Json, jsonSchema, nearest } from '../../model/json.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { systemClock } from '../../procedure/index.ts';
import { openService } from '../../release/index.ts';
import { findingOf, lintServer } from '../../release/run/lint.ts';
import { sarifLog } from '../../report/index.ts';
import { type CommandResult, type Io, painter } from '../io.ts';
import { door } from '../session.ts';
import { packageVersion } from '../version.ts';
import { lintText, ruleText } from './migrate-lint-text.ts';

export interface LintCommandOptions {
  readonly config?: string;
  readonly dialect?: 'mysql' | 'mariadb';
  readonly serverVersion?: string;
  readonly format?: 'text' | 'json' | 'sarif';
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly rule?: string;
}

/** One rule in the terminal. */
export function explainRule(io: Io, id: string): CommandResult {
  const rule = ruleOf(id.toUpperCase());
  if (rule === undefined) {
    const ids = RULES.map((one) => one.id);
    const near = nearest(id.toUpperCase(), ids, distance);
    throw new ProblemError({
      code: 'cli.unknown-rule',
      where: '--rule',
      found: id,
      expected: `one of ${ids.join(', ')}`,
      remedy: near === undefined ? 'look into docs/rules' : `write ${near} if that is meant`,
    });
  }
  const { level, title, why, safe, decides, fix = null, examples } = rule;
  const json = jsonSchema.parse({ id: rule.id, level, title, why, safe, decides, fix, examples });
  return { exit: EXIT.done, text: ruleText(rule, painter(io)), json };
}

/** What is judged, and for which server. */
interface Task {
  readonly paths: readonly string[];
  readonly server: Server;
  readonly rules: ResolvedDatabase['lint']['rules'];
  readonly from: number | null;
}

/** Reads the files, mends them if that is wanted, and judges them. */
export async function judgeFiles(
  io: Io,
  files: readonly string[],
  options: LintCommandOptions,
): Promise<CommandResult> {
  const { paths, server, rules, from } = await taskOf(io, files, options);
  const nameOf = (path: string): string => relative(io.cwd, path) || path;
  const today = new Date(systemClock.now()).toISOString().slice(0, 10);
  const read = async () => readLintFiles(paths, server, { from: from ?? undefined, nameOf });
  let all = await read();
  const settings = { server, today, levels: rules, complete: isComplete(all) };
  const mended: string[] = [];
  if (options.fix === true) {
    const judged = all.filter((file) => file.judged);
    for (const { file, text, fixed: gone } of fixed(all, settings)) {
      if (!judged.some(({ name }) => name === file)) continue;
      await writeFile(resolve(io.cwd, file), text);
      mended.push(`${file}: fixed ${gone.map(({ rule }) => rule).join(', ')}`);
    }
    if (mended.length > 0) all = await read();
  }
  const result = lint(all, settings);
  const exit = result.findings.some(({ level }) => level === 'error') ? EXIT.failed : EXIT.done;
  const json = asJson(result, server, mended);
  if (options.format === 'json') return { exit, json, text: JSON.stringify(json, null, 2) };
  if (options.format === 'sarif') {
    const root = io.env['GITHUB_WORKSPACE'] ?? io.cwd;
    const findings = result.findings.map((finding) => {
      const { file, ...rest } = findingOf(finding);
      return { ...rest, file: resolve(io.cwd, file) };
    });
    const log = sarifLog(findings, { version: packageVersion(), root, failures: [] });
    return { exit, json: log, text: JSON.stringify(log, null, 2) };
  }
  return { exit, json, text: lintText(result, server, painter(io), mended) };
}

async function taskOf(io: Io, files: readonly string[], options: LintCommandOptions): Promise<Task> {
  const given = files.map((file) => resolve(io.cwd, file));
  // Files and a dialect are enough: no configuration is looked for.
  if (given.length > 0 && options.dialect !== undefined && options.config === undefined)
    return { paths: given, server: lintServer(options.dialect, options.serverVersion ?? null), rules: {}, from: null };
  const database = await configured(io, options);
  const server = lintServer(
    options.dialect ?? database.engine,
    options.serverVersion ?? (options.dialect === undefined ? database.lint.serverVersion : null),
  );
  const { rules, from } = database.lint;
  return given.length === 0
    ? { paths: [database.migrations], server, rules, from }
    : { paths: given, server, rules, from: null };
}

/** The database of the first environment that has one: files belong to the service, not to an environment. */
async function configured(io: Io, options: LintCommandOptions): Promise<ResolvedDatabase> {
  const { config, configFile, baseDir } = await openService(await door(io, options, false));
  for (const name of environmentNames(config)) {
    const { database } = unwrap(resolveEnvironment(config, name, { baseDir }));
    if (database !== null) return database;
  }
  throw new ProblemError({
    code: 'cli.usage',
    where: configFile,
    found: 'no `database:`',
    expected: 'a configuration with a database, or files and --dialect',
    remedy: 'name the files, and --dialect mysql or --dialect mariadb',
  });
}

function asJson({ findings, waived, files, statements }: LintResult, server: Server, mended: readonly string[]): Json {
  return jsonSchema.parse({
    server: serverName(server),
    files,
    statements,
    findings: findings.map((finding) => ({
      ...findingOf(finding),
      statement: finding.statement,
      fixable: finding.fix !== null,
    })),
    waived: waived.map(({ finding, waiver }) => ({
      ...findingOf(finding),
      waiver: { until: waiver.until, owner: waiver.owner, reason: waiver.reason },
    })),
    fixed: mended,
  });
}
