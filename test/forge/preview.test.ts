import { expect, test } from 'vitest';
import { diffPreview } from '../../src/forge/preview.ts';
import type { ForgeFile } from '../../src/model/forge.ts';

function file(path: string, patch: string | null): ForgeFile {
  return { path, before: null, status: 'modified', additions: 1, deletions: 1, patch };
}

test('the diff stands in a fence that its content cannot close', () => {
  const shown = diffPreview([file('a.yaml', '-version: 1\n+version: 2\n+```\n+# not a title')]);
  expect(shown).toBe(
    '| file | | lines |\n| --- | --- | --- |\n| `a.yaml` | modified | +1 −1 |\n\n`a.yaml`\n\n````diff\n-version: 1\n+version: 2\n+```\n+# not a title\n````',
  );
});

test('paths are shown and never read as Markdown', () => {
  const shown = diffPreview([{ ...file('`x`|@everyone', null), before: 'old\nname' }]);
  expect(shown).toContain('| `old name` → `` `x`\\|@everyone `` |');
});

test('what is too long is left out, and that is said', () => {
  const shown = diffPreview([file('big', 'x'.repeat(40_001)), file('small', '+a')]);
  expect(shown).toContain('The rest is too long to be shown here, from `big` on.');
  expect(shown.length).toBeLessThan(500);
  expect(diffPreview([])).toBe('Nothing changes.');
});
