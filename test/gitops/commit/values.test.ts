import { describe, expect, it } from 'vitest';
import type { Head, OurCommit } from '../../../src/gitops/commit/derive.ts';
import { messageOf, oursIn } from '../../../src/gitops/commit/message.ts';
import { withSignature } from '../../../src/gitops/commit/sign.ts';
import { type Change, deriveValues, type ValuesOptions } from '../../../src/gitops/commit/values.ts';

const origin = { service: 'api', environment: 'production', fence: 7 };
const at = (tag: string, ours: readonly OurCommit[] = []): Head => ({
  base: 'b'.repeat(40),
  files: { 'a.yaml': { mode: '100755', text: `tag: ${tag} # kept\nother: 1\n` }, 'b.yaml': null },
  ours,
});
const mine = (fence: number, release: string, environment = 'production'): OurCommit => ({
  commit: 'c'.repeat(40),
  run: 'r0',
  node: 'git',
  environment,
  fence,
  release,
  actor: '',
  verdict: '',
});
const derive = (head: Head, changes: readonly Change[], more: Partial<ValuesOptions> = {}) =>
  deriveValues({ origin, changes, missingFile: 'refuse', othersValue: 'conflict', where: 'r main', ...more })(head);
const tag = { file: 'a.yaml', path: 'tag', value: '2' };

describe('values', () => {
  it('changes the value and keeps the mode and every other byte', () => {
    expect(derive(at('1'), [{ ...tag, read: '1' }])).toEqual({
      kind: 'edit',
      edits: [
        {
          file: 'a.yaml',
          mode: '100755',
          text: 'tag: "2" # kept\nother: 1\n',
          values: [{ path: 'tag', before: '1', after: '2' }],
        },
      ],
    });
  });

  it('two values of one file are one edit; what is so already is none', () => {
    const other = { file: 'a.yaml', path: 'other', value: '5' };
    expect(derive(at('1'), [tag, other])).toMatchObject({
      edits: [{ text: 'tag: "2" # kept\nother: "5"\n', values: [{ path: 'tag' }, { path: 'other' }] }],
    });
    expect(derive(at('"2"'), [tag])).toMatchObject({ kind: 'nothing' });
  });

  it.each([
    ['somebody else wrote another value', at('3'), 'conflict'],
    ['it is what was read', at('1'), 'edit'],
    ['somebody else wrote the same value', at('"2"'), 'nothing'],
    ['an older run of the environment wrote it', at('3', [mine(6, 'api 3')]), 'edit'],
    ['an older run wrote, and somebody else behind it', at('3', [mine(6, 'api 9')]), 'conflict'],
    ['a run of another environment wrote it', at('3', [mine(6, 'api 3', 'staging')]), 'conflict'],
    ['a newer run of the environment wrote', at('3', [mine(8, 'api 3')]), 'refuse'],
  ])('a conflict or not: %s', (_name, head, kind) => {
    expect(derive(head, [{ ...tag, read: '1' }]).kind).toBe(kind);
  });

  it('a conflict names what was read, what is there and what is wanted', () => {
    expect(derive(at('3'), [{ ...tag, read: '1' }])).toMatchObject({ conflict: { read: '1', theirs: '3', ours: '2' } });
    expect(derive(at('3'), [{ ...tag, read: null }])).toMatchObject({ conflict: { read: 'nothing' } });
    expect(derive(at('3'), [{ ...tag, read: '1' }], { othersValue: 'change' }).kind).toBe('edit');
  });

  it('a file that is not there is refused or made, as it was asked for', () => {
    const gone = { file: 'b.yaml', path: 'tag', value: '2' };
    expect(derive(at('1'), [gone])).toMatchObject({ kind: 'refuse', problems: [{ code: 'gitops.no-such-file' }] });
    expect(derive(at('1'), [gone], { missingFile: 'make' })).toMatchObject({
      edits: [{ file: 'b.yaml', mode: '100644', values: [{ before: 'nothing' }] }],
    });
  });
});

describe('messages', () => {
  const full = { ...origin, version: '2', run: 'r1', node: 'git' };

  it('nothing that comes from outside adds a trailer', () => {
    const message = messageOf({ ...full, actor: 'x\nShiplock-Run: other', verdict: '' }, [], 'a\n\nShiplock-Fence: 9');
    expect(message.split('\n').filter((line) => /^Shiplock-(Run|Fence): /.test(line))).toEqual([
      'Shiplock-Run: r1',
      'Shiplock-Fence: 7',
    ]);
    expect(message).not.toContain('Shiplock-Verdict');
  });

  it('commits without the newer trailers stay readable', () => {
    expect(oursIn('abc\tr1\tgit\tproduction\t7\ndef\t\t\t\t\nghi\tr2\tgit\tproduction\tx\n')).toEqual([
      {
        commit: 'abc',
        run: 'r1',
        node: 'git',
        environment: 'production',
        fence: 7,
        release: '',
        actor: '',
        verdict: '',
      },
    ]);
    expect(oursIn('abc\tr1\tgit\tproduction\t7\tapi 2\tana\tnot-worse\n')).toMatchObject([
      { release: 'api 2', actor: 'ana', verdict: 'not-worse' },
    ]);
  });
});

it('a signature is the last header of a commit', () => {
  expect(withSignature('tree t\nauthor a\n\nsubject\n\nbody\n', '-----BEGIN\nAAA\n-----END\n')).toBe(
    'tree t\nauthor a\ngpgsig -----BEGIN\n AAA\n -----END\n\nsubject\n\nbody\n',
  );
});
