import { cleanLine, codeSpan, fenced } from '../model/text.ts';
import { bounded, withLeft } from './bounded.ts';
import type {
  CommandStory,
  DecisionStory,
  Fact,
  GateStory,
  JudgedStory,
  KnownStory,
  ProcessStory,
  Report,
  StepStory,
  Story,
  Tone,
} from './types.ts';
import { clockSince, LONGEST, lasting, moment, proof, STATE_GLYPHS, shown } from './words.ts';

/**
 * The report as Markdown, for a job summary or a comment. Whatever comes from outside stands in code spans, so it cannot become
 * markup, a link or a mention; the whole stays far below the one megabyte that GitHub takes. Pure.
 */
export function reportMarkdown(report: Report): string {
  const { head, known, facts, story, course, journal } = report;
  const left = (count: number): string => `- … ${count} left out: ${code(`shiplock journal show ${head.run}`)}`;
  const parts = [
    `## ${GLYPHS[head.tone]} ${code(head.service)} ${code(head.version)} in ${code(head.environment)}: ${code(head.status)}`,
    '',
    code(shown(head.sentence, 'sentence')),
    '',
    ...factLines(facts),
    '',
    ...section('Problems', bounded(head.problems, BYTES, problemItem), left),
    ...section('Known errors', bounded(known, BYTES, knownItem), left),
    ...(course === null
      ? []
      : [
          ...section('Judged', bounded(course.judged, BYTES, judgedItem), left),
          ...pictures(course.pictures),
          ...drawing(course.drawing),
        ]),
    ...(story === null
      ? []
      : [
          ...section('Gates', bounded(story.gates, BYTES, gateItem), left),
          ...section('Decisions by people', bounded(story.decisions, BYTES, decisionItem), left),
          ...folded(
            `Steps (${story.steps.length})`,
            bounded(story.steps, BYTES, (step) => stepItem(step, story)),
            left,
          ),
          ...folded(
            `What was executed (${story.commands.length})`,
            bounded(story.commands, BYTES, (command) => commandItem(command, story.startedAt)),
            left,
          ),
          ...section('The run', bounded(story.processes, BYTES, processItem), left),
          ...factLines(journal),
          '',
        ]),
  ];
  return parts.join('\n');
}

/** Of each list. */
const BYTES = 60_000;

const GLYPHS: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', waiting: '⏸️', plain: '▫️' };

/** A code span; what is long is cut. */
export function code(text: string): string {
  return codeSpan(cleanLine(text, LONGEST.command));
}

function factLines(facts: readonly Fact[]): readonly string[] {
  return facts.map(({ name, value }) => `- ${label(name)} ${code(shown(value, 'value'))}`);
}

/** A name of ours in bold; one from outside as code. */
function label(name: string): string {
  return /^[A-Za-z0-9 -]+$/.test(name) ? `**${name}**` : code(name);
}

function section(title: string, items: ReturnType<typeof bounded>, left: (count: number) => string): readonly string[] {
  const lines = withLeft(items, left);
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, ''];
}

/** Long lists are closed until somebody wants them. */
function folded(title: string, items: ReturnType<typeof bounded>, left: (count: number) => string): readonly string[] {
  const lines = withLeft(items, left);
  return lines.length === 0 ? [] : [`<details><summary>${title}</summary>`, '', ...lines, '', '</details>', ''];
}

/** Drawn by the forge; elsewhere they are read as text, and the drawing in characters says the same. */
function pictures(diagrams: readonly string[]): readonly string[] {
  return diagrams.flatMap((text) => ['```mermaid', text, '```', '']);
}

function drawing(text: string): readonly string[] {
  if (text === '') return [];
  return [
    '<details><summary>Traffic and evidence over time</summary>',
    '',
    ...fenced(text).split('\n'),
    '',
    '</details>',
    '',
  ];
}

function problemItem({ where, found, expected, remedy, code: id }: Report['head']['problems'][number]): string {
  return `- ${code(shown(found, 'problem'))}\n  - where ${code(where)}, expected ${code(expected)}\n  - what to do: ${code(remedy)} (${code(id)})`;
}

/** What a page says may come from a service's repository: it is shown as text like all else from outside. */
function knownItem({ id, title, severity, cause, fix, command, seen, where }: KnownStory): string {
  const lines = [
    `- ${GLYPHS[severity === 'error' ? 'bad' : 'plain']} ${code(title)} (${code(id)}), at ${code(shown(where, 'title'))}`,
    ...(seen === null ? [] : [`seen: ${code(shown(seen, 'note'))}`]),
    `cause: ${code(shown(cause, 'problem'))}`,
    `what to do: ${code(shown(fix, 'problem'))}`,
    ...(command === null ? [] : [`command: ${code(shown(command, 'command'))}`]),
  ];
  return lines.join('\n  - ');
}

function judgedItem({ share, verdict, tone, after, candidate, stable, evidence, text }: JudgedStory): string {
  const shownEvidence = evidence.map(({ name, value }) => `${name} ${code(value)}`).join(', ');
  return `- ${GLYPHS[tone]} ${code(share)} ${code(verdict)} after ${code(after)}: new ${code(candidate)}, stable ${code(stable)}${shownEvidence === '' ? '' : `; ${shownEvidence}`}\n  - ${code(shown(text, 'note'))}`;
}

function gateItem({ title, role, guard, openedAt, given }: GateStory): string {
  const head = `- ${code(title)} asks ${code(role)}, opened ${code(moment(openedAt))}; meanwhile ${code(guard)}`;
  if (given.length === 0) return `${head}\n  - not filled in yet`;
  const lines = given.flatMap(({ by, host, time, answers, more }) => [
    `filled in by ${code(by)} on ${code(host)}, ${code(moment(time))}`,
    ...answers.map(
      ({ name, question, value }) => `${code(question === '' ? name : question)} ${code(shown(value, 'value'))}`,
    ),
    ...more.map(proof).map(({ name, value }) => `${label(name)} ${code(value)}`),
  ]);
  return [head, ...lines].join('\n  - ');
}

function decisionItem({ time, kind, by, role, what, why, more }: DecisionStory): string {
  const who = `${code(by)}${role === '' ? '' : `, in the role ${code(role)}`}`;
  const others = more.map(proof).map(({ name, value }) => `\n  - ${label(name)} ${code(value)}`);
  return `- ${kind}: ${code(shown(what, 'note'))} by ${who}, ${code(moment(time))}: ${code(shown(why, 'note'))}${others.join('')}`;
}

function processItem({ time, text }: ProcessStory): string {
  return `- ${moment(time)} ${code(shown(text, 'note'))}`;
}

function stepItem(step: StepStory, { steps, startedAt }: Story): string {
  const part = step === steps.find(({ back }) => back) ? '- **The way back**\n' : '';
  const notes = [...new Set([step.note, ...step.problems.map(({ found }) => found)])].filter((text) => text !== '');
  const again = step.attempts > 1 ? `, ${step.attempts} attempts` : '';
  const said = notes.length === 0 ? '' : `: ${notes.map((text) => code(shown(text, 'note'))).join(', ')}`;
  const took = step.until === step.from ? '' : ` ${lasting(step.until - step.from)}`;
  return `${part}- ${STATE_GLYPHS[step.state]} ${code(clockSince(step.from, startedAt))} ${code(shown(step.title, 'title'))}${took}${again}${said}`;
}

function commandItem({ time, kind, text, result, durationMs }: CommandStory, startedAt: number): string {
  const took = durationMs === null ? '' : `, ${lasting(durationMs)}`;
  return `- ${code(clockSince(time, startedAt))} ${kind} ${code(shown(text, 'command'))}: ${code(shown(result, 'note'))}${took}`;
}
