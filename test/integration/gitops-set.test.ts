import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { terminal } from '../support/terminal.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-set-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('--dry-run', () => {
  const FILE = 'kind: Deployment\nspec:\n  replicas: 3 # three\n  image: "r.io/api:1.0"\r\n  last: x';
  it.each([
    ['spec.replicas', '5'],
    ['spec.new.key', 'x'],
    ['spec.last', '1.10'],
    ['top', 'y'],
  ])('prints for %s what git applies, with the bytes of the edit itself', async (path, value) => {
    execFileSync('git', ['init', '-q', dir]);
    writeFileSync(join(dir, 'f.yaml'), FILE);
    const io = terminal({ cwd: dir });
    expect(await runCli(['gitops', 'set', 'f.yaml', path, value, '--dry-run'], io)).toBe(0);
    execFileSync('git', ['-C', dir, '-c', 'core.autocrlf=false', 'apply', '-'], { input: io.written.out });
    const applied = readFileSync(join(dir, 'f.yaml'), 'utf8');
    writeFileSync(join(dir, 'f.yaml'), FILE);
    expect(await runCli(['gitops', 'set', 'f.yaml', path, value], terminal({ cwd: dir }))).toBe(0);
    expect(readFileSync(join(dir, 'f.yaml'), 'utf8')).toBe(applied);
  });
});

const MIB = 1_048_576;
const BOMB = Array.from(
  { length: 30 },
  (_, n) =>
    `l${n}: &l${n} [${Array(9)
      .fill(n === 0 ? 'x' : `*l${n - 1}`)
      .join(', ')}]`,
).join('\n');
const HOSTILE = [
  ['5 MB', `a: {b: ${'x'.repeat(5_000_000)}}\n`, 'gitops.too-large'],
  ['brackets in brackets', `a: ${'['.repeat(2 * MIB)}`, 'gitops.unreadable'],
  ['mappings in mappings', `a: ${'{b: '.repeat(MIB - 10)}`, 'gitops.unreadable'],
  ['keys in keys', Array.from({ length: 2500 }, (_, n) => `${' '.repeat(n)}k:`).join('\n'), 'gitops.unreadable'],
  ['many small values', `a: [${'1,'.repeat(2 * MIB - 10)}1]`, 'gitops.too-large'],
  ['dashes', `${'- '.repeat(2 * MIB - 10)}a`, 'gitops.unreadable'],
  ['aliases of aliases', `${BOMB}\na:\n  b: *l29\n`, 'gitops.alias'],
  ['an anchor of the bomb', `${BOMB.replace('l0: ', 'a: ')}\n`, 'gitops.anchor'],
  ['an alias inside its anchor', 'a: &a\n  b: *a\n', 'gitops.alias'],
  ['a quote that never ends', `a: "${'x\n'.repeat(2 * MIB - 10)}`, 'gitops.unreadable'],
  ['NULs', '\0'.repeat(4 * MIB), 'gitops.unreadable'],
  ['one line of colons', `a: ${'b:c '.repeat(MIB - 10)}`, 'gitops.not-a-mapping'],
  ['comments', `${'#\n'.repeat(2 * MIB - 10)}a: {b: 1}\n`, ''],
] as const;

test('hostile files end in bounded time and memory, and one beside a bomb is edited', () => {
  const program = `import { setValue } from ${JSON.stringify(new URL('../../src/gitops/index.ts', import.meta.url).href)};
import { readFileSync } from 'node:fs';
const lines = process.argv.slice(1).map((file) => {
  const text = readFileSync(file, 'utf8');
  const start = process.cpuUsage();
  const result = setValue(text, { path: 'a.b', value: 'x' }, file);
  const { user, system } = process.cpuUsage(start);
  return { code: result.ok ? '' : result.problems[0].code, seconds: (user + system) / 1e6 };
});
console.log(JSON.stringify(lines));`;
  const files = HOSTILE.map(([, text], index) => {
    writeFileSync(join(dir, `${index}.yaml`), text);
    return join(dir, `${index}.yaml`);
  });
  // Little memory: a file that uses up more ends the process.
  const argv = ['--max-old-space-size=1024', '--input-type=module', '-e', program, '--', ...files];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const ends = z.array(z.object({ code: z.string(), seconds: z.number() })).parse(JSON.parse(stdout));
  expect(ends.map(({ code }, index) => [HOSTILE[index]?.[0], code])).toEqual(
    HOSTILE.map(([name, , code]) => [name, code]),
  );
  for (const [index, { seconds }] of ends.entries()) expect(seconds, HOSTILE[index]?.[0]).toBeLessThan(10);
});
