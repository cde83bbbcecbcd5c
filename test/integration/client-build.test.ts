import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BuildNodes, type BuiltArtefact, buildScriptNode, type ScriptBuild } from '../../src/build/index.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { perform, type World, world } from '../build/perform.ts';
import { openPlace, type Place } from '../support/client.ts';

/** Client scripts with the real shellcheck, tar and openssl. */

let dir = '';
let place: Place;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'client-build-'));
  place = await openPlace();
  execFileSync('git', ['init', '-q', dir]);
  cpSync(join(place.dir, 'source'), join(dir, 'client'), { recursive: true });
  writeFileSync(join(dir, '.gitignore'), 'out*/\n');
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  await place[Symbol.asyncDispose]();
});

const self = [process.execPath, resolve('bin/shiplock.js')];

function scriptBuild(more: Partial<ScriptBuild> = {}, source = join(dir, 'client')): ScriptBuild {
  return {
    component: 'client',
    spec: {
      ...{ source, name: 'hello', version: '1.2.3', commit: 'c'.repeat(40), config: ['hello.conf'] },
      ...{ files: ['hello', 'lib/words.sh', 'hello.conf'], links: { hello: 'hello' }, stamp: 'hello_version' },
      ...{ address: null, publicKey: place.publicKey },
    },
    ...{ shell: 'sh', check: 'style', test: null, key: { secret: 'env:CLIENT_KEY' } },
    ...{ outDir: join(dir, 'out'), self, timeoutMs: 60_000, ...more },
  };
}

async function run(
  { node, artefact }: BuildNodes,
  on: World,
): Promise<{ built: BuiltArtefact; did: readonly string[] }> {
  const did: string[] = [];
  for (const step of node.steps) {
    if (step.kind !== 'step' || step.id === artefact.id) continue;
    const result = await perform(step, on);
    if (result.kind === 'refused') throw new ProblemError(result.problems);
    if (result.kind === 'done') did.push(step.id);
  }
  const last = await perform(artefact, on);
  if (last.kind === 'refused') throw new ProblemError(last.problems);
  return { built: last.outputs, did };
}

describe('a client script', () => {
  it('is the same bytes on two paths, at other times, under another umask, and is built once', async () => {
    const on = world({ env: { CLIENT_KEY: place.secret } });
    const first = await run(buildScriptNode(scriptBuild()), on);
    expect(first.did).toEqual(['package']);
    expect((await run(buildScriptNode(scriptBuild()), on)).did).toEqual([]);

    const elsewhere = join(dir, 'else', 'where');
    cpSync(join(dir, 'client'), elsewhere, { recursive: true });
    utimesSync(join(elsewhere, 'hello'), 1, 1);
    const before = process.umask(0o077);
    try {
      const second = await run(buildScriptNode(scriptBuild({ outDir: join(dir, 'out2') }, elsewhere)), on);
      expect(second.built.digest).toBe(first.built.digest);
      expect(second.built.path).not.toBe(first.built.path);
      for (const name of readdirSync(first.built.path)) {
        expect(
          readFileSync(join(second.built.path, name)).equals(readFileSync(join(first.built.path, name))),
          name,
        ).toBe(true);
        expect(statSync(join(second.built.path, name)).mode & 0o777, name).toBe(0o644);
      }
    } finally {
      process.umask(before);
    }
  });

  it('is packed so that tar, sha256sum and openssl of any machine can read and check it', async () => {
    const { built } = await run(buildScriptNode(scriptBuild()), world({ env: { CLIENT_KEY: place.secret } }));
    execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: built.path, stdio: 'pipe' });
    const verify = [
      'pkeyutl',
      '-verify',
      '-pubin',
      '-inkey',
      place.publicKey,
      '-rawin',
      '-in',
      'SHA256SUMS',
      '-sigfile',
      'SHA256SUMS.sig',
    ];
    execFileSync('openssl', verify, { cwd: built.path, stdio: 'pipe' });
    const unpacked = join(dir, 'unpacked');
    mkdirSync(unpacked);
    const said = execFileSync('tar', ['-xzf', join(built.path, 'hello-1.2.3.tar.gz'), '-C', unpacked], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(said).toBe('');
    const main = join(unpacked, 'hello-1.2.3', 'hello');
    expect(execFileSync(main, { encoding: 'utf8' })).toBe('hello from 1.2.3\n');
    // All but the stamped line is as it was.
    const source = readFileSync(join(dir, 'client', 'hello'), 'utf8');
    expect(readFileSync(main, 'utf8')).toBe(source.replace('hello_version=0.0.0', 'hello_version=1.2.3'));
    expect(statSync(main).mode & 0o777).toBe(0o755);
    expect(statSync(join(unpacked, 'hello-1.2.3', 'hello.conf')).mode & 0o777).toBe(0o644);
  });

  it('is refused at the line that shellcheck names, and only from the wanted severity on', async () => {
    writeFileSync(join(dir, 'client', 'lib', 'words.sh'), 'words() {\n  echo $1\n}\n');
    const failed = run(buildScriptNode(scriptBuild()), world({ env: { CLIENT_KEY: place.secret } }));
    await expect(failed).rejects.toThrow(`${join(dir, 'client', 'lib', 'words.sh')}:2:8: found info SC2086`);
    expect(
      (await run(buildScriptNode(scriptBuild({ check: 'warning' })), world({ env: { CLIENT_KEY: place.secret } }))).did,
    ).toEqual(['package']);
  });

  it('is not built when shellcheck gives no answer', async () => {
    writeFileSync(join(dir, 'shellcheck'), '#!/bin/sh\necho "cannot start" >&2\nexit 3\n');
    chmodSync(join(dir, 'shellcheck'), 0o755);
    const path = process.env['PATH'];
    process.env['PATH'] = `${dir}:${path}`;
    try {
      await expect(run(buildScriptNode(scriptBuild()), world())).rejects.toThrow('build.no-shellcheck');
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('is not packed when its tests fail, and tests do not get the key', async () => {
    const on = world({ env: { CLIENT_KEY: place.secret } });
    process.env['CLIENT_KEY'] = place.secret;
    try {
      const test = ['sh', '-c', 'test -z "${CLIENT_KEY-}" && test "$SHIPLOCK_VERSION" = 1.2.3'];
      expect((await run(buildScriptNode(scriptBuild({ test })), on)).did).toEqual(['test', 'package']);
      await expect(
        run(buildScriptNode(scriptBuild({ test: ['sh', '-c', 'echo "no such luck"; exit 1'] })), on),
      ).rejects.toThrow('no such luck');
    } finally {
      delete process.env['CLIENT_KEY'];
    }
  });

  it('is not signed with another key, and nothing half-made stays', async () => {
    await using other = await openPlace();
    const failed = run(buildScriptNode(scriptBuild()), world({ env: { CLIENT_KEY: other.secret } }));
    await expect(failed).rejects.toThrow('build.script-signing-key');
    await expect(run(buildScriptNode(scriptBuild()), world({ env: {} }))).rejects.toThrow('CLIENT_KEY');
    // Once the secret is mended it is built as if nothing had been.
    expect((await run(buildScriptNode(scriptBuild()), world({ env: { CLIENT_KEY: place.secret } }))).did).toEqual([
      'package',
    ]);
  });

  it('says which file is missing, and that a link is none', async () => {
    const without = scriptBuild();
    const spec = { ...without.spec, files: ['hello', 'lib/none.sh'] };
    const failed = run(
      buildScriptNode({ ...without, spec, check: null }),
      world({ env: { CLIENT_KEY: place.secret } }),
    );
    await expect(failed).rejects.toThrow('lib/none.sh: found no such file');
  });
});

it('its installer is clean for shellcheck', async () => {
  const built = await place.build('1.0.0', { address: 'https://example.org/hello' });
  const checked = ['--shell=sh', '--severity=style', join(built, 'install.sh')];
  expect(execFileSync('shellcheck', checked, { encoding: 'utf8' })).toBe('');
});
