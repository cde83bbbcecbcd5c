import { createHmac } from 'node:crypto';
import type { Rule } from './rules.ts';
import { type CopyColumn, integerBits } from './structure.ts';

/** Turns one value into another. Deterministic: key, realm and value decide. Pure. */

/** Null stays null: that somebody has no telephone number says nothing about whose it would be. */
export type Transform = (value: Buffer) => Buffer | null;

/** Makes fakes; `seed` decides which one. */
export type Faker = (what: Extract<Rule, { kind: 'fake' }>['what'], seed: number) => string;

export interface TransformOptions {
  readonly rule: Rule;
  readonly column: CopyColumn;
  /** Columns of one realm turn the same value into the same one: a foreign key is of the realm that it points to. */
  readonly realm: string;
  /** No two values may become the same. */
  readonly unique: boolean;
  readonly key: string;
  readonly fake: Faker;
}

export function transformOf(options: TransformOptions): Transform {
  const { rule, column } = options;
  switch (rule.kind) {
    case 'keep':
      return (value) => value;
    case 'null':
      return () => null;
    case 'hash':
      return hashOf(options);
    case 'truncate':
      return column.family === 'text'
        ? (value) => Buffer.from([...value.toString('utf8')].slice(0, rule.keep).join(''))
        : (value) => Buffer.from(roundedDown(value.toString('latin1'), rule.keep));
    case 'truncate-to':
      return (value) => Buffer.from(truncatedDate(value.toString('latin1'), rule.unit));
    case 'fake':
      return fakeOf(options, rule.what);
  }
}

function digest({ key, realm }: Pick<TransformOptions, 'key' | 'realm'>, value: Buffer, purpose: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0${realm}\0`).update(value).digest();
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** 5 bits a letter. */
function lettersOf(bytes: Buffer, length: number): string {
  let text = '';
  for (let at = 0; text.length < length; at += 1) text += LETTERS[(bytes[at % bytes.length] ?? 0) & 31] ?? 'a';
  return text;
}

/** Letters of a hash: 26 hold 130 bits. */
const HASH_LETTERS = 26;

function hashOf(options: TransformOptions): Transform {
  const { column } = options;
  if (column.family === 'integer') return integerHash(options);
  if (column.family === 'binary') {
    return (value) => {
      const wanted = Math.min(value.length === 0 ? 0 : Math.max(value.length, 16), column.length ?? 32);
      return Buffer.concat([digest(options, value, 'hash'), digest(options, value, 'hash-2')]).subarray(
        0,
        Math.min(wanted, 64),
      );
    };
  }
  const length = Math.min(HASH_LETTERS, column.length ?? HASH_LETTERS);
  return (value) => Buffer.from(value.length === 0 ? '' : lettersOf(digest(options, value, 'hash'), length));
}

/**
 * A permutation of numbers, by a Feistel network of six rounds (Luby and Rackoff 1988), walked until it lands in the same class of size (Black and
 * Rogaway 2002): two numbers never become one, so keys stay keys, and what an AUTO_INCREMENT gives next is not used up. Classes are the numbers
 * below 5/8 of the type's bits, and then four times as many each.
 */
function integerHash(options: TransformOptions): Transform {
  const { type } = options.column;
  const most = integerBits(type) - (/unsigned/i.test(type) ? 0 : 1);
  const usual = Math.floor((most * 5) / 8);
  return (value) => {
    const number = BigInt(value.toString('latin1'));
    // -1 stands beside 0, so that both halves are as large.
    const size = number < 0n ? -number - 1n : number;
    let room = usual;
    while (size >> BigInt(room) > 0n) room = Math.min(most, room + 2);
    const low = room === usual ? 0n : 1n << BigInt(Math.max(usual, room === most ? lastBefore(usual, most) : room - 2));
    const high = 1n << BigInt(room);
    let permuted = size;
    do permuted = permute(options, permuted, room + (room % 2));
    while (permuted < low || permuted >= high);
    return Buffer.from(String(number < 0n ? -permuted - 1n : permuted));
  };
}

/** The class before the last one, which may be smaller than the others. */
function lastBefore(usual: number, most: number): number {
  const steps = Math.ceil((most - usual) / 2) - 1;
  return usual + 2 * steps;
}

const ROUNDS = 6;

function permute(options: TransformOptions, value: bigint, bits: number): bigint {
  const half = BigInt(bits / 2);
  const mask = (1n << half) - 1n;
  let left = value >> half;
  let right = value & mask;
  for (let round = 0; round < ROUNDS; round += 1) {
    const mixed = digest(options, Buffer.from(String(right)), `integer ${bits} ${round}`).readBigUInt64BE() & mask;
    [left, right] = [right, left ^ mixed];
  }
  return (left << half) | right;
}

function roundedDown(text: string, digits: number): string {
  const [whole = '0'] = text.split('.');
  const negative = whole.startsWith('-');
  const plain = negative ? whole.slice(1) : whole;
  const kept = plain.slice(0, Math.max(0, plain.length - digits));
  const rounded = kept === '' ? '0' : kept + '0'.repeat(Math.min(digits, plain.length));
  return negative && rounded !== '0' ? `-${rounded}` : rounded;
}

/** `2026-11-22 10:00:00.000` → its month or year; the zero date stays. */
function truncatedDate(text: string, unit: 'month' | 'year'): string {
  const match = /^(\d{4})-(\d\d)-\d\d(.*)$/.exec(text);
  if (match === null || match[1] === '0000') return text;
  const time = (match[3] ?? '').replaceAll(/\d/g, '0');
  return `${match[1]}-${unit === 'year' ? '01' : match[2]}-01${time}`;
}

function fakeOf(options: TransformOptions, what: Extract<Rule, { kind: 'fake' }>['what']): Transform {
  const { column, unique, fake } = options;
  const most = column.length ?? Number.POSITIVE_INFINITY;
  return (value) => {
    if (value.length === 0) return value;
    const mixed = digest(options, value, `fake ${what}`);
    const made = fake(what, mixed.readUInt32BE());
    const told = unique ? withMark(what, made, lettersOf(mixed.subarray(4), 12)) : made;
    return Buffer.from([...told].slice(0, most).join(''));
  };
}

/** Fakes repeat; where no two may be the same, letters of the hash stand in front, so that cutting does not lose them. */
function withMark(what: string, text: string, mark: string): string {
  if (what === 'email') return `${mark}@example.org`;
  if (what === 'domain') return `${mark}.example.org`;
  if (what === 'url') return `https://${mark}.example.org/`;
  return `${mark} ${text}`;
}
