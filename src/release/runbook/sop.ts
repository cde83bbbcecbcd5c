import { type Procedure, procedureSections, tidied } from '../../procedure/index.ts';
import type { Runbook } from './define.ts';
import { inputText } from './input.ts';

/** The standard operating procedure of a runbook: what a person reads who carries it out by hand, or looks over it. */

export const SEVERITIES: Readonly<Record<Runbook['severity'], string>> = {
  reads: 'reads only',
  changes: 'changes what runs; it can be run again',
  destructive: 'takes away what running it again does not bring back',
};

/** As Markdown. Pure. @param of what it was printed for, one sentence */
export function sopMarkdown(runbook: Runbook, procedure: Procedure, of: string): string {
  const { id, title, summary, when, requirements, severity, roles, inputs, prerequisites, wayBack } = runbook;
  return tidied([
    `# SOP: ${title}`,
    '',
    summary,
    '',
    `Runbook \`${id}\`, ${SEVERITIES[severity]}. Requirements: ${requirements.join(', ') || 'none'}. ${of}`,
    '',
    '## When to use it',
    '',
    when,
    '',
    '## Who',
    '',
    ...roles.map(({ role, does }) => `- **${role}** ${does}`),
    '',
    '## Inputs',
    '',
    ...(inputs.length === 0
      ? ['None but the environment.', '']
      : [
          '| option | question | may be |',
          '| --- | --- | --- |',
          ...inputs.map((input) => `| \`--${input.name}\` | ${cell(input.question)} | ${cell(inputText(input))} |`),
          '',
        ]),
    '## Before you begin',
    '',
    ...prerequisites.map((line) => `- [ ] ${line}`),
    '',
    '## How to run it',
    '',
    '```',
    ...commandsOf(runbook, procedure.environment),
    '```',
    '',
    ...procedureSections(procedure),
    '',
    '## The way back',
    '',
    wayBack,
  ]);
}

/** The command lines that plan it, run it and go on with it. Pure. */
export function commandsOf({ id, sample, severity }: Runbook, environment: string): readonly string[] {
  const words = Object.entries(sample).map(
    ([name, text]) => `--${name} ${/^[\w./:-]+$/.test(text) ? text : JSON.stringify(text)}`,
  );
  const call = (verb: string): string => ['shiplock runbook', verb, id, environment, ...words].join(' ');
  return severity === 'reads' ? [call('run')] : [call('plan'), call('run'), 'shiplock runbook resume RUN'];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
