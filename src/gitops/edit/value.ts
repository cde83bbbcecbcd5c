import {
  boolCoreTag,
  boolYaml11Tag,
  floatCoreTag,
  floatYaml11Tag,
  intCoreTag,
  intYaml11Tag,
  NOT_RESOLVED,
  nullCoreTag,
  nullYaml11Tag,
  type ScalarTagDefinition,
  timestampTag,
} from 'js-yaml';
import { bad, ok, type Result } from '../../model/problem.ts';
import type { EditProblem } from './problems.ts';
import type { Format, ScalarNode, ScalarStyle } from './tree.ts';

/** What a value is, and the ways to write it. Pure. */

export const VALUE_TYPES = ['string', 'number', 'boolean', 'null'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** A value to write. `text` of a number, boolean or null is how it is spelt. */
export interface Wanted {
  readonly type: ValueType;
  readonly text: string;
}

const CORE: readonly (readonly [ValueType, ScalarTagDefinition])[] = [
  ['null', nullCoreTag],
  ['boolean', boolCoreTag],
  ['number', intCoreTag],
  ['number', floatCoreTag],
];
const OLD: readonly (readonly [ValueType, ScalarTagDefinition])[] = [
  ['null', nullYaml11Tag],
  ['boolean', boolYaml11Tag],
  ['number', intYaml11Tag],
  ['number', floatYaml11Tag],
  // Whoever reads dates reads no string.
  ['number', timestampTag],
];

/** What other readers of YAML 1.1 take for something else: single letters, months and days of one digit, merge and value keys. */
const ELSEWHERE = /^(?:[yYnN]|<<|=|\d{4}-\d{1,2}-\d{1,2}(?:[Tt\s].*)?)$/;

/** What a text without quotes reads as in YAML 1.2 and in YAML 1.1. */
export function plainKinds(text: string): readonly [core: ValueType, old: ValueType] {
  return [kindBy(CORE, text), kindBy(OLD, text)];
}

function kindBy(tags: readonly (readonly [ValueType, ScalarTagDefinition])[], text: string): ValueType {
  return tags.find(([, tag]) => tag.resolve(text, false, tag.tagName) !== NOT_RESOLVED)?.[0] ?? 'string';
}

/** What stands there. A text that either version of YAML takes for something else is no string: Kubernetes reads `yes` as true. */
export function kindOf(node: ScalarNode, format: Format): ValueType {
  if (node.style === 'empty') return 'null';
  if (node.style !== 'plain') return 'string';
  if (format === 'json') return node.text === 'null' ? 'null' : /^[tf]/.test(node.text) ? 'boolean' : 'number';
  // A date is a text that needs quotes, no number.
  if (timestampTag.resolve(node.text, false, timestampTag.tagName) !== NOT_RESOLVED) return 'string';
  const [core, old] = plainKinds(node.text);
  return core === 'string' ? old : core;
}

/** Plain data of a scalar as YAML 1.2 or JSON reads it; what is no JSON (.inf, .nan) as its text. */
export function dataOf(node: ScalarNode, format: Format): string | number | boolean | null {
  if (node.style === 'empty') return null;
  if (node.style !== 'plain') return node.text;
  const value: unknown = format === 'json' ? JSON.parse(node.text) : coreValue(node.text);
  return typeof value === 'boolean' || value === null || Number.isFinite(value) ? scalar(value) : node.text;
}

function scalar(value: unknown): number | boolean | null {
  return typeof value === 'boolean' || typeof value === 'number' ? value : null;
}

function coreValue(text: string): unknown {
  for (const [, tag] of CORE) {
    const value: unknown = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;

/**
 * The value that a text asks for. Without a type it keeps the kind of what stands there when it is written the way that kind is
 * written (3, 0.5, true); everything else is a string. So 1.10 is never read as 1.1, and a replica count stays a number.
 */
export function wantedOf(
  text: string,
  type: ValueType | undefined,
  there: ScalarNode | undefined,
  format: Format,
): Result<Wanted> {
  if (type === undefined) {
    const kind = there === undefined || there.style === 'empty' ? 'string' : kindOf(there, format);
    return ok({ type: fits(text, kind) ? kind : 'string', text });
  }
  if (type === 'string' || fits(text, type) || (type === 'number' && written(text, format))) return ok({ type, text });
  const problem: EditProblem = {
    code: 'gitops.value',
    where: `value ${JSON.stringify(text)}`,
    found: `no ${type}`,
    expected: EXPECTED[type],
    remedy: 'mend the value, or leave --type out to write a string',
  };
  return bad(problem);
}

const EXPECTED = { number: 'a number such as 3 or 0.5', boolean: 'true or false', null: 'null' } as const;

function fits(text: string, kind: ValueType): boolean {
  if (kind === 'number') return NUMBER.test(text) && text !== '-0';
  if (kind === 'boolean') return text === 'true' || text === 'false';
  return kind === 'null' && text === 'null';
}

/** A number that somebody asks for by type may be written in any way that all readers read as the same number. */
function written(text: string, format: Format): boolean {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return false;
  return format === 'json' || plainKinds(text).every((kind) => kind === 'number');
}

/** Ways to write a value where another stood, or a new one (`style` undefined): the present style first. */
export function spellings(
  wanted: Wanted,
  style: ScalarStyle | undefined,
  flow: boolean,
  format: Format,
): readonly string[] {
  if (wanted.type !== 'string') return [wanted.text];
  const double = doubleQuoted(wanted.text);
  if (format === 'json') return [double];
  if (style === 'double') return [double];
  if (style === 'single') return singleSafe(wanted.text) ? [singleQuoted(wanted.text), double] : [double];
  return plainSafe(wanted.text, flow) ? [wanted.text, double] : [double];
}

/** A key as it is written in YAML or JSON, in the quotes of its neighbour. */
export function spellKey(name: string, neighbour: ScalarStyle | undefined, flow: boolean, format: Format): string {
  if (format === 'json' || neighbour === 'double') return doubleQuoted(name);
  if (neighbour === 'single' && singleSafe(name)) return singleQuoted(name);
  // In front of a colon less may stand without quotes than behind it.
  return plainSafe(name, flow) && !/[:?]/.test(name) ? name : doubleQuoted(name);
}

function singleSafe(text: string): boolean {
  return !/[\p{Cc}\u0085\u2028\u2029\uFEFF]/u.test(text) && text.isWellFormed();
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** JSON's escapes are YAML's too; what a reader of YAML 1.1 would take for the end of a line is escaped as well. */
function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\uFEFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Without quotes every reader takes it for this very string, wherever a value may stand. */
function plainSafe(text: string, flow: boolean): boolean {
  if (text === '' || !singleSafe(text) || text.trim() !== text) return false;
  if (/^[-?:,[\]{}#&*!|>'"%@`]/.test(text) || /^\.{3}/.test(text)) return false;
  if (/:(?:\s|$)|\s#/.test(text)) return false;
  if (flow && /[,[\]{}]|:(?=[,[\]{}])/.test(text)) return false;
  return plainKinds(text).every((kind) => kind === 'string') && !ELSEWHERE.test(text);
}
