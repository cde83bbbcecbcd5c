import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/model/problem.ts';
import { decisionOf, provenanceText } from '../../../src/release/attest/step.ts';

/** What the step before all changes makes of what was found. */

const problem: Problem = { code: 'attest.missing', where: 'x', found: 'x', expected: 'x', remedy: 'x' };
const attested = {
  envelope: 'sha256:e',
  signer: 'builder',
  keyId: '0123456789abcdef0123',
  builder: 'https://ci.example.com/shop',
  invocation: 'i',
  finishedOn: '2026-11-22T08:00:10.000Z',
};

describe('the step that verifies', () => {
  test('refuses what is refused, with every problem', () => {
    expect(decisionOf({ kind: 'refused', problems: [problem, problem] })).toEqual({
      kind: 'refuse',
      problems: [problem, problem],
    });
  });

  test('changes nothing, and says who stands behind the release', () => {
    expect(decisionOf({ kind: 'attested', attested })).toEqual({
      kind: 'nothing',
      why: 'signed by builder (0123456789abcdef), built by https://ci.example.com/shop until 2026-11-22T08:00:10.000Z',
    });
    expect(decisionOf({ kind: 'not-asked' })).toMatchObject({ kind: 'nothing' });
    expect(provenanceText({ kind: 'pending' })).toContain('verified then');
  });
});
