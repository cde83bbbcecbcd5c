import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createExec, httpClient, systemClock } from '../../src/procedure/index.ts';
import type { BuiltInSettings, Given } from '../../src/scan/builtin/builtin.ts';
import { builtInSettings, defaultScanConfig } from '../../src/scan/config.ts';
import { treeOf } from '../../src/scan/tree.ts';
import type { Tree } from '../../src/scan/types.ts';

/** Files on disk as a scan sees them; gone when the test is over. */
export function layTree(files: Readonly<Record<string, string>>): Tree {
  const root = mkdtempSync(join(tmpdir(), 'shiplock-tree-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return treeOf(root, Object.keys(files).toSorted());
}

/** What a check of our own is given, on real ground. */
export function given(
  files: Readonly<Record<string, string>>,
  more: { readonly before?: Readonly<Record<string, string>>; readonly settings?: Partial<BuiltInSettings> } = {},
): Given {
  const tree = layTree(files);
  return {
    tree,
    before: more.before === undefined ? null : layTree(more.before),
    settings: { ...builtInSettings(defaultScanConfig()), ...more.settings },
    scratch: layTree({}).root,
    timeoutMs: 60_000,
    exec: createExec(),
    clock: systemClock,
    http: httpClient,
  };
}
