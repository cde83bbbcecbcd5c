import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMessage } from '../../../src/release/notes/message.ts';

describe('what a message says', () => {
  test.each([
    [
      'feat(api)!: renewals need an owner',
      { kind: 'feat', scope: 'api', breaking: true, title: 'renewals need an owner' },
    ],
    ['FIX: midnight', { kind: 'fix', scope: null, breaking: false, title: 'midnight' }],
    ['fix(): midnight', { kind: 'fix', scope: null, title: 'midnight' }],
    ['Note: not a kind of a commit', { kind: null, title: 'Note: not a kind of a commit' }],
    ['deps!: zod 5', { kind: null, breaking: true, title: 'deps!: zod 5' }],
    ['feat:no blank', { kind: null, title: 'feat:no blank' }],
    ['plain words', { kind: null, pull: null, title: 'plain words', breaking: false }],
    ['', { title: '(no title)' }],
    ['fix: midnight (#17)', { pull: '#17', kind: 'fix', title: 'midnight' }],
    ['Merge pull request #12 from mia/owners\n\nfeat: owners\n', { pull: '#12', kind: 'feat', title: 'owners' }],
    ['Merge pull request #12 from mia/owners', { pull: '#12', title: 'Merge pull request #12 from mia/owners' }],
    [
      "Merge branch 'owners' into 'main'\n\nfeat: owners\n\nSee merge request shop/cart!31\n",
      { pull: '!31', kind: 'feat', title: 'owners' },
    ],
    ["Merge branch 'main' into owners", { pull: null, title: "Merge branch 'main' into owners" }],
    ['Merged in owners (pull request #4)\n\nOwners\n\nApproved-by: Ben', { pull: '#4', title: 'Owners' }],
    ['Merged PR 99: feat: owners', { pull: '#99', kind: 'feat', title: 'owners' }],
    [
      'Revert "feat: owners"\n\nThis reverts commit 0123456789abcdef.',
      { kind: 'revert', reverts: ['0123456789abcdef'] },
    ],
    ['Revert "feat: owners" (#13)\n\nReverts shop/cart#12', { kind: 'revert', pull: '#13', revertsPulls: ['#12'] }],
    [
      'feat: x\n\nCo-authored-by: Ben <ben@example.org>\nco-authored-by: Mia <m@example.org>',
      { coAuthors: ['Ben', 'Mia'] },
    ],
  ])('%j', (text, said) => {
    expect(readMessage(text)).toMatchObject(said);
  });

  test('a breaking change is told up to the next footer or empty line', () => {
    const { breaking, breakingNotes } = readMessage(
      'fix: x\n\nWords.\n\nBREAKING CHANGE: the field owner\nis needed\nReviewed-by: Ben\nnot this\nBREAKING-CHANGE: and\r\n\r\nnot that\n',
    );
    expect(breaking).toBe(true);
    expect(breakingNotes).toEqual(['the field owner is needed', 'and']);
    expect(readMessage('fix: x\n\nbreaking change: no\nnot a BREAKING CHANGE: either').breaking).toBe(false);
  });

  test('no line makes the reading slow', () => {
    const long = ' '.repeat(50_000);
    for (const text of [
      `Co-authored-by:${long}x`,
      `See merge request ${'!1'.repeat(20_000)}x`,
      `(#1${'(#1'.repeat(20_000)}`,
    ]) {
      const begin = performance.now();
      readMessage(`${text}\n\n${text}`);
      expect(performance.now() - begin).toBeLessThan(5_000);
    }
  });

  test('what is hostile comes out as one short line without control characters', () => {
    const { title } = readMessage(`feat: \u001b[31mred\u0007\u202e${'x'.repeat(5_000)}\u0000`);
    expect(title).toMatch(/^\?\[31mred\?\?x+…$/);
    expect([...title].length).toBe(200);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 80 }), (head, body) => {
        const {
          title: line,
          scope,
          breakingNotes,
          coAuthors,
        } = readMessage(`${head}\n\nBREAKING CHANGE: ${body}\n${body}`);
        const shown = [line, scope ?? 'none', ...breakingNotes, ...coAuthors];
        return shown.every((one) => one.length > 0 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(one));
      }),
      { numRuns: 100 },
    );
  });
});
