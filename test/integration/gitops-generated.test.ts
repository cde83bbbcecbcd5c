import fc from 'fast-check';
import { expect, it } from 'vitest';
import { setValue } from '../../src/gitops/index.ts';
import { rendered, trials } from '../support/manifests/trial.ts';

it('generated files in many styles: the target alone changes, or the edit is refused for a reason from the list', () => {
  const all = Array.from({ length: 400 }, (_, index) => trials(index + 1)).flat();
  expect(all.flatMap(({ seed, faults }) => faults.map((fault) => `seed ${seed}: ${fault}`))).toEqual([]);
  const refused = all.filter(({ outcome }) => outcome === 'refused');
  expect(refused.filter(({ listed }) => !listed)).toEqual([]);
  // The generator does write what cannot be edited, and not only that.
  expect(new Set(refused.map(({ code }) => code)).size).toBeGreaterThanOrEqual(3);
  expect(refused.length).toBeLessThan(0.1 * all.length);
});

it('arbitrary text never crashes it: an edit or a problem', () => {
  const piece = fc.constantFrom(
    ...'a:-[]{}&*!|>\'"%@`#,?<=\\\t\r\n .01~',
    ': ',
    '\n  ',
    '- ',
    '&a ',
    '*a',
    '<<: ',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '\uFEFF',
    '!!str ',
    '|+\n',
    '😀',
    '\u0000',
    '\u0085',
    'a: 1\n',
  );
  const text = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));
  const path = fc.constantFrom('a', 'a.a', 'a[0]', '[0].a', 'a[a=1]', '["<<"]', 'b', 'a["\u0085"]');
  fc.assert(
    fc.property(
      text,
      path,
      fc.constantFrom('v', '1.10', ''),
      fc.constantFrom('yaml' as const, 'json' as const),
      (file, where, value, format) => {
        const result = setValue(file, { path: where, value, format }, 'f');
        if (result.ok) expect(typeof result.value.text).toBe('string');
        else expect(result.problems[0]?.code).toMatch(/^gitops\.[a-z0-9-]+$/);
      },
    ),
    { numRuns: 4000, seed: 11 },
  );
});

it('damaged manifests never crash it either', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(), fc.nat(30), fc.string({ maxLength: 3 }), (seed, at, cut, insert) => {
      const file = rendered(seed);
      const from = at % (file.text.length + 1);
      const text = file.text.slice(0, from) + insert + file.text.slice(from + cut);
      const target = file.targets[at % file.targets.length];
      const result = setValue(text, { path: target?.path ?? 'a', value: 'x', format: file.format }, 'f');
      if (!result.ok) expect(result.problems[0]?.code).toMatch(/^gitops\./);
    }),
    { numRuns: 600, seed: 12 },
  );
});
