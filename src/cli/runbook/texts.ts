import { jsonSchema } from '../../model/json.ts';
import { formatProblem } from '../../model/problem.ts';
import { inputText, type Runbook, type RunbookOutcome, SEVERITIES } from '../../release/runbook/index.ts';
import { gateText } from '../commands/gate-text.ts';
import type { CommandResult } from '../io.ts';

/** What the doors of runbooks print. All pure. */

/** How a run of a runbook is told, as text and as JSON. */
export function outcomeResult(outcome: RunbookOutcome): CommandResult {
  const { report, gate, ...rest } = outcome;
  return {
    exit: outcome.exit,
    text: outcomeText(outcome),
    json: jsonSchema.parse({ ...rest, gate: gate === null ? null : gate.path, report: report?.json ?? null }),
  };
}

const WORDS: Readonly<Record<RunbookOutcome['outcome'], string>> = {
  done: 'is done',
  failed: 'failed',
  'rolled-back': 'failed and was taken back',
  refused: 'was refused; nothing was changed',
  waiting: 'waits for a person',
  stopped: 'was stopped and can be gone on with',
  'lease-held': 'did not begin: somebody else holds the environment',
};

/** How it ended, in one line. */
export function outcomeSentence({ runbook, environment, run, outcome }: RunbookOutcome): string {
  return `${runbook} of ${environment} ${WORDS[outcome]}${run === null ? '' : ` (run ${run})`}`;
}

function outcomeText(ended: RunbookOutcome): string {
  const { run, outcome, problems, gate, report } = ended;
  // What a release says of itself, and what only looked, needs no sentence of ours.
  if (report !== null && (run === null || problems.length === 0)) return report.text;
  const lines = [
    outcomeSentence(ended),
    ...problems.map((problem) => `  ${formatProblem(problem)}`),
    ...(gate === null ? [] : ['', gateText(gate)]),
    ...(run !== null && (outcome === 'waiting' || outcome === 'stopped')
      ? ['', `Then: shiplock runbook resume ${run}`]
      : []),
  ];
  return lines.join('\n');
}

/** One line per runbook. */
export function listText(
  rows: readonly { readonly runbook: Runbook; readonly own: boolean }[],
  broken: readonly { readonly file: string; readonly found: string }[],
): string {
  const table = [
    ['NAME', 'SEVERITY', 'INPUTS', 'TITLE'],
    ...rows.map(({ runbook: { id, severity, inputs, title }, own }) => [
      id,
      severity,
      inputs.map((input) => (input.required ? `--${input.name}` : `[--${input.name}]`)).join(' '),
      own ? `${title} (of this service)` : title,
    ]),
  ];
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => (row[at] ?? '').length)));
  return [
    ...table.map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    ...broken.map(({ file, found }) => `${file}: cannot be read: ${found}`),
  ].join('\n');
}

/** All that can be told of a runbook without an environment. */
export function showText({
  id,
  title,
  summary,
  when,
  severity,
  requirements,
  inputs,
  prerequisites,
  wayBack,
}: Runbook): string {
  const width = Math.max(0, ...inputs.map(({ name }) => name.length));
  return [
    `${id}: ${title}`,
    '',
    summary,
    '',
    `When: ${when}`,
    `Severity: ${SEVERITIES[severity]}. Requirements: ${requirements.join(', ') || 'none'}.`,
    '',
    'Inputs:',
    ...(inputs.length === 0 ? ['  none but the environment'] : []),
    ...inputs.map((input) => `  --${input.name.padEnd(width)}  ${input.question} (${inputText(input)})`),
    '',
    ...(prerequisites.length === 0 ? [] : ['Before you begin:', ...prerequisites.map((line) => `  - ${line}`), '']),
    `The way back: ${wayBack}`,
  ].join('\n');
}

/** Help of a runbook that is started by its file. */
export function ownUsage(runbook: Runbook, command: string): string {
  const { summary, inputs, sample, severity } = runbook;
  const option = (input: Runbook['inputs'][number]): string =>
    input.kind === 'flag' ? `--${input.name}` : `--${input.name} TEXT`;
  const words = inputs.map((input) => (input.required ? option(input) : `[${option(input)}]`)).join(' ');
  const samples = Object.entries(sample)
    .map(([name, value]) => `--${name} ${/^[\w./:-]+$/.test(value) ? value : JSON.stringify(value)}`)
    .join(' ');
  const example = `${command} production${samples === '' ? '' : ` ${samples}`}`;
  const rows = [
    ...inputs.map((input) => [option(input), `${input.question} (${inputText(input)})`] as const),
    ['--config FILE', 'the configuration (default: shiplock.yaml here or in a directory above)'] as const,
    ['--state DIR', 'the state directory (default: .shiplock/state beside the configuration)'] as const,
    ['--sign-key FILE', 'sign with this OpenSSH key; --as PERSON says for whom'] as const,
    ['--break-glass TEXT', 'go on although git does not answer, and why'] as const,
    ['--plan', 'say what it would do; changes nothing'] as const,
    ['--document', 'print the procedure as a document with a checklist and a diagram; changes nothing'] as const,
    ['--json', 'print one JSON document instead of text'] as const,
    ['--quiet', 'no progress, only the result'] as const,
    ...(severity === 'destructive' ? [['--yes', 'yes, take it away'] as const] : []),
    ['-h, --help', 'print this help'] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${summary}

Usage: ${command} <environment>${words === '' ? '' : ` ${words}`} [--config FILE] [--state DIR] [--plan | --document]

${rows.map(([name, says]) => `  ${name.padEnd(width)}  ${says}`).join('\n')}

Exit codes: 0 done · 1 failed · 2 usage or configuration · 3 waiting at a gate · 4 rolled back · 5 refused, nothing changed
            7 lease held by another · 130/143 stopped, resumable

Examples:
  $ ${example}
  $ ${example} --plan
  $ ${example} --document > ${runbook.id}.md
`;
}
