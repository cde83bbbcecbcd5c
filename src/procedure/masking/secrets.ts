import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import type { SecretsWithMask } from '../api.ts';
import { createMask } from './mask.ts';

/** Shorter values cannot be masked without blanking half of every text, so they are refused. */
const SHORTEST = 6;

/**
 * Secrets by reference: `env:NAME` reads the environment, `file:/path` a file (one trailing newline is dropped; relative paths
 * are taken from `base`). Each value is read once, at the moment an effect needs it, and masked from then on.
 */
export function createSecrets(
  options: { readonly env?: Readonly<Record<string, string | undefined>>; readonly base?: string } = {},
): SecretsWithMask {
  const env = options.env ?? process.env;
  const base = options.base ?? process.cwd();
  const known = new Map<string, string>();
  const mask = createMask();

  const read = (reference: string): string => {
    if (reference.startsWith('env:')) {
      const name = reference.slice('env:'.length);
      const value = env[name];
      if (value === undefined) throw missing(reference, 'no such variable', `set ${name} in the environment`);
      return value;
    }
    if (reference.startsWith('file:')) {
      const path = resolve(base, reference.slice('file:'.length));
      try {
        return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
      } catch (error) {
        const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
        throw missing(reference, `${why} for ${path}`, 'write the secret to that file, readable for this user');
      }
    }
    throw missing(reference, 'an unknown kind of reference', 'write env:NAME or file:/path');
  };

  return {
    get(reference) {
      const before = known.get(reference);
      if (before !== undefined) return before;
      const value = read(reference);
      if (value.length < SHORTEST) {
        throw missing(
          reference,
          `a value of ${value.length} characters`,
          `use a secret of at least ${SHORTEST} characters`,
        );
      }
      known.set(reference, value);
      mask.add(value);
      return value;
    },
    mask: mask.text,
    maskJson: (value, form) => mask.json(value, form),
    stream: mask.stream,
  };
}

function missing(reference: string, found: string, remedy: string): ProblemError {
  return new ProblemError({
    code: 'secret.not-found',
    where: `secret ${reference}`,
    found,
    expected: `a value of at least ${SHORTEST} characters behind env:NAME or file:/path`,
    remedy,
  });
}
