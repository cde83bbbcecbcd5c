import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** House rules that no linter checks for us. */

function files(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'dist' || entry.name === 'node_modules') return [];
    const path = join(directory, entry.name);
    return entry.isDirectory() ? files(path) : entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** Code without comments and without the insides of strings, so that prose does not count. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1')
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/`(?:[^`\\]|\\.)*`/g, '``');
}

const product = ['src', 'actions', 'runbooks'].flatMap(files);

test('no cast outside a boundary file', () => {
  const casts = product
    .filter((path) => !path.endsWith('/boundary.ts'))
    .flatMap((path) =>
      codeOf(readFileSync(path, 'utf8'))
        .split('\n')
        .filter(
          (line) => /\sas\s(?!const\b)/.test(line) && !/^\s*(import|export)\b|^\s*\w+ as \w+,?$|^\s*\* as /.test(line),
        )
        .filter((line) => !/\{[^}]*\w+ as \w+[^}]*\}/.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
  expect(casts).toEqual([]);
});

test('no any, no ignored error, no unfinished promise', () => {
  const found = product.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return text
      .split('\n')
      .filter(
        (line) =>
          /:\s*any\b|\bas any\b/.test(
            codeOf(line.trimStart().startsWith('/**') || line.trimStart().startsWith('*') ? '' : line),
          ) || /@ts-(ignore|expect-error|nocheck)|\b(TODO|FIXME)\b/.test(line),
      )
      .map((line) => `${path}: ${line.trim()}`);
  });
  expect(found).toEqual([]);
});

test('time comes only through Clock', () => {
  const clocks = new Set(['src/procedure/machine/clock.ts']);
  const found = product
    .filter((path) => !clocks.has(path))
    .flatMap((path) =>
      codeOf(readFileSync(path, 'utf8'))
        .split('\n')
        .filter((line) => /\bDate\.now\(|new Date\(\)|performance\.now\(|(?<![.\w])set(Timeout|Interval)\(/.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});

test('files can be read in a sitting', () => {
  const long = product.filter((path) => readFileSync(path, 'utf8').split('\n').length > 400);
  expect(long).toEqual([]);
});

test('the project speaks of itself alone', () => {
  const texts = [
    ...product,
    ...files('scripts'),
    ...files('test'),
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
  ].concat(
    readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  );
  // Lock files name npm's own registry, and whoever looks at them has to know it.
  const ofLockFiles =
    /^(?:src\/scan|test\/scan\/builtin|docs)\/|^test\/(?:integration\/scan-own|support\/planted-packages)/;
  const found = texts
    .filter((path) => path !== 'test/project/style.test.ts')
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .map((line) => (ofLockFiles.test(path) ? line.replaceAll('registry.npmjs.org', '') : line))
        .filter((line) => /\/work\/|registry\.npmjs|proxy\.golang|deb\.debian\.org|\bhelper-\d|\bAI\b/.test(line))
        .map((line) => `${path}: ${line.trim().slice(0, 120)}`),
    );
  expect(found).toEqual([]);
});
