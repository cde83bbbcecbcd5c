import { unwrap } from '../model/problem.ts';
import { cleanLine } from '../model/text.ts';
import type { KnownError } from './known-error.ts';
import { compile, type Pattern } from './pattern.ts';

/** Looks for known errors in what a failed run, or a program, said. Pure, and bounded in steps of the patterns, whatever the text is. */

/** A text in which they are looked for. */
export interface Said {
  /** Step, or file. */
  readonly where: string;
  readonly text: string;
  /** Of the problem that it comes from; null: it comes from none. */
  readonly code: string | null;
}

export interface Recognised {
  readonly error: KnownError;
  /** The line that it was recognised by; null: by the code of a problem alone. */
  readonly seen: string | null;
  readonly where: string;
}

export interface Answer {
  /** Each once, in the order in which they were said. */
  readonly recognised: readonly Recognised[];
  readonly steps: number;
  /** The steps were used up before everything was looked through. */
  readonly unfinished: boolean;
}

/** Known errors made ready to be looked for. */
export interface Matcher {
  readonly errors: readonly KnownError[];
  readonly patterns: readonly { readonly error: KnownError; readonly pattern: Pattern }[];
}

/** Steps for one answer: a second or two of work. */
export const MOST_STEPS = 20_000_000;
/** Of a line; what follows says nothing new. */
const LONGEST_LINE = 4_000;
/** What is shown of a line. */
const SHOWN = 300;

/** @throws ProblemError for a pattern that cannot be read: pages are checked before (read.ts). */
export function matcherOf(errors: readonly KnownError[]): Matcher {
  const patterns = errors.flatMap((error) =>
    error.patterns.map((source) => ({ error, pattern: unwrap(compile(source)) })),
  );
  return { errors, patterns };
}

/**
 * Which known errors the texts show. A line in which a pattern is found tells; the code of a problem tells only where no pattern is found in
 * that problem, since a text says more than a code.
 */
export function recognise({ errors, patterns }: Matcher, said: readonly Said[], most = MOST_STEPS): Answer {
  const found = new Map<string, Recognised>();
  let steps = 0;
  const keep = (error: KnownError, seen: string | null, where: string): void => {
    if (!found.has(error.id)) found.set(error.id, { error, seen, where });
  };
  for (const { where, text, code } of said) {
    // Most patterns are out at once: the plain characters that they hold stand nowhere in the text.
    const possible = patterns.filter(({ pattern }) => pattern.literals.some((literal) => text.includes(literal)));
    let told = false;
    for (const line of possible.length === 0 ? [] : text.split(/\r\n|[\n\r]/)) {
      const looked = line.slice(0, LONGEST_LINE);
      for (const { error, pattern } of possible) {
        if (!pattern.literals.some((literal) => looked.includes(literal))) continue;
        if (steps + (looked.length + 1) * pattern.size > most) {
          return { recognised: [...found.values()], steps, unfinished: true };
        }
        const look = pattern.find(looked);
        steps += look.steps;
        if (!look.found) continue;
        told = true;
        keep(error, shownOf(looked), where);
      }
    }
    if (told || code === null) continue;
    for (const error of errors) if (error.codes.includes(code)) keep(error, null, where);
  }
  return { recognised: [...found.values()], steps, unfinished: false };
}

function shownOf(line: string): string {
  return cleanLine(line.trim(), SHOWN);
}
