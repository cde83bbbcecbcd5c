import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** The comparison of docs/supply-chain.md, as it stands there: what it says of a checkout, of an archive, and of changed files. */

const page = readFileSync('docs/supply-chain.md', 'utf8');
const [, script = ''] = /<!-- verify-actions -->\n```sh\n([\s\S]*?)```/.exec(page) ?? [];

function compare(dir: string, expected: string): { readonly status: number | null; readonly found: string } {
  const ran = spawnSync('sh', ['-c', script], { env: { PATH: process.env['PATH'], dir, expected }, encoding: 'utf8' });
  return { status: ran.status, found: /looked at: ([0-9a-f]{64})/.exec(ran.stderr)?.[1] ?? '' };
}

test('a checkout and an archive of one commit have the same sum; a changed, added or missing file has another', () => {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-verify-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const [from, laid] = [join(dir, 'from'), join(dir, 'laid out')];
  mkdirSync(join(from, 'actions', 'a b'), { recursive: true });
  mkdirSync(laid);
  writeFileSync(join(from, 'actions', 'a b', 'index.js'), 'one\n');
  writeFileSync(join(from, 'Zebra'), '');
  symlinkSync('Zebra', join(from, 'link'));
  const git = (...argv: readonly string[]): string =>
    execFileSync('git', ['-C', from, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...argv], {
      encoding: 'utf8',
    });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'commit.gpgsign=false', 'commit', '-qm', 'one');
  const tar = join(dir, 'a.tar');
  git('archive', '--format=tar', `--output=${tar}`, 'HEAD');
  execFileSync('tar', ['-xf', tar, '-C', laid]);

  const { status, found } = compare(from, 'nothing');
  expect(status).toBe(1);
  expect(found).toMatch(/^[0-9a-f]{64}$/);
  expect(compare(laid, found).status).toBe(0);
  const same = (change: () => void, back: () => void): number | null => {
    change();
    const { status: now } = compare(laid, found);
    back();
    return now;
  };
  const file = join(laid, 'actions', 'a b', 'index.js');
  expect(
    same(
      () => writeFileSync(file, 'two\n'),
      () => writeFileSync(file, 'one\n'),
    ),
  ).toBe(1);
  const more = join(laid, 'more.js');
  expect(
    same(
      () => writeFileSync(more, ''),
      () => rmSync(more),
    ),
  ).toBe(1);
  expect(
    same(
      () => rmSync(file),
      () => writeFileSync(file, 'one\n'),
    ),
  ).toBe(1);
  expect(compare(laid, found).status).toBe(0);
  // An empty sum, as of a variable that nobody has set, is no sum.
  expect(compare(laid, '').status).toBe(1);
});
