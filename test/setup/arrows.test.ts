import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkArrows, plainJavaScript } from '../../scripts/arrows.ts';

const trees: string[] = [];

async function tree(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'shiplock-arrows-test-'));
  trees.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

afterEach(async () => {
  for (const root of trees.splice(0)) await rm(root, { recursive: true });
});

describe('plain JavaScript for the import check', () => {
  it('keeps every import, also of types, and drops the types', () => {
    const source = [
      "import type { A } from './a.ts';",
      "import { type B } from '../b.ts';",
      "export type { C } from './c.ts';",
      'export type D = { e: number };',
      "const f = (g: D): string => 'x';",
    ].join('\n');
    const lines = plainJavaScript(source).split('\n');
    expect(lines.map((line) => line.replace(/\s+/g, ' ').trim())).toEqual([
      "import { A } from './a.ts.js';",
      "import { } from '../b.ts.js';",
      "export { C } from './c.ts.js';",
      '',
      "const f = (g ) => 'x';",
    ]);
  });
});

describe('the arrows', () => {
  it('lets the allowed directions pass', async () => {
    const root = await tree({
      'src/model/a.ts': 'export interface A { b: string }\n',
      'src/procedure/b.ts': "import type { A } from '../model/a.ts';\nexport const b = (a: A): string => a.b;\n",
      'src/traffic/c.ts': "import { b } from '../procedure/b.ts';\nexport { b };\n",
      'src/cli/d.ts': "import '../traffic/c.ts';\n",
    });
    expect(await checkArrows(root)).toEqual({ files: 4, crossings: [] });
  });

  it.each([
    [
      'rooms-do-not-import-each-other',
      'src/traffic/a.ts',
      'src/metrics/b.ts',
      "import { b } from '../metrics/b.ts';\nb;\n",
    ],
    [
      'rooms-do-not-import-each-other',
      'src/traffic/a.ts',
      'src/metrics/b.ts',
      "import type { B } from '../metrics/b.ts';\n",
    ],
    ['model-is-the-bottom', 'src/model/a.ts', 'src/procedure/b.ts', "export type { B } from '../procedure/b.ts';\n"],
    ['nothing-below-imports-a-door', 'src/release/a.ts', 'src/cli/b.ts', "import { type B } from '../cli/b.ts';\n"],
    ['the-analysis-is-pure', 'src/rollout/analysis/a.ts', 'src/rollout/b.ts', "import type * as b from '../b.ts';\n"],
  ])('%s: %s → %s', async (rule, from, to, text) => {
    const root = await tree({ [from]: text, [to]: 'export type B = string;\nexport const b = 1;\n' });
    expect((await checkArrows(root)).crossings).toEqual([{ rule, from, to }]);
  });

  it('sees packages, Node itself, circles and imports of nothing', async () => {
    const root = await tree({
      'src/model/a.ts': "import { readFile } from 'node:fs/promises';\nreadFile;\n",
      'src/build/b.ts': "import { $ } from 'zx';\n$;\n",
      'src/procedure/machine/exec.ts': "import { $ } from 'zx';\n$;\n",
      'src/cli/c.ts': "import './d.ts';\n",
      'src/cli/d.ts': "import type {} from './c.ts';\n",
      'src/cli/e.ts': "import './nowhere.ts';\n",
    });
    const rules = (await checkArrows(root)).crossings.map(({ rule, from }) => `${rule} ${from}`);
    expect(rules.sort()).toEqual([
      'model-does-no-io src/model/a.ts',
      'no-circular src/cli/c.ts',
      'resolvable src/cli/e.ts',
      'zx-runs-commands-in-one-place src/build/b.ts',
    ]);
  });

  it('refuses to call an empty tree good', async () => {
    await expect(checkArrows(await tree({ 'README.md': 'empty' }))).rejects.toThrow('nothing was checked');
  });
});
