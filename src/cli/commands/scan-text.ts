import { cleanLine } from '../../model/text.ts';
import type { JudgedFinding, ScannerRun, ScanResult } from '../../scan/index.ts';
import type { Style } from '../io.ts';
import { worthOf } from './scan-forms.ts';

/** What a scan says, for a terminal. */

type Paint = (style: Style, text: string) => string;

const COLOURS: Readonly<Record<JudgedFinding['level'], Style>> = { error: 'red', warning: 'yellow', note: 'cyan' };
const LONGEST = 300;
/** Notes beyond that are only counted: they are style, and there may be thousands. */
const MOST_NOTES = 20;

/** How one scanner ended, in a few words. */
export function endWords({ end }: ScannerRun): string {
  if (end.kind === 'scanned') return `${end.findings.length} said`;
  if (end.kind === 'nothing-there') return 'nothing for it here';
  return end.kind === 'off' ? 'off' : 'NOT SCANNED';
}

/** Findings with their places, what was not scanned, and one line that sums up. */
export function scanText(result: ScanResult, paint: Paint): string {
  const shown = result.findings.filter(({ level }) => level !== 'note');
  const notes = result.findings.filter(({ level }) => level === 'note');
  const lines = [...shown, ...notes.slice(0, MOST_NOTES)].map((one) => block(one, paint));
  if (notes.length > MOST_NOTES) lines.push(`${notes.length - MOST_NOTES} more notes: --format json has all`);
  for (const { finding, waiver } of result.waived)
    lines.push(
      `${paint('dim', 'waived')} ${finding.rule} ${finding.file ?? ''}: ${cleanLine(waiver.reason, LONGEST)} (${cleanLine(waiver.owner, LONGEST)}, until ${waiver.until})`,
    );
  for (const { waiver, why } of result.faults)
    lines.push(
      `${paint('red', 'error')} the waiver of ${cleanLine(waiver.id, LONGEST)} ${why === 'over' ? `ended on ${waiver.until}` : 'is needed by nothing'}: take it out of \`scan.waivers\`, or mend what it is for`,
    );
  for (const { where, found, expected, remedy } of result.warnings)
    lines.push(
      `${paint('yellow', 'warning')} ${where}: ${cleanLine(found, LONGEST)}; expected ${cleanLine(expected, LONGEST)}\n  → ${cleanLine(remedy, LONGEST)}`,
    );
  for (const { where, found, remedy } of result.notScanned)
    lines.push(
      `${paint('red', 'not scanned')} ${where}: ${cleanLine(found, LONGEST)}\n  → ${cleanLine(remedy, LONGEST)}`,
    );
  return [...lines, summary(result, paint)].join('\n');
}

function block({ finding, level, isNew }: JudgedFinding, paint: Paint): string {
  const { file, line, column, rule, severity, message, remedy, scanners, commit, fingerprint } = finding;
  const place = [file ?? 'whole repository', line, column].filter((part) => part !== undefined).join(':');
  const where = commit === undefined ? place : `${place} in commit ${commit.slice(0, 12)}`;
  const known = isNew === false ? ' (the base has it)' : '';
  return [
    `${paint('bold', cleanLine(where, LONGEST))} ${paint(COLOURS[level], level)} ${rule} ${cleanLine(message, LONGEST)}`,
    `  ${severity}, by ${scanners.join(' and ')}${known}, ${paint('dim', fingerprint)}`,
    ...worthOf(finding)
      .filter(([name]) => name !== 'reach')
      .map(([name, value]) => `  ${name}: ${cleanLine(value, LONGEST)}`),
    ...(remedy === undefined ? [] : [`  → ${cleanLine(remedy, LONGEST)}`]),
  ].join('\n');
}

function summary({ verdict, findings, waived, runs }: ScanResult, paint: Paint): string {
  const count = (level: JudgedFinding['level']): number => findings.filter((one) => one.level === level).length;
  const worked = runs.filter(({ end }) => end.kind === 'scanned').map(({ scanner }) => scanner);
  const counts = `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}, ${plural(count('note'), 'note')}`;
  const rest = waived.length === 0 ? '' : `, ${waived.length} waived`;
  const words = {
    clean: paint('green', 'clean'),
    findings: paint('red', 'findings'),
    'not-scanned': paint('red', 'not scanned'),
  };
  return `${words[verdict]}: ${counts}${rest}; scanned by ${worked.length === 0 ? 'nobody' : worked.join(', ')}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
