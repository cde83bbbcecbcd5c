import { splitSql } from '../sql/lexer.ts';
import { type LintOptions, lint } from './lint.ts';
import { lintFileOf } from './read.ts';
import type { LintFile, LintFinding } from './types.ts';

/** Autofixes: edits that lead to the same schema, and touch no byte beside them. */

export interface Fixed {
  readonly file: string;
  readonly text: string;
  /** Findings that are gone. */
  readonly fixed: readonly LintFinding[];
}

const ROUNDS = 5;

/** Files with every fix that can be made in them; those that stay as they are, are left out. Pure. */
export function fixed(files: readonly LintFile[], options: LintOptions): readonly Fixed[] {
  let now = files;
  const done = new Map<string, LintFinding[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { findings } = lint(now, options);
    const next = now.map((file) => {
      const edited = editedFile(file, findings, options);
      if (edited === undefined) return file;
      done.set(file.name, [...(done.get(file.name) ?? []), ...edited.fixed]);
      return edited.file;
    });
    if (next.every((file, index) => file === now[index])) break;
    now = next;
  }
  return now.flatMap((file) => {
    const fixes = done.get(file.name);
    return fixes === undefined ? [] : [{ file: file.name, text: file.text, fixed: fixes }];
  });
}

/** One fix for each statement; what overlaps waits for the next round. */
function editedFile(
  file: LintFile,
  findings: readonly LintFinding[],
  { server }: LintOptions,
): { readonly file: LintFile; readonly fixed: readonly LintFinding[] } | undefined {
  const chosen = new Map<number, LintFinding>();
  for (const finding of findings)
    if (
      finding.file === file.name &&
      finding.fix !== null &&
      finding.statement !== null &&
      !chosen.has(finding.statement)
    )
      chosen.set(finding.statement, finding);
  const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
  const edits = [...chosen.values()]
    .flatMap(({ fix }) => fix ?? [])
    .map((edit) => ({ ...edit, text: edit.text.replaceAll('\n', newline) }))
    .toSorted((a, b) => b.from - a.from);
  if (edits.length === 0) return undefined;
  const text = edits.reduce((now, { from, to, text: put }) => now.slice(0, from) + put + now.slice(to), file.text);
  const next = lintFileOf(file.name, text, server, { judged: file.judged });
  // Another delimiter, or a place that was not found: rather nothing than something else.
  if (!asMeant(file, chosen, edits, next)) return undefined;
  return { file: { ...next, down: file.down }, fixed: [...chosen.values()] };
}

/** Statements without a fix are the same as before, those with one are what the fix says, and all can be read. */
function asMeant(
  file: LintFile,
  chosen: ReadonlyMap<number, LintFinding>,
  edits: readonly { readonly from: number; readonly to: number; readonly text: string }[],
  next: LintFile,
): boolean {
  const expected = file.statements.flatMap(({ sql, offset }, index) => {
    if (!chosen.has(index + 1)) return [sql];
    const own = edits.filter(({ from }) => from >= offset && from <= offset + sql.length);
    const text = own.reduce(
      (now, { from, to, text: put }) => now.slice(0, from - offset) + put + now.slice(to - offset),
      sql,
    );
    return splitSql(text, file.name).statements.map((statement) => statement.sql);
  });
  const found = next.statements.map(({ sql }) => sql);
  const readable = next.statements.every(({ parsed }) => parsed.ok);
  return (
    readable &&
    next.problems.length === file.problems.length &&
    expected.length === found.length &&
    expected.every((sql, at) => sql === found[at])
  );
}
