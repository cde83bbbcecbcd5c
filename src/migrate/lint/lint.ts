import type { ObjectName, Statement } from '../sql/tree.ts';
import { NO_FACTS } from './facts.ts';
import type { LintLevel } from './levels.ts';
import { RULES } from './rules/index.ts';
import { NO_SCHEMA, schemaAfter, tableIn } from './schema.ts';
import type { Server } from './server.ts';
import type {
  FileSubject,
  Found,
  LintFacts,
  LintFile,
  LintFinding,
  LintResult,
  ReadStatement,
  Rule,
  Subject,
} from './types.ts';
import { judgeWaivers } from './waivers.ts';

export interface LintOptions {
  readonly server: Server;
  /** `YYYY-MM-DD`: waivers that ended before count no more. */
  readonly today: string;
  /** Levels that somebody has chosen; the others are the rule's own. */
  readonly levels?: Readonly<Record<string, LintLevel>>;
  readonly facts?: LintFacts;
  /** The files are the whole history of the database. */
  readonly complete?: boolean;
}

/** Judges migrations, in their order. Pure: the same files, options and day give the same findings. */
export function lint(files: readonly LintFile[], options: LintOptions): LintResult {
  const levelOf = (rule: Rule): LintLevel => options.levels?.[rule.id] ?? rule.level;
  const rules = RULES.filter((rule) => levelOf(rule) !== 'off');
  const all: LintFinding[] = [];
  let schema = NO_SCHEMA;
  for (const [at, file] of files.entries()) {
    const subjects: (Subject & { readonly number: number })[] = [];
    for (const [number, { parsed, sql }] of file.statements.entries()) {
      if (!parsed.ok) continue;
      const { statement } = parsed;
      const before = schema;
      schema = schemaAfter(schema, statement, file.name);
      const { server, facts = NO_FACTS, complete = false } = options;
      subjects.push({ statement, sql, file, before, after: schema, server, facts, complete, number });
    }
    if (!file.judged) continue;
    const found = fileFindings({ file, subjects, server: options.server, earlier: files.slice(0, at) }, rules);
    all.push(...[...found, ...unread(file, rules)].map((one) => placed(one, file, options.levels)));
  }
  const judged = files.filter((file) => file.judged);
  const { findings, waived } = judgeWaivers(all, judged, { today: options.today, rules, levelOf });
  return {
    findings: inOrder(findings, judged),
    waived,
    files: judged.length,
    statements: judged.reduce((sum, { statements }) => sum + statements.length, 0),
  };
}

/**
 * The files begin at the beginning: what none of them makes is not there. A file that changes a table which none before it makes tells that
 * they begin later. Pure.
 */
export function isComplete(files: readonly LintFile[]): boolean {
  const [first] = files;
  if (first === undefined || first.number === null || first.number > 1) return false;
  let schema = NO_SCHEMA;
  for (const { name, statements } of files) {
    for (const { parsed } of statements) {
      if (!parsed.ok) continue;
      if (changed(parsed.statement).some((table) => tableIn(schema, table)?.madeBy == null)) return false;
      schema = schemaAfter(schema, parsed.statement, name);
    }
  }
  return true;
}

/** Tables of this database that must be there for the statement. */
function changed(statement: Statement): readonly ObjectName[] {
  const tables = ((): readonly ObjectName[] => {
    switch (statement.kind) {
      case 'alter-table':
        return statement.modifiers.includes('IF EXISTS') ? [] : [statement.table];
      case 'create-index':
      case 'drop-index':
        return [statement.table];
      case 'drop-table':
        return statement.ifExists || statement.temporary ? [] : statement.tables;
      default:
        return [];
    }
  })();
  return tables.filter(({ schema }) => schema === null);
}

interface Hit {
  readonly rule: Rule;
  readonly found: Found;
}

function fileFindings(subject: FileSubject, rules: readonly Rule[]): readonly Hit[] {
  return rules.flatMap((rule) => [
    ...subject.subjects.flatMap((one) =>
      (rule.look?.(one) ?? []).map((found): Hit => ({ rule, found: { ...found, statement: one.number } })),
    ),
    ...(rule.lookFile?.(subject) ?? []).map((found): Hit => ({ rule, found })),
  ]);
}

/** F10 and F12: what the header and the grammar could not read. */
function unread(file: LintFile, rules: readonly Rule[]): readonly Hit[] {
  const rule = (id: string): Rule | undefined => rules.find((one) => one.id === id);
  const [waiver, grammar] = [rule('F10'), rule('F12')];
  const hits: Hit[] = [];
  for (const { code, where, found, expected } of file.problems) {
    const own = code === 'migrate.header-waiver' || code === 'migrate.header-until' ? waiver : grammar;
    const line = Number(/:(\d+)(?::\d+)?$/.exec(where)?.[1] ?? 1);
    if (own !== undefined)
      hits.push({
        rule: own,
        found: { at: lineStart(file.text, line), statement: -1, message: `${found}; expected ${expected}` },
      });
  }
  for (const [number, { parsed }] of file.statements.entries()) {
    if (parsed.ok || grammar === undefined) continue;
    const message = `reading stops at ${parsed.found}; expected ${parsed.expected}`;
    hits.push({ rule: grammar, found: { at: parsed.at, statement: number, message } });
  }
  return hits;
}

function lineStart(text: string, line: number): number {
  let at = 0;
  for (let now = 1; now < line; now += 1) {
    const next = text.indexOf('\n', at);
    if (next < 0) return at;
    at = next + 1;
  }
  return at;
}

/** `statement: -1`: the place is one of the file. */
function placed({ rule, found }: Hit, file: LintFile, levels: LintOptions['levels']): LintFinding {
  const statement: ReadStatement | undefined = file.statements[found.statement ?? -1];
  const base = statement?.offset ?? 0;
  const at = base + found.at;
  const newline = file.text.lastIndexOf('\n', at - 1);
  const chosen = levels?.[rule.id];
  const level = chosen ?? found.level ?? rule.level;
  return {
    rule: rule.id,
    // Rules that are off were left out before.
    level: level === 'off' ? 'note' : level,
    file: file.name,
    line: lineOf(file, statement, at),
    column: at - newline,
    statement: statement === undefined ? null : (found.statement ?? 0) + 1,
    message: found.message,
    why: rule.why,
    safe: rule.safe,
    fix: found.fix?.map(({ from, to, text }) => ({ from: base + from, to: base + to, text })) ?? null,
  };
}

function lineOf(file: LintFile, statement: ReadStatement | undefined, at: number): number {
  const [from, first] = statement === undefined ? [0, 1] : [statement.offset, statement.line];
  let line = first;
  for (let i = file.text.indexOf('\n', from); i >= 0 && i < at; i = file.text.indexOf('\n', i + 1)) line += 1;
  return line;
}

function inOrder(findings: readonly LintFinding[], files: readonly LintFile[]): readonly LintFinding[] {
  const place = new Map(files.map(({ name }, index) => [name, index]));
  return findings.toSorted(
    (a, b) =>
      (place.get(a.file) ?? 0) - (place.get(b.file) ?? 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.rule < b.rule ? -1 : 1),
  );
}
