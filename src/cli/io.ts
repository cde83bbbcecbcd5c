import { styleText } from 'node:util';
import type { ExitCode } from '../model/exit.ts';
import type { Json } from '../model/json.ts';
import type { ForgeProofs } from '../release/index.ts';

/** The terminal as a command sees it. Tests give their own. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output is a terminal: colours are welcome. */
  readonly terminal: boolean;
  /** Its width; undefined when it is none. */
  readonly columns?: number | undefined;
  /** Standard error is a terminal with this many columns: a living line is welcome. Undefined for anything else. */
  readonly statusColumns?: number | undefined;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  /** Somebody sits at standard input and can be asked. */
  readonly asks?: boolean | undefined;
  /** Somebody acts by a comment: what proves it, and the name of the run that it begins. */
  readonly acting?: { readonly forge: ForgeProofs; readonly run: string } | undefined;
  out(text: string): void;
  err(text: string): void;
}

/** What every command gives back. One of `text` and `json` is printed; the exit code follows the contract in model/exit.ts. */
export interface CommandResult {
  readonly exit: ExitCode;
  readonly text: string;
  /** The same for a comment; left out: the text as it is. */
  readonly markdown?: string;
  readonly json: Json;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Colours only on a terminal, and never when NO_COLOR is set (no-color.org). */
export function painter(io: Pick<Io, 'terminal' | 'env'>): (style: Style, text: string) => string {
  const wanted = io.terminal && plainOnly(io.env) === false;
  return (style, text) => (wanted ? styleText(style, text, { validateStream: false }) : text);
}

/** The user, or the terminal, wants no escape sequences: no colours, and nothing that is written over. */
export function plainOnly(env: Io['env']): boolean {
  return (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
}

/** Does whoever reads this see more than ASCII? POSIX: the first of these that is set says it; none is the locale C. */
export function knowsUnicode(env: Io['env']): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return /utf-?8/i.test(locale ?? '');
}

/** A terminal that nobody has sized says 0 columns. */
export const FALLBACK_COLUMNS = 80;

export function processIo(): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    terminal: process.stdout.isTTY === true,
    columns: process.stdout.isTTY === true ? process.stdout.columns || FALLBACK_COLUMNS : undefined,
    statusColumns: process.stderr.isTTY === true ? process.stderr.columns || FALLBACK_COLUMNS : undefined,
    stdin: process.stdin,
    asks: process.stdin.isTTY === true && process.stderr.isTTY === true,
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
  };
}
