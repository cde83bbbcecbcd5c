import { sqlName } from '../../model/sql.ts';
import { type Token, tokensOf } from '../sql/lexer.ts';
import type { Algorithm, Lock } from './manner.ts';

/** Where a statement takes assertions about algorithm and lock, as far as its first words tell. What is not understood fails closed. */

export type Shape =
  | {
      readonly kind: 'alter';
      readonly table: string;
      /** Where its parts begin. */
      readonly at: number;
      /** What stands there. */
      readonly parts: string;
      /** Nothing but PARTITION BY or REMOVE PARTITIONING: no comma stands before these. */
      readonly partitioning: boolean;
      /** ADD, DROP, REORGANIZE … PARTITION: MariaDB takes no assertion beside them. */
      readonly partitions: boolean;
    }
  | { readonly kind: 'create-index'; readonly table: string }
  | { readonly kind: 'drop-index'; readonly table: string; readonly index: string }
  /** Makes a table, or takes nothing but a metadata lock for a moment. `what`: its first words. */
  | { readonly kind: 'plain'; readonly what: string; readonly table: string | null }
  /** Changes rows. */
  | { readonly kind: 'rows'; readonly what: string; readonly table: string | null }
  | { readonly kind: 'unclear'; readonly why: string; readonly remedy: string };

const NAME = '(`(?:[^`]|``)+`|[\\p{L}\\p{N}_$]+)';
const GAP = '(?:\\s|/\\*(?!M?!)[^*]*\\*/)';
const ALTER = new RegExp(
  `^ALTER${GAP}+(?:ONLINE${GAP}+)?(?:IGNORE${GAP}+)?TABLE${GAP}+(?:IF${GAP}+EXISTS${GAP}+)?${NAME}(?:${GAP}+(?:WAIT${GAP}+\\d+|NOWAIT))?${GAP}*`,
  'iu',
);
const CREATE_INDEX = new RegExp(
  `^CREATE${GAP}+(?:OR${GAP}+REPLACE${GAP}+)?(?:(?:UNIQUE|FULLTEXT|SPATIAL)${GAP}+)?INDEX${GAP}+(?:IF${GAP}+NOT${GAP}+EXISTS${GAP}+)?${NAME}${GAP}*(?:USING${GAP}+\\w+${GAP}+)?ON${GAP}+${NAME}${GAP}*\\(`,
  'iu',
);
const DROP_INDEX = new RegExp(`^DROP${GAP}+INDEX${GAP}+${NAME}${GAP}*ON${GAP}+${NAME}${GAP}*$`, 'iu');
const ROWS = new RegExp(
  `^(?:(?:INSERT|REPLACE)\\b.*?\\bINTO|UPDATE|DELETE${GAP}+FROM)${GAP}+(?:(?:LOW_PRIORITY|IGNORE|QUICK)${GAP}+)*${NAME}`,
  'isu',
);

/** Statements that need no assertion: they make something new, or a metadata lock for a moment is all that they take. */
const PLAIN: readonly string[][] = [
  ['CREATE', 'TABLE'],
  ['CREATE', 'OR', 'REPLACE', 'TABLE'],
  ['DROP', 'TABLE'],
  ['RENAME', 'TABLE'],
  ['TRUNCATE'],
  ...['VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'SEQUENCE'].flatMap((object) => [
    ['CREATE', object],
    ['CREATE', 'OR', 'REPLACE', object],
    ['ALTER', object],
    ['DROP', object],
  ]),
];
const ROW_WORDS = ['INSERT', 'UPDATE', 'DELETE', 'REPLACE'];
/** Words between CREATE and what is made: they change nothing here. */
const ASIDE = new Set(['DEFINER', 'SQL', 'SECURITY', 'INVOKER', 'ALGORITHM', 'UNDEFINED', 'MERGE', 'TEMPTABLE']);
const PARTITION_VERBS = new Set(['ADD', 'DROP', 'REORGANIZE', 'COALESCE', 'REBUILD', 'OPTIMIZE', 'ANALYZE', 'CHECK']);
/** These are over in a moment whatever they say, and MySQL takes an assertion there without keeping it. */
const PARTITION_MOMENT = new Set(['TRUNCATE', 'EXCHANGE', 'DISCARD', 'IMPORT']);

/** Pure. */
export function shapeOf(sql: string): Shape {
  const tokens = tokensOf(sql);
  const words = tokens.map((token) => (token.kind === 'word' ? token.text : ''));
  const first = words[0] ?? '';
  if (ROW_WORDS.includes(first)) return { kind: 'rows', what: first, table: unquoted(ROWS.exec(sql)?.[1]) };
  const plain = plainWords(tokens);
  const known = PLAIN.find((head) => head.every((word, index) => plain[index] === word));
  if (known !== undefined) return { kind: 'plain', what: known.join(' '), table: plainTable(tokens, known) };
  if (tokens.some((token) => token.kind === 'conditional')) {
    return unclear('a conditional comment, which may hold an ALGORITHM of its own', 'write what this server runs');
  }
  const alter = ALTER.exec(sql);
  if (alter !== null) return alterShape(sql, alter);
  const index = CREATE_INDEX.exec(sql);
  if (index !== null) return asserted(tokens) ?? { kind: 'create-index', table: unquoted(index[2]) ?? '' };
  const drop = DROP_INDEX.exec(sql);
  if (drop !== null) return { kind: 'drop-index', index: unquoted(drop[1]) ?? '', table: unquoted(drop[2]) ?? '' };
  return unclear(
    `${words.slice(0, 3).join(' ').trim() || 'a statement'} … in a form that takes no assertion here`,
    'write it as ALTER TABLE with the plain name of a table of this database',
  );
}

function alterShape(sql: string, head: RegExpExecArray): Shape {
  const rest = sql.slice(head[0].length);
  const tokens = tokensOf(rest);
  if (tokens.length === 0 || tokens[0]?.text === '.') {
    return unclear('ALTER TABLE of another database, or without a change', 'name a table of this database');
  }
  const [first = '', second = '', third = ''] = tokens.map((token) => (token.kind === 'word' ? token.text : ''));
  const table = unquoted(head[1]) ?? '';
  if (PARTITION_MOMENT.has(first)) return { kind: 'plain', what: `ALTER TABLE ${first} ${second}`, table };
  const own = asserted(tokens);
  if (own !== undefined) return own;
  const partitioning = (first === 'PARTITION' && second === 'BY') || (first === 'REMOVE' && second === 'PARTITIONING');
  const partitions = PARTITION_VERBS.has(first) && second === 'PARTITION' && third !== 'BY';
  return { kind: 'alter', table, at: head[0].length, parts: rest, partitioning, partitions };
}

/** An author's own assertion would stand beside ours, and the server keeps only one of them. */
function asserted(tokens: readonly Token[]): Shape | undefined {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth > 0 || token.kind !== 'word' || (token.text !== 'ALGORITHM' && token.text !== 'LOCK')) continue;
    const before = tokens[index - 1];
    const begins = before === undefined || [',', ')', '='].includes(before.text) || before.kind === 'word';
    const next = tokens[index + 1];
    const values = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY', 'DEFAULT', 'NONE', 'SHARED', 'EXCLUSIVE'];
    if (begins && (next?.text === '=' || (next?.kind === 'word' && values.includes(next.text)))) {
      return unclear(
        `an ${token.text} of its own`,
        'take ALGORITHM and LOCK out of the statement: the plan finds the least disruptive ones, and apply asserts them',
      );
    }
  }
  return undefined;
}

export interface Rung {
  readonly algorithm: Algorithm;
  readonly lock: Lock;
}

/** The statement with its assertion. Pure. */
export function assertedSql(
  sql: string,
  shape: Extract<Shape, { kind: 'alter' | 'create-index' | 'drop-index' }>,
  { algorithm, lock }: Rung,
): string {
  switch (shape.kind) {
    case 'alter': {
      const comma = shape.partitioning ? ' ' : ', ';
      const space = /\s$/.test(sql.slice(0, shape.at)) ? '' : ' ';
      return `${sql.slice(0, shape.at)}${space}ALGORITHM=${algorithm}, LOCK=${lock}${comma}${sql.slice(shape.at)}`;
    }
    case 'create-index':
      // A comment up to the end of the line may stand last.
      return `${sql}\nALGORITHM=${algorithm} LOCK=${lock}`;
    case 'drop-index':
      // MariaDB's DROP INDEX takes no assertion; this is the same statement.
      return `ALTER TABLE ${sqlName(shape.table)} ALGORITHM=${algorithm}, LOCK=${lock}, DROP INDEX ${sqlName(shape.index)}`;
  }
}

/** The words that begin it, without a definer and what else may stand between CREATE and the object. */
function plainWords(tokens: readonly Token[]): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < tokens.length && words.length < 4; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'conditional') break;
    if (token.kind === 'word' && token.text === 'DEFINER') {
      // DEFINER = user @ host
      while (at + 1 < tokens.length && !OBJECTS.has(tokens[at + 1]?.text ?? '')) at += 1;
      continue;
    }
    if (token.text === '=' || (words.length > 0 && token.kind === 'word' && ASIDE.has(token.text))) continue;
    words.push(token.kind === 'word' ? token.text : '');
  }
  return words;
}

const OBJECTS = new Set(['VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'SQL']);

/** The table that is made, dropped or emptied, where it stands right behind the words. */
function plainTable(tokens: readonly Token[], head: readonly string[]): string | null {
  if (head.at(-1) !== 'TABLE' && head[0] !== 'TRUNCATE') return null;
  const rest = tokens.slice(head.length).filter((token) => !(token.kind === 'word' && SKIPPED.has(token.text)));
  const [name, next] = rest;
  if (name === undefined || (name.kind !== 'word' && name.kind !== 'name') || next?.text === '.') return null;
  return name.raw;
}

const SKIPPED = new Set(['IF', 'NOT', 'EXISTS', 'TABLE']);

function unclear(why: string, remedy: string): Shape {
  return { kind: 'unclear', why, remedy };
}

function unquoted(name: string | undefined): string | null {
  if (name === undefined) return null;
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}
