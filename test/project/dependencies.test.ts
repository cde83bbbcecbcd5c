import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

/** docs/dependencies.md, package.json and the imports tell one story. */

const manifest = z
  .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
const page = readFileSync('docs/dependencies.md', 'utf8');
const installed = { ...manifest.dependencies, ...manifest.devDependencies };

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', 'golden'].includes(entry.name)) return [];
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|cjs|mjs)$/.test(entry.name) ? [path] : [];
  });
}

function importers(name: string, directories: readonly string[]): string[] {
  const pattern = new RegExp(`(?:from|import\\(|resolve\\()\\s*['"]${name.replace('/', '\\/')}(?:/[^'"]*)?['"]`);
  return directories.flatMap(sources).filter((path) => pattern.test(readFileSync(path, 'utf8')));
}

test('every package is pinned exactly and explained', () => {
  for (const [name, version] of Object.entries(installed)) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(page, `${name} has no row in docs/dependencies.md`).toMatch(
      new RegExp(`\\| [^|]*${name.replace('/', '\\/')}[ ,|]`),
    );
  }
});

test('each of the nine is imported where the page says, or is not installed yet', () => {
  const rows = [...page.matchAll(/^\| (@?[\w./-]+) \| [^|]+ \| ([^|]+) \|$/gm)].slice(1, 10);
  expect(rows).toHaveLength(9);
  for (const [, name = '', where = ''] of rows) {
    if (where.startsWith('comes with')) {
      expect(Object.keys(installed), `${name} is installed, so the page must say where it is used`).not.toContain(name);
      continue;
    }
    const places = [...where.matchAll(/`([^`]+)`/g)].map(([, place = '']) => place);
    for (const place of places) {
      const found = place.endsWith('.ts')
        ? importers(name, [place.slice(0, place.lastIndexOf('/'))]).filter((path) => path === place)
        : importers(name, [place]);
      expect(found.length, `${name} is not imported in ${place}`).toBeGreaterThan(0);
    }
  }
});

test('every run-time dependency is imported by the product', () => {
  for (const name of Object.keys(manifest.dependencies)) {
    expect(importers(name, ['src', 'actions', 'runbooks']).length, `nothing imports ${name}`).toBeGreaterThan(0);
  }
});
