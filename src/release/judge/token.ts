import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Problem } from '../../model/problem.ts';

/** Shorter ones can be guessed. */
const LEAST_CHARACTERS = 16;
const MOST_BYTES = 16 * 1024;

export type Tokens =
  | { readonly kind: 'tokens'; readonly tokens: readonly string[] }
  | { readonly kind: 'none'; readonly problem: Problem };

/**
 * Reads the file anew at each call: a secret of Kubernetes is replaced while the judge runs. One token a line; of several each is good, so that
 * a token can be exchanged without a gap.
 */
export async function readTokens(file: string): Promise<Tokens> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return none(file, error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
  if (text.length > MOST_BYTES) return none(file, `${text.length} characters`);
  const tokens = text.split(/\r?\n/).filter((line) => line !== '');
  const short = tokens.find((token) => token.length < LEAST_CHARACTERS || /[^\x21-\x7e]/.test(token));
  if (tokens.length === 0) return none(file, 'no token');
  if (short !== undefined) return none(file, `a token of ${short.length} characters, or with a space in it`);
  return { kind: 'tokens', tokens };
}

/** Is this header `Bearer` and one of the tokens? Takes the same time for every wrong one. */
export function mayAsk(header: string | undefined, tokens: readonly string[]): boolean {
  const given = /^Bearer ([\x21-\x7e]+)$/i.exec(header ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const mine = digest(given);
  let allowed = false;
  for (const token of tokens) if (timingSafeEqual(mine, digest(token))) allowed = true;
  return allowed;
}

function none(file: string, found: string): Tokens {
  return {
    kind: 'none',
    problem: {
      code: 'judge.no-token',
      where: file,
      found,
      expected: `a readable file with one token a line, each of at least ${LEAST_CHARACTERS} characters without spaces`,
      remedy: 'make one with `openssl rand -base64 32`, and give it to the AnalysisTemplates as a secret',
    },
  };
}
