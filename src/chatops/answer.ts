import { formatProblem, type Problem } from '../model/problem.ts';
import { cleanLine, codeSpan, fenced } from '../model/text.ts';

/** What is written back. Whatever comes from outside stands in blocks of code, so it becomes no markup, no link and no mention. Pure. */

/** A comment at GitHub holds 65,536 characters. */
const LONGEST = 60_000;
const LONGEST_PROBLEM = 2_000;

/** How a command stands, as its comment says. */
export type Standing =
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'begun';
      readonly commit: string | undefined;
      readonly run: string | undefined;
      readonly job: string | undefined;
      /** Person who ran the job of somebody else again. */
      readonly ranAgain?: string | undefined;
    }
  /** `text` is Markdown of ours. */
  | {
      readonly kind: 'ended';
      readonly good: boolean;
      readonly text: string;
      readonly commit: string | undefined;
      readonly ranAgain?: string | undefined;
    }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[]; readonly again: string | undefined };

/** Names the living comment of one command, invisible to people. */
export function markOf(comment: number): string {
  return `<!-- shiplock:comment:${comment} -->`;
}

/** May a refusal stand in the place of this answer? What was done stays done, whoever runs the job again and whenever. */
export function refusalReplaces(answer: string, changes: boolean): boolean {
  // Of an order or an answer at a gate nobody can tell any more whether it was taken up; of a run its journal tells.
  return answer.startsWith('⛔') || (answer.startsWith('⏳') && !changes);
}

/** The whole text of a status comment. The same standing gives the same text, so writing it twice changes nothing. */
export function answerText(said: string, standing: Standing): string {
  const text = [head(said, standing), '', ...body(standing)].join('\n').trimEnd();
  return text.length <= LONGEST ? text : `${cut(text)}\n\n… cut; the report of the run has the rest`;
}

function head(said: string, standing: Standing): string {
  const command = codeSpan(cleanLine(said, 200));
  switch (standing.kind) {
    case 'refused':
      return `⛔ **Refused**, nothing was changed: ${command}`;
    case 'begun':
      return `⏳ **Begun**: ${command}`;
    case 'ended':
      return `${standing.good ? '✅' : '⚠️'} **Ended**: ${command}`;
    case 'failed':
      return `❌ **Failed**: ${command}`;
  }
}

function body(standing: Standing): readonly string[] {
  switch (standing.kind) {
    case 'refused':
      return [problemBlock(standing.problems)];
    case 'begun':
      return [
        ...commitLine(standing.commit),
        ...(standing.run === undefined ? [] : [`- run ${codeSpan(standing.run)}`]),
        ...(standing.job === undefined ? [] : [`- job ${standing.job}`]),
        ...againLine(standing.ranAgain),
        '',
        'This comment changes when it ends.',
      ];
    case 'ended':
      return [...commitLine(standing.commit), ...againLine(standing.ranAgain), '', standing.text];
    case 'failed':
      return [
        problemBlock(standing.problems),
        '',
        ...(standing.again === undefined ? [] : [`What was begun goes on with ${codeSpan(standing.again)}.`]),
      ];
  }
}

function commitLine(commit: string | undefined): readonly string[] {
  return commit === undefined ? [] : [`- commit ${codeSpan(commit)}`];
}

function againLine(person: string | undefined): readonly string[] {
  return person === undefined ? [] : [`- run again by ${codeSpan(person)}`];
}

/** The form in which every door prints problems: what was found, what would do, and what to do about it. */
function problemBlock(problems: readonly Problem[]): string {
  return fenced(problems.map((one) => formatProblem(one).slice(0, LONGEST_PROBLEM)).join('\n'));
}

/** At the end of a line, with a block of code closed that would swallow the rest. */
function cut(text: string): string {
  const kept = text.slice(0, LONGEST);
  const whole = kept.slice(0, kept.lastIndexOf('\n'));
  const open = whole.split('\n').reduce((fence, line) => {
    const mark = /^`{3,}/.exec(line)?.[0] ?? '';
    if (mark === '') return fence;
    if (fence === '') return mark;
    return mark.length >= fence.length ? '' : fence;
  }, '');
  return open === '' ? whole : `${whole}\n${open}`;
}
