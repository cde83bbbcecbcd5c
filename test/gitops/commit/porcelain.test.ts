import { describe, expect, it } from 'vitest';
import { readPush } from '../../../src/gitops/commit/porcelain.ts';

const REF = 'refs/heads/main';
const output = (line: string): string => `To https://git.example.org/a.git\n${line}\nDone\n`;

describe('the answer of a push', () => {
  it.each([
    [` \tabc:${REF}\t1..2`, 0, 'landed'],
    [`*\tabc:${REF}\t[new branch]`, 0, 'landed'],
    [`=\tabc:${REF}\t[up to date]`, 0, 'landed'],
    [`!\tabc:${REF}\t[rejected] (fetch first)`, 1, 'rejected'],
    [`!\tabc:${REF}\t[remote rejected] (pre-receive hook declined)`, 1, 'rejected'],
    // Said to have landed, and ended otherwise: the branch is asked.
    [` \tabc:${REF}\t1..2`, 128, 'no-answer'],
    ['!\tabc:refs/heads/other\t[rejected]', 1, 'no-answer'],
    ['', 128, 'no-answer'],
  ])('%j with exit code %i is %s', (line, code, kind) => {
    expect(readPush(output(line), code, REF).kind).toBe(kind);
  });

  it('tells what the hooks of the server said', () => {
    const said = 'remote: \nremote: only the release team        \nerror: failed to push some refs\n';
    expect(readPush(output(`!\tabc:${REF}\t[remote rejected] (hook declined)`), 1, REF, said)).toEqual({
      kind: 'rejected',
      said: '[remote rejected] (hook declined); only the release team',
    });
  });

  it('is not decided by words: a hook that says what git says changes nothing', () => {
    const said = 'remote: ! [rejected] main -> main (non-fast-forward)\nfetch first\n';
    expect(readPush(output(` \tabc:${REF}\t1..2`), 0, REF, said).kind).toBe('landed');
  });
});
