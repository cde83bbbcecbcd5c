import { createHash } from 'node:crypto';

/**
 * Numbers that look random and follow from a seed and a place. No state: what stands in row 7 does not depend on whether row 6 was made in
 * the same run. Pure.
 */

/** 32 bits of a text. */
export function saltOf(...words: readonly string[]): number {
  return createHash('sha256').update(words.join('\0')).digest().readUInt32BE();
}

/** A permutation of the 32-bit numbers whose output bits each depend on all input bits: triple32, Wellons 2018 (hash-prospector). */
export function mixed(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 17), 0xed5ad4bb);
  x = Math.imul(x ^ (x >>> 11), 0xac4c1b51);
  x = Math.imul(x ^ (x >>> 15), 0x31848bab);
  return (x ^ (x >>> 14)) >>> 0;
}

/** 32 bits for a place; another salt gives others. For one salt it is a permutation of the places below 2^32. */
export function bitsAt(salt: number, place: number): number {
  return mixed(mixed(place) ^ salt);
}

/** From 0 to below 1. */
export function unitAt(salt: number, place: number): number {
  return bitsAt(salt, place) / 0x1_0000_0000;
}

/** One of 0 … size − 1; with a skew the first ones come more often: place size·u^(1+skew). */
export function pickAt(salt: number, place: number, size: number, skew = 0): number {
  const unit = unitAt(salt, place);
  return Math.min(size - 1, Math.floor(size * (skew === 0 ? unit : unit ** (1 + skew))));
}

const ROUNDS = 4;

/**
 * A permutation of 0 … size − 1, size up to 2^52: a Feistel network (Luby and Rackoff 1988) walked until it lands below `size`
 * (Black and Rogaway 2002).
 */
export function permuted(salt: number, index: number, size: number): number {
  if (size <= 1) return 0;
  const half = 2 ** Math.ceil(Math.ceil(Math.log2(size)) / 2);
  let value = index;
  do {
    let left = Math.floor(value / half);
    let right = value % half;
    for (let round = 0; round < ROUNDS; round += 1) {
      const other = left ^ (bitsAt(salt + round, right) % half);
      left = right;
      right = other;
    }
    value = left * half + right;
  } while (value >= size);
  return value;
}
