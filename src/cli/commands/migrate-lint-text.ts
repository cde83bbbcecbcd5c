import type { LintFinding, LintResult, Rule, Server } from '../../migrate/index.ts';
import { serverName } from '../../migrate/index.ts';
import { cleanLine } from '../../model/text.ts';
import type { Style } from '../io.ts';

/** What lint says, for a terminal. */

type Paint = (style: Style, text: string) => string;

const COLOURS: Readonly<Record<LintFinding['level'], Style>> = { error: 'red', warning: 'yellow', note: 'cyan' };
const LONGEST = 400;

/** Findings with their place, reason and safe alternative, and one line that sums up. */
export function lintText(result: LintResult, server: Server, paint: Paint, more: readonly string[] = []): string {
  const blocks = result.findings.map(({ file, line, column, level, rule, message, why, safe, fix }) =>
    [
      `${paint('bold', `${file}:${line}:${column}`)} ${paint(COLOURS[level], level)} ${rule} ${cleanLine(message, LONGEST)}`,
      `  ${why}`,
      `  → ${safe}${fix === null ? '' : ' (--fix does it)'}`,
    ].join('\n'),
  );
  const waived = result.waived.map(
    ({ finding, waiver }) =>
      `${paint('dim', 'waived')} ${finding.rule} ${finding.file}:${finding.line}: ${cleanLine(finding.message, LONGEST)} (${cleanLine(waiver.owner, LONGEST)}, until ${waiver.until}: ${cleanLine(waiver.reason, LONGEST)})`,
  );
  return [...blocks, ...waived, ...more, summary(result, server)].join('\n');
}

function summary({ findings, waived, files, statements }: LintResult, server: Server): string {
  const count = (level: LintFinding['level']): number => findings.filter((finding) => finding.level === level).length;
  const counts = [plural(count('error'), 'error'), plural(count('warning'), 'warning'), plural(count('note'), 'note')];
  const rest = waived.length === 0 ? '' : `, ${waived.length} waived`;
  return `${counts.join(', ')}${rest} in ${plural(statements, 'statement')} of ${plural(files, 'file')}, judged for ${serverName(server)}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** One rule, explained. */
export function ruleText(rule: Rule, paint: Paint): string {
  const [example] = rule.examples;
  const indented = (text: string): string => text.replaceAll(/^/gm, '    ');
  const parts = [
    `${paint('bold', rule.id)} ${rule.title}`,
    `  level: ${rule.level}${rule.decides === 'server' ? '; the form alone is judged here, the server decides: shiplock migrate plan' : ''}`,
    `  why: ${rule.why}`,
    `  → ${rule.safe}`,
    ...(rule.fix === undefined ? [] : [`  --fix ${rule.fix}`]),
    ...(example === undefined ? [] : ['  bad:', indented(example.bad), '  good:', indented(example.good)]),
    `  waiver, in the header of the file: -- shiplock: waive=${rule.id} until=YYYY-MM-DD owner=… reason=…`,
    `  page: docs/rules/${rule.id}.md`,
  ];
  return parts.join('\n');
}
