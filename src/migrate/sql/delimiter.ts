import type { Problem } from '../../model/problem.ts';
import { lineEnd } from './pieces.ts';

/** The `DELIMITER` line, which the client reads and the server never sees. */

export type DelimiterLine =
  | { readonly kind: 'none' }
  | { readonly kind: 'set'; readonly delimiter: string; readonly end: number }
  | { readonly kind: 'wrong'; readonly problem: Problem; readonly end: number };

const LONGEST = 15;
const COMMAND = /delimiter(?![\w$@]|[^\0-\x7f])/iy;

/**
 * Reads the line at `at`, where a statement could begin. It is a command only as the first word of its line, in any case, without quotes or
 * in one kind of them; what follows a blank after it is ignored, as the client does.
 */
export function readDelimiter(text: string, at: number, firstOfLine: boolean, where: string): DelimiterLine {
  COMMAND.lastIndex = at;
  if (!COMMAND.test(text)) return { kind: 'none' };
  const end = lineEnd(text, at);
  const rest = text.slice(COMMAND.lastIndex, end).trim();
  const quote = /^['"`]/.exec(rest)?.[0];
  const closing = quote === undefined ? -1 : rest.indexOf(quote, 1);
  const delimiter = quote === undefined ? (/^\S*/.exec(rest)?.[0] ?? '') : rest.slice(1, Math.max(closing, 1));
  const wrong = (found: string): DelimiterLine => ({ kind: 'wrong', end, problem: notUsable(where, found) });
  if (!firstOfLine) return wrong('DELIMITER behind something else on its line');
  if (!/^\s/.test(text.slice(COMMAND.lastIndex, end)) || delimiter === '')
    return wrong('DELIMITER without a delimiter');
  if (/[\s\\'"`]/.test(delimiter)) return wrong(`a delimiter with a blank, a quote or a backslash in it: ${delimiter}`);
  if (Buffer.byteLength(delimiter) > LONGEST) return wrong(`a delimiter of more than ${LONGEST} bytes`);
  return { kind: 'set', delimiter, end };
}

function notUsable(where: string, found: string): Problem {
  return {
    code: 'migrate.delimiter',
    where,
    found,
    expected: `DELIMITER at the beginning of its line, a blank, and up to ${LONGEST} characters, for instance //`,
    remedy: 'write it on a line of its own',
  };
}
