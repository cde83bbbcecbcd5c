import { type Token, tokensOf } from './lexer.ts';

/** Views and stored programs: whether one is there tells afterwards whether a statement made it, or took it away. */

const KINDS = ['PROCEDURE', 'FUNCTION', 'TRIGGER', 'VIEW', 'EVENT'] as const;
export type ProgramKind = (typeof KINDS)[number];

export interface Program {
  readonly does: 'adds' | 'removes';
  readonly kind: ProgramKind;
  readonly name: string;
}

/** As many words may stand before the kind: OR REPLACE, ALGORITHM, DEFINER, SQL SECURITY. */
const HEAD = 20;

/** What else is created, and what may have such a word as its name. */
const OTHERS = new Set(
  'TABLE INDEX DATABASE SCHEMA USER ROLE SERVER SEQUENCE TABLESPACE LOGFILE UNDO RESOURCE SPATIAL PACKAGE LIBRARY AS ON'.split(
    ' ',
  ),
);

/** What a statement makes or takes away; null: it is none of these, or in another form (another database, several names, a library's function). Pure. */
export function programOf(sql: string): Program | null {
  const tokens = tokensOf(sql);
  if (tokens.some((token) => token.kind === 'conditional')) return null;
  const first = wordAt(tokens, 0);
  if (first === 'DROP') return removed(tokens);
  if (first !== 'CREATE') return null;
  const at = tokens.findIndex((_, index) => index > 0 && index < HEAD && kindAt(tokens, index) !== undefined);
  const stop = tokens.findIndex((token) => token.text === '(' || OTHERS.has(wordOf(token)));
  const kind = kindAt(tokens, at);
  const name = nameAt(tokens, at + 1);
  if (at < 0 || (stop >= 0 && stop < at) || kind === undefined || name === undefined) return null;
  if (kind === 'FUNCTION' && tokens.some((token) => wordOf(token) === 'SONAME')) return null;
  return { does: 'adds', kind, name };
}

function removed(tokens: readonly Token[]): Program | null {
  const kind = kindAt(tokens, 1);
  const name = nameAt(tokens, 2);
  return kind === undefined || name === undefined || tokens.length > 3 ? null : { does: 'removes', kind, name };
}

/** The words of an account (`DEFINER = event@host`) are names. */
function kindAt(tokens: readonly Token[], at: number): ProgramKind | undefined {
  if (tokens[at - 1]?.text === '=' || tokens[at - 1]?.text === '@' || tokens[at + 1]?.text === '@') return undefined;
  return KINDS.find((kind) => kind === wordAt(tokens, at));
}

function nameAt(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at];
  if (token === undefined || (token.kind !== 'word' && token.kind !== 'name')) return undefined;
  if (tokens[at + 1]?.text === '.' || wordAt(tokens, at) === 'IF') return undefined;
  return token.raw;
}

function wordAt(tokens: readonly Token[], at: number): string {
  return wordOf(tokens[at]);
}

function wordOf(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text : '';
}
