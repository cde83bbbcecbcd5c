import type { Waiver } from '../files/header.ts';
import type { LintLevel } from './levels.ts';
import { ruleOf } from './rules/index.ts';
import type { LintFile, LintFinding, Rule, Waived } from './types.ts';

/** Waivers of the headers: what they let pass, and which of them are of no use. F10 and F11 cannot be waived. */

interface WaiverOptions {
  readonly today: string;
  readonly rules: readonly Rule[];
  readonly levelOf: (rule: Rule) => LintLevel;
}

const NEVER = new Set(['F10', 'F11']);

/** Pure. */
export function judgeWaivers(
  findings: readonly LintFinding[],
  files: readonly LintFile[],
  options: WaiverOptions,
): { readonly findings: readonly LintFinding[]; readonly waived: readonly Waived[] } {
  const left: LintFinding[] = [];
  const waived: Waived[] = [];
  const byName = new Map(files.map((file) => [file.name, file]));
  for (const finding of findings) {
    const waiver = byName
      .get(finding.file)
      ?.header.waivers.find(({ rules, until }) => rules.includes(finding.rule) && until >= options.today);
    if (waiver === undefined || NEVER.has(finding.rule)) left.push(finding);
    else waived.push({ finding, waiver });
  }
  const rule = options.rules.find(({ id }) => id === 'F11');
  if (rule !== undefined)
    for (const file of files)
      left.push(...file.header.waivers.flatMap((one) => useless(one, file, rule, waived, options)));
  return { findings: left, waived };
}

function useless(
  waiver: Waiver,
  file: LintFile,
  rule: Rule,
  waived: readonly Waived[],
  { today, levelOf }: WaiverOptions,
): readonly LintFinding[] {
  const finding = (message: string, id: string): LintFinding => {
    const level = levelOf(rule);
    const { line, column } = placeOf(file.text, id);
    const { why, safe } = rule;
    return {
      ...{ rule: rule.id, file: file.name, line, column, statement: null, message, why, safe, fix: null },
      level: level === 'off' ? 'note' : level,
    };
  };
  return waiver.rules.flatMap((id) => {
    const known = ruleOf(id);
    if (waiver.until < today) return [finding(`the waiver of ${id} ended on ${waiver.until}`, id)];
    if (known === undefined) return [finding(`there is no rule ${id}`, id)];
    const used = waived.some((one) => one.waiver === waiver && one.finding.rule === id);
    // What the server decides may show in the plan only; what is switched off shows nowhere.
    if (used || known.decides === 'server' || levelOf(known) === 'off') return [];
    return [finding(`nothing here needs the waiver of ${id}`, id)];
  });
}

function placeOf(text: string, id: string): { readonly line: number; readonly column: number } {
  const lines = text.split('\n');
  const index = lines.findIndex((line) => new RegExp(`waive=(\\S*,)?${id}\\b`).test(line));
  return { line: Math.max(index, 0) + 1, column: Math.max((lines[index]?.indexOf('waive=') ?? 0) + 1, 1) };
}
