import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, type Pattern } from '../../src/known/pattern.ts';

function read(source: string): Pattern {
  const compiled = compile(source);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ found }) => found).join());
  return compiled.value;
}

/** Pieces of the language, put together by chance: groups of alternatives of repeated letters, repeated. Each pattern holds a plain word. */
const times = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{0,2}', '{1,3}');
const LETTERS = [
  'a',
  'b',
  ' ',
  '-',
  '\\d',
  '\\w',
  '\\s',
  '\\D',
  '.',
  '[ab]',
  '[^a]',
  '[a-c0-9]',
  '\\.',
  '\\(',
  '[\\d-]',
];
const row = fc
  .array(fc.tuple(fc.constantFrom(...LETTERS), times), { maxLength: 3 })
  .map((parts) => parts.map((part) => part.join('')).join(''));
const group = fc
  .tuple(fc.constantFrom('(', '(?:'), fc.array(row, { minLength: 1, maxLength: 3 }), times)
  .map(([open, rows, many]) => `${open}${rows.join('|')})${many}`);
const tree = fc.array(fc.oneof(row, group), { maxLength: 2 }).map((parts) => parts.join(''));
const pattern = fc
  .tuple(fc.boolean(), tree, tree, fc.boolean())
  .map(([begins, before, after, ends]) => `${begins ? '^' : ''}${before}word!${after}${ends ? '$' : ''}`);
const line = fc
  .tuple(
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', '0', '-', ' ', '.', '('), maxLength: 6 }),
    fc.constantFrom('word!', 'word!', 'wor'),
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', '0', '-', ' ', '.', '('), maxLength: 6 }),
  )
  .map((parts) => parts.join(''));

test('a pattern is found exactly where the regular expression of JavaScript finds it, within its steps', () => {
  fc.assert(
    fc.property(pattern, fc.array(line, { minLength: 1, maxLength: 5 }), (source, lines) => {
      const ours = read(source);
      const theirs = new RegExp(source);
      for (const one of lines) {
        const { found, steps } = ours.find(one);
        expect(found, `${source} in ${JSON.stringify(one)}`).toBe(theirs.test(one));
        expect(steps).toBeLessThanOrEqual((one.length + 1) * ours.size);
        if (found) expect(ours.literals.some((literal) => one.includes(literal))).toBe(true);
      }
    }),
    { numRuns: 500, seed: 20_261_122 },
  );
});

describe('patterns that make others run for ages', () => {
  const hostile: readonly (readonly [pattern: string, line: string])[] = [
    ['(a+)+ends here', 'a'.repeat(4_000)],
    ['(a|a)*ends here', 'a'.repeat(4_000)],
    ['(a|aa)+ends here', 'a'.repeat(4_000)],
    ['(.*a){12}ends here', 'a'.repeat(4_000)],
    ['(\\w+\\s?)*ends here', `${'a '.repeat(2_000)}!`],
    ['(x+x+)+yends', 'x'.repeat(4_000)],
    ['^(\\d+)*ends here$', '0'.repeat(4_000)],
    ['(a?){100}aaaaaends', 'a'.repeat(4_000)],
    ['.*.*.*.*.*ends here', 'e'.repeat(4_000)],
  ];
  test.each(hostile)('%s takes no more steps than its size allows', (source, text) => {
    const { find, size } = read(source);
    const { found, steps } = find(text);
    expect(found).toBe(false);
    expect(steps).toBeLessThanOrEqual((text.length + 1) * size);
    expect(size).toBeLessThan(250);
  });
});

test.each([
  ['(?=looks ahead)', 'a group that looks around'],
  ['(?<name>looks back)', 'a group that looks around'],
  ['looks lazy a*?', 'a repetition of a repetition'],
  ['reference (a)\\1', '\\1, which is not understood'],
  ['letters \\p{L} of', '\\p, which is not understood'],
  ['open (group', 'not closed'],
  ['open [set', 'not closed'],
  ['closed ) group', 'a )'],
  ['empty [] set', 'an empty set'],
  ['backwards [z-a]', 'runs backwards'],
  ['inner ^ anchor', 'a ^ that is not meant as itself'],
  ['inner $ anchor', 'a $ that is not meant as itself'],
  ['a{3,1} backwards', 'the repetition {3,1}'],
  ['a{999} too often', 'the repetition {999}'],
  ['(((a{200}){200})) large', 'instructions'],
  ['.*', 'plain characters'],
  ['oom', 'plain characters'],
  ['long enough|oom', 'plain characters'],
  ['(optional words)?', 'plain characters'],
  ['x'.repeat(301), '301 characters'],
])('%s is refused', (source, why) => {
  const compiled = compile(source);
  expect(compiled.ok).toBe(false);
  if (compiled.ok) return;
  expect(compiled.problems).toMatchObject([{ code: 'known.bad-pattern', found: expect.stringContaining(why) }]);
});

test('marks and anchors', () => {
  expect(read('\\(98: in use\\)$').find('bind() failed (98: in use)').found).toBe(true);
  expect(read('\\(98: in use\\)$').find('bind() failed (98: in use) again').found).toBe(false);
  expect(read('costs \\$5$').find('costs $5').found).toBe(true);
  expect(read('^begins').find('it begins').found).toBe(false);
  expect(read('ends in \\\\$').find('ends in \\').found).toBe(true);
  expect(read('[^"]+ is forbidden').find('x is forbidden').found).toBe(true);
  expect(read('[\\]a-]{2} closed').find('a] closed').found).toBe(true);
});
