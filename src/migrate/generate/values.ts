import type { FakeKind } from '../desensitise/rules.ts';
import type { Faker } from '../desensitise/transform.ts';
import { geometryAt } from './geometry.ts';
import type { Look } from './look.ts';
import { bitsAt, mixed, pickAt, saltOf, unitAt } from './random.ts';
import type { ValueType } from './types.ts';

/** One value of one column, from its place. Pure but for the pools of fakes, which follow from the seed. */

/** As the server takes it: text and digits as text, bytes as bytes. */
export type Value = string | Buffer | null;

/** What a column may hold, and what it should look like. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: ValueType;
  readonly look: Look;
  /** Share of NULL; 0 where it is not allowed. */
  readonly nullShare: number;
  /** Nothing but these. */
  readonly allowed: readonly string[] | null;
  /** Bounds of numbers, and of moments in seconds since 1970 (UTC), both included. */
  readonly min: number | null;
  readonly max: number | null;
  /** Characters of a text. */
  readonly minLength: number;
  readonly maxLength: number;
  readonly skew: number;
  readonly salt: number;
  /** Characters or bytes by which a unique key tells values apart; null: all of them. */
  readonly prefix: number | null;
}

export interface Pools {
  /** One of the fakes of a kind. */
  fake(what: FakeKind, salt: number, place: number): string;
  words(salt: number, place: number, most: number): string;
}

const POOL = 2048;

/** Fakes are made once, some thousands of each kind, and drawn from. */
export function openPools(seed: string, faker: Faker): Pools {
  const pools = new Map<FakeKind, readonly string[]>();
  const poolOf = (what: FakeKind): readonly string[] => {
    const there = pools.get(what);
    if (there !== undefined) return there;
    const salt = saltOf(seed, 'pool', what);
    const made = Array.from({ length: POOL }, (_, at) => faker(what, bitsAt(salt, at)));
    pools.set(what, made);
    return made;
  };
  return {
    fake: (what, salt, place) => poolOf(what)[pickAt(salt, place, POOL)] ?? '',
    words: (salt, place, most) => {
      const sentence = (poolOf('sentence')[pickAt(salt, place, POOL)] ?? '').replace(/\.$/, '');
      if (sentence.length <= most) return sentence;
      const cut = sentence.lastIndexOf(' ', most);
      return sentence.slice(0, cut > 2 ? cut : most);
    },
  };
}

/** Any value, others may be the same. `rows`: how many the table has. */
export function plainOf(spec: ColumnSpec, place: number, rows: number, pools: Pools): Value {
  const { type, salt, allowed, skew } = spec;
  if (spec.nullShare > 0 && unitAt(salt ^ 0x5bd1e995, place) < spec.nullShare) return null;
  if (allowed !== null) return asValue(allowed[pickAt(salt, place, allowed.length, skew)] ?? '', type);
  switch (type.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
      return numberOf(spec, type, place, rows);
    case 'bit':
      return bitBytes(bitsAt(salt, place), type.bits);
    case 'year':
      return String(between(spec, place, 1990, 2030));
    case 'text':
      return textOf(spec, type, place, pools);
    case 'bytes':
      return bytesAt(salt, place, type.fixed ? type.length : Math.min(type.length, 32));
    case 'choice':
      return type.many
        ? type.values.filter((_, at) => ((bitsAt(salt, place) >>> (at % 32)) & 1) === 1).join(',')
        : (type.values[pickAt(salt, place, type.values.length, skew)] ?? '');
    case 'date':
    case 'datetime':
    case 'timestamp':
      return momentText(between(spec, place, RECENT, NOW), type, bitsAt(salt + 1, place));
    case 'time':
      return timeText(pickAt(salt, place, 86_400));
    case 'json':
      return JSON.stringify({
        id: place + 1,
        label: pools.words(salt, place, 24),
        on: (bitsAt(salt, place) & 1) === 1,
      });
    case 'vector':
      return vectorBytes(salt, place, type.dimensions);
    case 'geometry':
      return geometryAt(type.shape, type.srid, salt, place);
    default:
      return serialOf(spec, bitsAt(salt, place), pools);
  }
}

/** The value at a place among those of which no two are the same; places from 0 to below the capacity of the column. */
export function serialOf(spec: ColumnSpec, place: number, pools: Pools): Value {
  const { type, salt, allowed, prefix } = spec;
  if (allowed !== null) return asValue(allowed[place] ?? '', type);
  switch (type.kind) {
    case 'integer':
      return String(place + (spec.min ?? 1));
    case 'decimal':
    case 'float': {
      const whole = 10 ** Math.min(15, type.whole) - 1;
      if (place + (spec.min ?? 1) <= whole) return String(place + (spec.min ?? 1));
      const digits = String(place + 1).padStart(type.scale + 1, '0');
      return `${digits.slice(0, -type.scale)}.${digits.slice(-type.scale)}`;
    }
    case 'bit':
      return bitBytes(place, type.bits);
    case 'year':
      return String(1901 + place);
    case 'text':
      return serialText(spec, type, place, pools);
    case 'bytes': {
      const length = Math.min(type.length, Math.max(16, prefix ?? 0));
      const told = Math.min(4, prefix ?? type.length, type.length);
      const mark = Buffer.alloc(4);
      mark.writeUInt32BE(told === 4 ? mixed(place) : place);
      return Buffer.concat([mark.subarray(4 - told), bytesAt(salt, place, (type.fixed ? type.length : length) - told)]);
    }
    case 'choice':
      if (!type.many) return type.values[place] ?? '';
      return type.values.filter((_, at) => (Math.floor(place / 2 ** at) & 1) === 1).join(',');
    case 'date':
      return momentText(BASE + place * 86_400, type, 0);
    case 'datetime':
    case 'timestamp':
      return momentText((spec.min ?? BASE) + place, type, 0);
    case 'time':
      return timeText(place);
    case 'json':
      return JSON.stringify({ id: place + 1 });
    case 'uuid':
      return uuidOf(salt, place);
    case 'inet4':
      return `10.${(place >>> 16) & 255}.${(place >>> 8) & 255}.${place & 255}`;
    case 'inet6':
      return `2001:db8::${(place >>> 16).toString(16)}:${(place & 0xffff).toString(16)}`;
    default:
      return null;
  }
}

/** Configured and allowed values come as text. */
function asValue(text: string, type: ValueType): Value {
  if (type.kind === 'bit') return bitBytes(Number(text), type.bits);
  return type.kind === 'bytes' ? Buffer.from(text) : text;
}

/** 2024-01-01 and 2026-01-01: fixed, so that the same seed gives the same rows on every day. */
const RECENT = 1_704_067_200;
const NOW = 1_767_225_600;
/** 2001-01-01 */
const BASE = 978_307_200;

function between({ salt, min, max, skew }: ColumnSpec, place: number, least: number, most: number): number {
  const low = min ?? Math.min(least, max ?? least);
  const high = max ?? Math.max(most, low);
  return low + pickAt(salt, place, Math.max(1, Math.floor(high - low) + 1), skew);
}

function numberOf(
  spec: ColumnSpec,
  type: Extract<ValueType, { kind: 'integer' | 'decimal' | 'float' }>,
  place: number,
  rows: number,
): string {
  const { look, salt } = spec;
  if (type.kind === 'integer' && type.flag && spec.min === null && spec.max === null)
    return String(bitsAt(salt, place) & 1);
  const least = type.kind === 'integer' ? Number(type.min) : 0;
  const most = type.kind === 'integer' ? Number(type.max) : 10 ** Math.min(15, type.whole) - 1;
  const [low, high] = look.kind === 'range' ? [look.min, look.max] : [0, /_?id$/i.test(spec.name) ? rows : 10_000];
  const number = between(spec, place, Math.max(low, least), Math.min(high, most));
  if (type.kind === 'integer' || type.scale === 0) return String(number);
  // The bound itself has nothing behind the point.
  const fraction =
    number >= (spec.max ?? Math.min(high, most)) ? 0 : pickAt(salt + 1, place, 10 ** Math.min(6, type.scale));
  return `${number}.${String(fraction).padStart(Math.min(6, type.scale), '0')}`;
}

const plainAscii = (text: string): string => text.normalize('NFD').replaceAll(/[^\x20-\x7e]/g, '');

function textOf(
  spec: ColumnSpec,
  { length, fixed, ascii }: Extract<ValueType, { kind: 'text' }>,
  place: number,
  pools: Pools,
): string {
  const { look, salt, minLength } = spec;
  const most = Math.min(length, spec.maxLength);
  const made = (): string => {
    if (look.kind === 'one-of' && look.values.every((one) => one.length <= most))
      return look.values[pickAt(salt, place, look.values.length, spec.skew)] ?? '';
    if (look.kind === 'uuid' || (fixed && most === 36)) return uuidOf(salt, place);
    if (look.kind === 'hex' || (fixed && most >= 16)) return hexOf(salt, place, Math.min(most, fixed ? most : 40));
    if (look.kind === 'fake') return pools.fake(look.what, salt, place);
    return most < 8 ? lettersOf(bitsAt(salt, place), most) : pools.words(salt, place, Math.min(most, 60));
  };
  const text = ascii ? plainAscii(made()) : made();
  const cut = [...text].slice(0, most).join('').trimEnd();
  return cut.length >= minLength ? cut : cut + lettersOf(bitsAt(salt, place), minLength - cut.length);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** 5 bits a letter; as many letters as asked for, the lowest bits last. Collations tell these apart. */
function lettersOf(bits: number, count: number): string {
  let text = '';
  let rest = bits;
  for (let at = 0; at < count; at += 1) {
    text = (LETTERS[rest % 32] ?? 'a') + text;
    rest = Math.floor(rest / 32);
    if (rest === 0 && at >= 6 && at + 1 < count) rest = mixed(bits + at);
  }
  return text;
}

/** A fake with letters that tell it from all others: before the @ of an address, else at the end, or in front where only the beginning counts. */
function serialText(spec: ColumnSpec, type: Extract<ValueType, { kind: 'text' }>, place: number, pools: Pools): string {
  const { look, salt, prefix } = spec;
  const most = Math.min(type.length, spec.maxLength);
  const room = Math.min(most, prefix ?? most);
  if (room >= 36 && look.kind === 'uuid') return uuidOf(salt, place);
  if (room >= 8 && (look.kind === 'hex' || look.kind === 'uuid' || (type.fixed && most >= 16)))
    return hexOf(salt, place, type.fixed ? most : Math.min(most, 40));
  const mark = lettersOf(place, Math.min(7, room));
  const rest = most - mark.length - 1;
  if (rest < 4 || mark.length < 7) return mark;
  if (look.kind === 'fake' && prefix === null) {
    if (look.what === 'email' && most >= 30) {
      const [name = ''] = pools.fake('email', salt, place).split('@');
      return `${plainAscii(name).slice(0, rest - 12)}.${mark}@example.org`;
    }
    if (look.what === 'domain' && most >= 24) return `${mark}.example.org`;
    if (look.what === 'url' && most >= 40) return `https://${mark}.example.org/`;
  }
  const made = look.kind === 'fake' ? pools.fake(look.what, salt, place) : pools.words(salt, place, 24);
  const told = [...(type.ascii ? plainAscii(made) : made)].slice(0, rest).join('').trimEnd();
  const between = look.kind === 'fake' && ['email', 'user-name', 'domain'].includes(look.what) ? '.' : ' ';
  return prefix === null ? `${told}${between}${mark}` : `${mark}${between}${told}`;
}

/** Its first eight digits are a permutation of the place. */
function hexOf(salt: number, place: number, length: number): string {
  let text = mixed(place).toString(16).padStart(8, '0');
  for (let at = 1; text.length < length; at += 1)
    text += bitsAt(salt + at, place)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, length);
}

/** RFC 9562, version 8: the contents are our own. */
function uuidOf(salt: number, place: number): string {
  const hex = hexOf(salt, place, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function bytesAt(salt: number, place: number, length: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, length));
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = bitsAt(salt + 1 + (at >> 2), place) >>> ((at % 4) * 8);
  return bytes;
}

function bitBytes(number: number, bits: number): Buffer {
  const bytes = Buffer.alloc(8);
  const most = bits >= 53 ? Number.MAX_SAFE_INTEGER : 2 ** bits - 1;
  bytes.writeBigUInt64BE(BigInt(Math.min(number % (most + 1), most)));
  return bytes.subarray(8 - Math.ceil(bits / 8));
}

function vectorBytes(salt: number, place: number, dimensions: number): Buffer {
  const bytes = Buffer.alloc(dimensions * 4);
  for (let at = 0; at < dimensions; at += 1) bytes.writeFloatLE(unitAt(salt + at, place) * 2 - 1, at * 4);
  return bytes;
}

function momentText(
  seconds: number,
  { kind, digits }: Extract<ValueType, { kind: 'date' | 'datetime' | 'timestamp' | 'time' }>,
  bits: number,
): string {
  const text = new Date(seconds * 1000).toISOString();
  if (kind === 'date') return text.slice(0, 10);
  const fraction = digits === 0 ? '' : `.${String(bits % 10 ** digits).padStart(digits, '0')}`;
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${fraction}`;
}

function timeText(seconds: number): string {
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  return `${two(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
}
