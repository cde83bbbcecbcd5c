import { type Problem, placeOf } from '../../src/model/problem.ts';

/** How things are said to a runner. Pure. */

/** Where an annotation belongs: at the line of the file that a problem is about. */
export function annotationPlace(problem: Problem): {
  readonly title: string;
  readonly file?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
} {
  const place = placeOf(problem.where);
  if (place === undefined) return { title: problem.code };
  const { file, line, column } = place;
  return {
    title: problem.code,
    file,
    ...(line === undefined ? {} : { startLine: line }),
    ...(column === undefined ? {} : { startColumn: column }),
  };
}

/** A line that begins like this is an order to the runner; what others wrote (a log, a title) must never become one. */
const ORDER = /^\s*(?:::|##\[)/;

/** Text for the log, none of whose lines is taken for an order. */
export function plainLines(text: string): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map((line) => (ORDER.test(line) ? `| ${line}` : line))
    .join('\n');
}

/** Text as it is, in Markdown: the fence is longer than any in the text. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}\n`;
}
