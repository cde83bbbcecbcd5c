import { log } from './elementary.ts';

/** Uniform numbers strictly between 0 and 1, in steps of 2⁻³². */
export type Random = () => number;

/** Stirs one 32-bit word into a 32-bit hash (multiply, shift and xor; the odd constants are those of xxHash32). */
function stir(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae3d);
  return h ^ (h >>> 16);
}

/** 32 bits of a seed and a name; `key` makes independent hashes of the same input. */
function hashOf(key: number, seed: number, name: string): number {
  let h = stir(stir(key, seed % 2 ** 32), Math.floor(seed / 2 ** 32));
  for (let i = 0; i < name.length; i += 1) h = stir(h, name.charCodeAt(i));
  return stir(h, name.length);
}

/**
 * A stream of its own for each seed and name, so that what one part of a world draws never shifts the numbers of another.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1
 */
export function randomStream(seed: number, name: string): Random {
  const word = (key: number): number => hashOf(key, seed, name);
  // All four words zero would stay zero for ever.
  const draw = xoshiro128(word(1), word(2), word(3), word(4) | 1);
  return () => (draw() + 0.5) / 4294967296;
}

/** xoshiro128** (Blackman and Vigna 2018): 32-bit integers only, period 2¹²⁸ − 1. The words are its state, not all of them 0. */
export function xoshiro128(s0: number, s1: number, s2: number, s3: number): () => number {
  let [a, b, c, d] = [s0, s1, s2, s3];
  return () => {
    const product = Math.imul(b, 5);
    const drawn = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return drawn;
  };
}

/** Standard normal numbers by Marsaglia's polar method. */
export function normals(next: Random): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    for (;;) {
      const x = 2 * next() - 1;
      const y = 2 * next() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };
}

/** A waiting time of an event without memory. */
export function exponential(next: Random, mean: number): number {
  return -mean * log(next());
}
