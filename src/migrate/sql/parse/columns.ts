import type { Check, Column, DataType, Expression, References } from '../tree.ts';
import { expression } from './expressions.ts';
import { referencesOf } from './indexes.ts';
import { collationName, equals } from './names.ts';
import type { Reader } from './reader.ts';
import { dataType } from './types.ts';

/** A column: its name, its type, and what stands behind it in any order. */

interface Draft {
  nullable: boolean | null;
  default: Expression | null;
  onUpdate: Expression | null;
  autoIncrement: boolean;
  key: Column['key'];
  comment: string | null;
  generated: Column['generated'];
  checks: Check[];
  references: References | null;
  visible: boolean | null;
  collation: string | null;
  type: string;
  others: string[];
  /** How many were read, but for its collation. */
  attributes: number;
}

/** Reads `name type attributes`. */
export function columnOf(r: Reader): Column {
  const place = r.place;
  const name = r.mariadb ? columnName(r) : r.name('the name of a column');
  return definedAs(r, name, place);
}

/** The name may have its table in front. */
export function columnName(r: Reader): string {
  let name = r.name('the name of a column');
  while (r.takeSymbol('.')) name = r.anyName('the name of a column');
  return name;
}

/** What stands behind the name of a column. */
function definedAs(r: Reader, name: string, place: number): Column {
  const draft: Draft = {
    nullable: null,
    default: null,
    onUpdate: null,
    autoIncrement: false,
    key: null,
    comment: null,
    generated: null,
    checks: [],
    references: null,
    visible: null,
    collation: null,
    type: '',
    others: [],
    attributes: 0,
  };
  const type = serial(r, draft) ?? dataType(r);
  draft.collation = type.collation;
  draft.type = type.name;
  while (attribute(r, draft));
  const { collation, attributes: _, type: __, ...rest } = draft;
  return {
    name,
    ...rest,
    type: collation === null ? type : { ...type, collation },
    span: r.spanFrom(place),
  };
}

/** SERIAL is BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE. */
function serial(r: Reader, draft: Draft): DataType | null {
  const place = r.place;
  if (!r.take('SERIAL')) return null;
  draft.nullable = false;
  draft.autoIncrement = true;
  draft.key = 'unique';
  const span = r.spanFrom(place);
  return {
    name: 'BIGINT',
    args: [],
    members: [],
    unsigned: true,
    zerofill: false,
    charset: null,
    collation: null,
    span,
  };
}

/** MariaDB 10.11 takes these at no generated column. */
const NOT_GENERATED = new Set([
  'NOT NULL',
  'NULL',
  'DEFAULT',
  'ON UPDATE',
  'AUTO_INCREMENT',
  'SERIAL DEFAULT VALUE',
  'PRIMARY KEY',
  'PRIMARY',
  'KEY',
  'REFERENCES',
]);
const COMPRESSIBLE = /^(?:VARCHAR|VARBINARY|(?:TINY|MEDIUM|LONG)?(?:TEXT|BLOB))$/;

function other(draft: Draft, words: string): Partial<Draft> {
  return { others: [...draft.others, words] };
}

/** What an attribute adds to the draft. */
type Attribute = (r: Reader, draft: Draft) => Partial<Draft>;

const ATTRIBUTES: readonly (readonly [string, Attribute])[] = [
  ['NOT NULL', () => ({ nullable: false })],
  ['NULL', () => ({ nullable: true })],
  ['DEFAULT', (r) => ({ default: defaultOf(r) })],
  ['ON UPDATE', (r) => ({ onUpdate: r.expressionOf(() => now(r)) })],
  ['AUTO_INCREMENT', () => ({ autoIncrement: true })],
  ['SERIAL DEFAULT VALUE', () => ({ nullable: false, autoIncrement: true, key: 'unique' })],
  ['PRIMARY KEY', () => ({ key: 'primary' })],
  ['PRIMARY', () => ({ key: 'primary' })],
  ['UNIQUE KEY', (_, draft) => ({ key: draft.key ?? 'unique' })],
  ['UNIQUE', (_, draft) => ({ key: draft.key ?? 'unique' })],
  ['KEY', (_, draft) => ({ key: draft.key ?? 'primary' })],
  ['COMMENT', (r) => ({ comment: r.string() })],
  [
    'COLLATE',
    (r, draft) => {
      if (draft.collation !== null && !r.mariadb) r.fail('one collation');
      return { collation: collationName(r) };
    },
  ],
  ['COLUMN_FORMAT', (r, draft) => other(draft, `COLUMN_FORMAT ${r.needOneOf(['DEFAULT', 'FIXED', 'DYNAMIC'])}`)],
  ['STORAGE', (r, draft) => other(draft, `STORAGE ${r.needOneOf(['DISK', 'MEMORY', 'DEFAULT'])}`)],
  ['VISIBLE', () => ({ visible: true })],
  ['INVISIBLE', () => ({ visible: false })],
  ['GENERATED ALWAYS AS', generated],
  ['AS', generated],
  ['REFERENCES', (r) => ({ references: referencesOf(r) })],
];

const MYSQL_ATTRIBUTES: readonly (readonly [string, Attribute])[] = [
  ['SRID', (r, draft) => other(draft, `SRID ${r.number()}`)],
  ['MASKING POLICY', (r, draft) => other(draft, `MASKING POLICY ${r.name()}`)],
  ['NOT SECONDARY', (_, draft) => other(draft, 'NOT SECONDARY')],
  ['ENGINE_ATTRIBUTE', engineAttribute('ENGINE_ATTRIBUTE')],
  ['SECONDARY_ENGINE_ATTRIBUTE', engineAttribute('SECONDARY_ENGINE_ATTRIBUTE')],
];

const MARIADB_ATTRIBUTES: readonly (readonly [string, Attribute])[] = [
  ['WITH SYSTEM VERSIONING', (_, draft) => other(draft, 'WITH SYSTEM VERSIONING')],
  ['WITHOUT SYSTEM VERSIONING', (_, draft) => other(draft, 'WITHOUT SYSTEM VERSIONING')],
  [
    'REF_SYSTEM_ID',
    (r, draft) => {
      equals(r);
      return other(draft, `REF_SYSTEM_ID ${r.number()}`);
    },
  ],
  [
    'COMPRESSED',
    (r, draft) => {
      if (!COMPRESSIBLE.test(draft.type) || draft.others.includes('COMPRESSED'))
        r.fail('a text that can be compressed');
      if (r.takeSymbol('=')) r.name('a method of compression');
      return other(draft, 'COMPRESSED');
    },
  ],
];

function engineAttribute(name: string): Attribute {
  return (r, draft) => {
    equals(r);
    r.string();
    return other(draft, name);
  };
}

function attribute(r: Reader, draft: Draft): boolean {
  if (checkAttribute(r, draft)) return true;
  const own = r.mariadb ? MARIADB_ATTRIBUTES : MYSQL_ATTRIBUTES;
  for (const [phrase, read] of [...own, ...ATTRIBUTES]) {
    if (!r.is(...phrase.split(' '))) continue;
    if (phrase.endsWith('AS') && draft.attributes > 0) r.fail('what is generated directly behind the type');
    if (r.mariadb && draft.generated !== null && NOT_GENERATED.has(phrase)) r.fail('the end of a generated column');
    r.take(...phrase.split(' '));
    if (phrase !== 'COLLATE') draft.attributes += 1;
    Object.assign(draft, read(r, draft));
    return true;
  }
  return r.mariadb && engineOption(r, draft);
}

/** MariaDB: engines may define attributes of their own, `name=value`. */
function engineOption(r: Reader, draft: Draft): boolean {
  if (!r.isName() || !r.symbol('=', 1) || r.is('ALGORITHM')) return false;
  const name = r.name();
  r.needSymbol('=');
  if (r.isString() || r.isName()) r.nameOrString();
  else if (!r.take('DEFAULT')) r.number('a value');
  draft.others.push(name.toUpperCase());
  return true;
}

/** `[CONSTRAINT [name]] CHECK (…) [[NOT] ENFORCED]`. */
function checkAttribute(r: Reader, draft: Draft): boolean {
  if (!r.is('CHECK') && !r.is('CONSTRAINT')) return false;
  const name = r.take('CONSTRAINT') && r.isName() ? r.name() : null;
  draft.checks.push(checkOf(r, name));
  return true;
}

/** From CHECK on. */
export function checkOf(r: Reader, name: string | null): Check {
  r.need('CHECK');
  const read = r.parenthesised(() => expression(r));
  return { name, expression: read, enforced: enforcement(r) ?? true };
}

/** ENFORCED, NOT ENFORCED, or neither. */
export function enforcement(r: Reader): boolean | null {
  if (r.mariadb) return null;
  if (r.take('NOT', 'ENFORCED')) return false;
  return r.take('ENFORCED') ? true : null;
}

/** NOW() and what means the same: the only function that MySQL takes without parentheses around it. */
function now(r: Reader): void {
  const word = r.needOneOf(['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIME', 'LOCALTIMESTAMP']);
  r.seen.functions.add(word);
  if (word === 'NOW' && !r.symbol('(')) r.fail('(');
  if (!r.takeSymbol('(')) return;
  if (!r.symbol(')')) r.number();
  r.needSymbol(')');
}

/** The value behind DEFAULT. */
export function defaultOf(r: Reader): Expression {
  if (r.mariadb && !r.is('CURRENT_TIMESTAMP')) {
    const signed = r.symbol('-') || r.symbol('+');
    return r.expressionOf(() => (signed ? literal(r) : r.simple()));
  }
  if (r.symbol('(')) return r.expressionOf(() => r.parenthesised(() => r.expr()));
  if (['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIME', 'LOCALTIMESTAMP'].includes(r.word())) {
    return r.expressionOf(() => now(r));
  }
  return r.expressionOf(() => literal(r));
}

/** A literal, with its sign. */
export function literal(r: Reader): void {
  if (r.takeSymbol('-') || r.takeSymbol('+')) {
    r.number();
    return;
  }
  const { kind } = r.peek();
  if (kind === 'number' || kind === 'bits') r.next();
  else if (kind === 'string') while (r.isString()) r.next();
  else if (r.takeOneOf(['NULL', 'TRUE', 'FALSE']) !== null) return;
  else if (/^(?:_[A-Z0-9]+|DATE|TIME|TIMESTAMP)$/.test(r.word()) && (r.isString(1) || r.peek(1).kind === 'bits')) {
    r.next();
    r.next();
  } else r.fail('a literal, or an expression in parentheses');
}

function generated(r: Reader, draft: Draft): Partial<Draft> {
  if (r.mariadb && r.takeOneOf(['ROW START', 'ROW END']) !== null) {
    return other(draft, 'ROW START OR END');
  }
  const read = r.parenthesised(() => expression(r));
  const how = r.takeOneOf(r.mariadb ? ['VIRTUAL', 'STORED', 'PERSISTENT'] : ['VIRTUAL', 'STORED']);
  return { generated: { expression: read, stored: how === 'STORED' || how === 'PERSISTENT' } };
}
