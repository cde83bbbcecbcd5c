import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { matcherOf, recognise, type Said } from '../../src/known/index.ts';
import { readPage } from '../../src/known/read.ts';
import { shippedErrors } from '../../src/known/shipped.ts';

/** The pages of docs/known-errors, and every text that they show. */

const DIRECTORY = 'docs/known-errors';
const names = readdirSync(DIRECTORY).filter((name) => name !== 'README.md');
const problems = readFileSync('docs/problems.md', 'utf8');
const all = matcherOf(shippedErrors());

function said(text: string): readonly Said[] {
  return [{ where: 'a step', text, code: null }];
}

describe.each(names)('%s', (name) => {
  const page = readPage(`${DIRECTORY}/${name}`, readFileSync(`${DIRECTORY}/${name}`, 'utf8'));

  test('is a page that ships as it is written', () => {
    expect(page).toMatchObject({ ok: true });
    if (page.ok) expect(shippedErrors()).toContainEqual(page.value.error);
  });

  test('is what its texts are recognised as, alone and between others, and nothing else', () => {
    if (!page.ok) return;
    expect(page.value.seen.length).toBeGreaterThan(0);
    for (const text of page.value.seen) {
      const noise = 'all is well\n'.repeat(20);
      for (const where of [text, `${noise}2026-11-22T07:00:00Z ERROR ${text}\n${noise}`]) {
        expect(recognise(all, said(where)).recognised.map(({ error }) => error.id)).toEqual([page.value.error.id]);
      }
    }
  });

  test('names codes that are raised', () => {
    for (const code of page.ok ? page.value.error.codes : []) expect(problems).toContain(`| \`${code}\` |`);
  });
});

test('nothing is recognised where nothing is known', () => {
  for (const text of [
    '',
    'released in 3 s',
    'error: the moon is full',
    'Access denied',
    'duplicate',
    'x'.repeat(100_000),
  ]) {
    expect(recognise(all, said(text)).recognised).toEqual([]);
  }
});

test('hostile text costs what the patterns allow, and an answer that is cut says so', () => {
  const words = all.patterns.flatMap(({ pattern }) => pattern.literals);
  // Every line holds what lets every pattern begin, and nothing that ends one.
  const line = words.map((word) => word.slice(0, -1) + word).join(' ');
  const text = Array.from({ length: 3 }, () => line).join('\n');
  const few = recognise(all, said(text), 100_000);
  expect(few.unfinished).toBe(true);
  expect(few.steps).toBeLessThanOrEqual(100_000);
  const size = all.patterns.reduce((sum, { pattern }) => sum + pattern.size, 0);
  const whole = recognise(all, said(text), Number.MAX_SAFE_INTEGER);
  expect(whole.unfinished).toBe(false);
  expect(whole.steps).toBeLessThanOrEqual(3 * 4_001 * size);
});

test('the text of a problem says more than its code; each error is named once', () => {
  const errors = shippedErrors().map((error) =>
    error.id === 'disk-full' ? { ...error, codes: ['effect.exit-code'] } : error,
  );
  const matcher = matcherOf(errors);
  const ids = (text: string, code: string | null): readonly string[] =>
    recognise(matcher, [{ where: 'a', text, code }]).recognised.map(({ error }) => error.id);
  expect(ids('exit code 1', 'effect.exit-code')).toEqual(['disk-full']);
  expect(ids('exit code 1: Host key verification failed.', 'effect.exit-code')).toEqual(['ssh-host-key']);
  expect(ids('exit code 1', null)).toEqual([]);
  const twice = recognise(matcher, [
    { where: 'a', text: 'No space left on device', code: null },
    { where: 'b', text: 'No space left on device\n\u001b[31mNo space left on device', code: null },
  ]);
  expect(twice.recognised).toMatchObject([{ where: 'a', seen: 'No space left on device' }]);
});
