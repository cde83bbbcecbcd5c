import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BuildNodes, type BuiltArtefact, buildStaticNode, sourceDigest } from '../../src/build/index.ts';
import { artefactDigest } from '../../src/procedure/machine/digest.ts';
import { perform, world } from '../build/perform.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'build-'));
  execFileSync('git', ['init', '-q', dir]);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), text);
}

async function run({ node, artefact }: BuildNodes): Promise<{ built: BuiltArtefact; did: readonly string[] }> {
  const did: string[] = [];
  for (const step of node.steps) {
    if (step.kind !== 'step') throw new Error('only steps here');
    if (step.id === artefact.id) break;
    const result = await perform(step, world());
    if (result.kind === 'done') did.push(step.id);
  }
  const last = await perform(artefact, world());
  if (last.kind === 'refused') throw new Error(last.problems.map((problem) => problem.code).join());
  return { built: last.outputs, did };
}

describe('a static component', () => {
  it('is built from its lock file, copied out, and skipped the next time', async () => {
    write('.gitignore', 'out/\nnode_modules/\ndist/\n');
    write('www/package.json', '{"name":"www","version":"1.0.0","private":true}');
    write(
      'www/package-lock.json',
      '{"name":"www","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"www","version":"1.0.0"}}}',
    );
    write('www/build.sh', 'mkdir -p dist/a && echo "built $VITE_APP_VERSION" > dist/a/index.html\n');
    const build = (version: string) =>
      buildStaticNode({
        ...{ component: 'www', source: join(dir, 'www'), build: ['sh', 'build.sh'], output: 'dist', version },
        ...{ commit: 'c'.repeat(40), outDir: join(dir, 'out'), timeoutMs: 60_000 },
      });
    const first = await run(build('1.0.0'));
    expect(first.did).toEqual(['packages', 'files']);
    expect(readFileSync(join(first.built.path, 'a/index.html'), 'utf8')).toBe('built 1.0.0\n');
    expect((await run(build('1.0.0'))).did).toEqual([]);
    const second = await run(build('2.0.0'));
    expect(readFileSync(join(second.built.path, 'a/index.html'), 'utf8')).toBe('built 2.0.0\n');
    // The first release is as it was.
    expect(await artefactDigest(first.built.path)).toBe(first.built.digest);
    expect(statSync(join(first.built.path, 'a')).isDirectory()).toBe(true);
  });

  it('its commands do not find the secrets that are withheld', async () => {
    vi.stubEnv('SIGNING_KEY', 'a secret');
    write('.gitignore', 'out/\ndist/\n');
    write('www/build.sh', 'mkdir -p dist && echo "[$SIGNING_KEY]" > dist/index.html\n');
    const build = (withheld: readonly string[], version: string) =>
      buildStaticNode({
        ...{ component: 'www', source: join(dir, 'www'), build: ['sh', 'build.sh'], output: 'dist', version },
        ...{ commit: 'c'.repeat(40), outDir: join(dir, 'out'), timeoutMs: 60_000, withheld },
      });
    const page = async (nodes: BuildNodes) => readFileSync(join((await run(nodes)).built.path, 'index.html'), 'utf8');
    try {
      expect(await page(build([], '1.0.0'))).toBe('[a secret]\n');
      expect(await page(build(['SIGNING_KEY'], '2.0.0'))).toBe('[]\n');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('a command that makes nothing is refused', async () => {
    write('www/x', '');
    const nodes = buildStaticNode({
      ...{ component: 'www', source: join(dir, 'www'), build: ['true'], output: 'dist', version: '1' },
      ...{ commit: 'c', outDir: join(dir, 'out'), timeoutMs: 60_000 },
    });
    await expect(run(nodes)).rejects.toThrow(/dist/);
  });
});

it('the digest of sources counts content, names and modes, not what git ignores', async () => {
  const digest = (): Promise<string> => sourceDigest(dir, world().ctx.exec);
  write('a.txt', 'a');
  write('.gitignore', 'ignored\n');
  const first = await digest();
  write('ignored', 'x');
  expect(await digest()).toBe(first);
  chmodSync(join(dir, 'a.txt'), 0o755);
  const program = await digest();
  expect(program).not.toBe(first);
  write('b.txt', 'a');
  expect(await digest()).not.toBe(program);
});
