import { expect, it } from 'vitest';
import { parseStatement } from '../../../../src/migrate/sql/parse/index.ts';
import { seeded } from '../../../e2e/support/random.ts';
import { madeAlter, madeCreate, withoutSpans } from './made.ts';

it.each(['mysql', 'mariadb'] as const)('reads random tables of %s as what they were made of', (dialect) => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = seeded(seed);
    const made = seed % 2 === 0 ? madeCreate(random, dialect) : madeAlter(random);
    const parsed = parseStatement(made.text, dialect);
    expect(parsed, made.text).toMatchObject({ ok: true });
    if (parsed.ok) expect(withoutSpans(parsed.statement), `seed ${seed}: ${made.text}`).toEqual(made.tree);
  }
});

it('gives every part the text that it was made of', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const { text } = madeAlter(seeded(seed));
    const parsed = parseStatement(text, 'mysql');
    if (!parsed.ok || parsed.statement.kind !== 'alter-table') throw new Error(text);
    const pieces = parsed.statement.parts.map(({ span }) => text.slice(span.from, span.to));
    expect(text.endsWith(pieces.join(', ')), text).toBe(true);
  }
});

it('ends the reading, and nothing else, wherever a statement is cut off', () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const { text } = madeCreate(seeded(seed), 'mysql');
    for (let end = 0; end < text.length; end += 1) {
      const cut = text.slice(0, end);
      const parsed = parseStatement(cut, 'mysql');
      // A table is whole only behind its last parenthesis.
      if (!cut.includes('(') || !balanced(cut)) expect(parsed.ok, cut).toBe(false);
      if (!parsed.ok) expect(parsed.at).toBeLessThanOrEqual(cut.length);
    }
  }
});

function balanced(text: string): boolean {
  const bare = text.replace(/\/\*.*?\*\/|`(?:[^`]|``)*`|'(?:[^']|'')*'|"[^"]*"/gs, '');
  return bare.split('(').length === bare.split(')').length;
}
