import { describe, expect, it } from 'vitest';
import { dialectsOf, judgedExample } from '../../../src/migrate/lint/examples.ts';
import { RULE_IDS } from '../../../src/migrate/lint/ids.ts';
import { RULES } from '../../../src/migrate/lint/rules/index.ts';

/** Every example of the documentation is judged: the bad one raises what its page says and nothing else, the good one nothing. */

const cases = RULES.flatMap((rule) =>
  rule.examples.flatMap((example, at) =>
    dialectsOf(example).map((dialect) => ({ name: `${rule.id} ${at + 1} on ${dialect}`, rule, example, dialect })),
  ),
);

describe('examples', () => {
  it.each(cases)('$name', ({ rule, example, dialect }) => {
    const bad = judgedExample(rule, example, 'bad', dialect);
    expect([...new Set(bad?.findings.map((finding) => finding.rule))].toSorted()).toEqual(
      [rule.id, ...(example.also ?? [])].toSorted(),
    );
    const good = judgedExample(rule, example, 'good', dialect)?.findings;
    const notes = (example.notes ?? []).map((id) => expect.objectContaining({ rule: id, level: 'note' }));
    expect(good).toEqual(notes);
  });

  it('are there for every rule that a text can break', () => {
    const without = RULES.filter(({ examples }) => examples.length === 0).map(({ id }) => id);
    // F01 needs a second file; of the others only the database knows.
    expect(without).toEqual(['F01', 'F02', 'L09']);
    expect(RULES.map(({ id }) => id)).toEqual(RULE_IDS);
  });
});
