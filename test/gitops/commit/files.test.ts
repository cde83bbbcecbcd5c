import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readNewFiles } from '../../../src/gitops/commit/files.ts';
import { blobId } from '../../../src/gitops/git.ts';

/** As `git diff-tree -p --full-index -U0` writes a file that is new. */
function patch(
  name: string,
  text: string,
  mode = '100644',
  id = blobId(new TextEncoder().encode(text), 'a'.repeat(40)),
): string {
  const head = `diff --git a/${name} b/${name}\nnew file mode ${mode}\nindex ${'0'.repeat(40)}..${id}\n`;
  if (text === '') return head;
  const ends = text.endsWith('\n');
  const lines = (ends ? text.slice(0, -1) : text).split('\n').map((line) => `+${line}`);
  const marker = ends ? '' : '\\ No newline at end of file\n';
  return `${head}--- /dev/null\n+++ b/${name}\n@@ -0,0 +1,${lines.length} @@\n${lines.join('\n')}\n${marker}`;
}

it('files come out byte for byte, or not at all', () => {
  const piece = fc.constantFrom(
    'a: 1',
    '\n',
    '\r\n',
    '\r',
    '+',
    '-',
    '@@ -1 +1 @@',
    'diff --git a/x b/x',
    '\\ No newline at end of file',
    '',
    'ü',
    '\u2028',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(piece, { maxLength: 6 }), (one, other) => {
      const [first, second] = [one.join(''), other.join('')];
      const read = readNewFiles(`${patch('apps/a b.yaml', first, '100755')}${patch('z.yaml', second)}`);
      if (read === undefined) return;
      expect([...read]).toEqual([
        ['apps/a b.yaml', { mode: '100755', text: first }],
        ['z.yaml', { mode: '100644', text: second }],
      ]);
    }),
  );
  // What files look like is read, not left to the slower way.
  for (const text of ['', 'a: 1\n', 'a: 1', 'a: 1\r\nb: 2\r\n', '+ a\n- b\n\n\n', 'diff --git a/x b/x\n']) {
    expect(readNewFiles(patch('a.yaml', text))?.get('a.yaml')?.text).toBe(text);
  }
});

it('what is a link, or is not what its id says, is not read', () => {
  expect(readNewFiles(patch('a.yaml', 'target', '120000'))).toBeUndefined();
  expect(readNewFiles(patch('a.yaml', 'a: 1\n', '100644', 'b'.repeat(40)))).toBeUndefined();
  expect(readNewFiles('')?.size).toBe(0);
});
