import { execFile, execFileSync, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from 'semver';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { publishPackage, yankVersion } from '../../src/build/client/publish.ts';
import { startStaticServer } from '../../src/platform/local/static-server.ts';
import { openPlace, runShell, type Said, type Shell, serve, treeOf } from '../support/client.ts';
import { terminal } from '../support/terminal.ts';

/** Installers of client scripts, run by the shells that machines have, with the real openssl, curl and tar. */

let bin = '';
let shells: readonly Shell[] = [];
const path = process.env['PATH'] ?? '';

beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'shiplock-busybox-'));
  const whole = execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim();
  execFileSync(whole, ['--install', '-s', bin]);
  // All that such a machine has besides: no curl, no GNU tar, no coreutils.
  await symlink(execFileSync('sh', ['-c', 'command -v openssl'], { encoding: 'utf8' }).trim(), join(bin, 'openssl'));
  shells = [
    { name: 'dash', argv: ['dash'], path },
    { name: 'bash', argv: ['bash'], path },
    { name: 'busybox', argv: [whole, 'sh'], path: bin },
  ];
});
afterAll(() => rm(bin, { recursive: true, force: true }));

function shellNamed(name: string): Shell {
  const found = shells.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no shell ${name}`);
  return found;
}

/** The installer of a place, as somebody has fetched it. */
const install = (name: string, www: string, prefix: string, ...args: readonly string[]): Promise<Said> =>
  runShell(shellNamed(name), [join(www, 'install.sh'), '--prefix', prefix, ...args]);

const hello = (prefix: string): string => execFileSync(join(prefix, 'bin', 'hello'), { encoding: 'utf8' });

describe.each([['dash'], ['bash'], ['busybox']])('under %s', (shell) => {
  it('installs, updates, goes back when told, and leaves nothing behind', async () => {
    await using place = await openPlace(shell === 'bash' ? 'rsa' : 'ed25519');
    const { www, dir } = place;
    await place.publish('1.9.0');
    await using web = await serve(www);
    const prefix = join(dir, 'with blank');
    await mkdir(join(prefix, 'bin'), { recursive: true });
    await writeFile(join(prefix, 'bin', 'mine'), 'of somebody else\n');
    const before = await treeOf(prefix);
    const run = (...args: readonly string[]) => install(shell, www, prefix, '--from', web.url, ...args);

    expect(await run('--dry-run')).toMatchObject({ code: 0, text: expect.stringContaining('would install 1.9.0') });
    expect(await treeOf(prefix)).toEqual(before);
    expect(await run()).toMatchObject({ code: 0, text: expect.stringContaining('installed 1.9.0 below') });
    expect(hello(prefix)).toBe('hello from 1.9.0\n');
    const fetched = web.asked.length;
    const once = await treeOf(prefix);
    expect(await run()).toMatchObject({ code: 0, text: expect.stringContaining('is installed already') });
    expect(web.asked.slice(fetched)).toEqual(['/latest', '/yanked']);
    expect(await treeOf(prefix)).toEqual(once);

    await writeFile(join(prefix, 'etc/hello/hello.conf'), 'mine\n');
    for (const version of ['1.10.0', '1.11.0']) {
      await place.publish(version);
      expect(await run()).toMatchObject({ code: 0, text: expect.stringContaining(`installed ${version} in place of`) });
      expect(hello(prefix)).toBe(`hello from ${version}\n`);
    }
    expect(await readFile(join(prefix, 'etc/hello/hello.conf'), 'utf8')).toBe('mine\n');
    expect((await readdir(join(prefix, 'lib/hello'))).toSorted()).toEqual(['.dirs', '1.10.0', '1.11.0', 'current']);

    expect(await run('--version', '1.9.0')).toMatchObject({
      code: 5,
      text: expect.stringContaining('is older than 1.11.0'),
    });
    expect(await run('--version', '1.9.0', '--allow-downgrade')).toMatchObject({ code: 0 });
    expect(hello(prefix)).toBe('hello from 1.9.0\n');
    await yankVersion(www, '1.11.0', 'loses what you wrote');
    expect(await run()).toMatchObject({ code: 5, text: expect.stringContaining('loses what you wrote') });
    expect(hello(prefix)).toBe('hello from 1.9.0\n');

    // By the installer that came with it, and in two goes.
    const own = await runShell(shellNamed(shell), [
      join(prefix, 'lib/hello/current/install.sh'),
      '--prefix',
      prefix,
      '--uninstall',
    ]);
    expect(own).toMatchObject({ code: 0, text: expect.stringContaining('etc/hello stays') });
    expect(
      (await treeOf(prefix)).filter((line) => line.startsWith('file etc') && !line.includes('.dirs')),
    ).toHaveLength(1);
    expect(await run('--uninstall', '--purge')).toMatchObject({ code: 0 });
    expect(await treeOf(prefix)).toEqual(before);
    expect(await run('--uninstall')).toMatchObject({ code: 0, text: expect.stringContaining('nothing of it') });
  });

  it('cut off anywhere, does nothing at all', async () => {
    await using place = await openPlace();
    await place.publish('1.0.0');
    const prefix = join(place.dir, 'prefix');
    const whole = await readFile(join(place.www, 'install.sh'), 'utf8');
    const last = whole.lastIndexOf('main "$@"');
    for (let part = 1; part <= 12; part++) {
      const cut = join(place.dir, 'cut.sh');
      await writeFile(cut, whole.slice(0, Math.floor((last * part) / 12)));
      await runShell(shellNamed(shell), [cut, '--prefix', prefix, '--from', place.www]);
      expect(await treeOf(prefix)).toEqual([]);
    }
  });
});

describe('refuses, and leaves everything as it was', () => {
  const attacks: readonly (readonly [string, string, (www: string, other: string) => Promise<void>])[] = [
    [
      'a package that was changed',
      'has SHA-256',
      async (www) => {
        const file = join(www, '1.1.0/hello-1.1.0.tar.gz');
        const bytes = await readFile(file);
        bytes.writeUInt8(bytes.readUInt8(900) ^ 1, 900);
        await writeFile(file, bytes);
      },
    ],
    [
      'checksums that were changed',
      'is not signed by the publisher',
      async (www) => writeFile(join(www, '1.1.0/SHA256SUMS'), '\n', { flag: 'a' }),
    ],
    ['no signature', 'without a signature nothing is installed', async (www) => rm(join(www, '1.1.0/SHA256SUMS.sig'))],
    [
      'the signature of somebody else',
      'is not signed by the publisher',
      async (www, other) => cp(join(other, 'SHA256SUMS.sig'), join(www, '1.1.0/SHA256SUMS.sig')),
    ],
    [
      'an older version under the name of a newer one',
      'does not name hello-1.1.0.tar.gz',
      async (www) => {
        await rm(join(www, '1.1.0'), { recursive: true });
        await cp(join(www, '1.0.0'), join(www, '1.1.0'), { recursive: true });
        await rename(join(www, '1.1.0/hello-1.0.0.tar.gz'), join(www, '1.1.0/hello-1.1.0.tar.gz'));
      },
    ],
    ['a version that is not there', 'cannot be had', async (www) => rm(join(www, '1.1.0'), { recursive: true })],
    [
      'a version that is a command',
      'is not a version',
      async (www) => writeFile(join(www, 'latest'), '$(touch x)/..\n'),
    ],
    ['a latest that is empty', 'cannot be had', async (www) => writeFile(join(www, 'latest'), '')],
  ];
  it.each(attacks)('%s', async (_what, words, attack) => {
    await using place = await openPlace();
    await using stranger = await openPlace();
    const { www } = place;
    const prefix = join(place.dir, 'prefix');
    await place.publish('1.0.0');
    await install('dash', www, prefix, '--from', www);
    await place.publish('1.1.0');
    const other = await stranger.build('1.1.0');
    const before = await treeOf(prefix);
    await attack(www, other);
    const said = await install('dash', www, prefix, '--from', www);
    expect(said.text).toContain(words);
    expect([1, 5]).toContain(said.code);
    expect(await treeOf(prefix)).toEqual(before);
    expect(hello(prefix)).toBe('hello from 1.0.0\n');
    // Nor at a machine that has nothing yet.
    const fresh = join(place.dir, 'fresh');
    await mkdir(fresh);
    expect((await install('busybox', www, fresh, '--from', www)).code).toBe(said.code);
    expect(await treeOf(fresh)).toEqual([]);
  });

  it('an answer that ends too early', async () => {
    await using place = await openPlace();
    await place.publish('1.0.0');
    await using web = await serve(place.www, (asked) => (asked.endsWith('.tar.gz') ? 700 : undefined));
    for (const shell of ['dash', 'busybox']) {
      const prefix = join(place.dir, shell);
      const said = await install(shell, place.www, prefix, '--from', web.url);
      expect([1, 5]).toContain(said.code);
      expect(await treeOf(prefix)).toEqual([]);
    }
  });

  it('what is of somebody else', async () => {
    await using place = await openPlace();
    await place.publish('1.0.0');
    const prefix = join(place.dir, 'prefix');
    await mkdir(join(prefix, 'bin'), { recursive: true });
    await writeFile(join(prefix, 'bin/hello'), 'mine\n');
    const before = await treeOf(prefix);
    expect(await install('dash', place.www, prefix)).toMatchObject({
      code: 5,
      text: expect.stringContaining('is not of this package'),
    });
    expect(await install('dash', place.www, prefix, '--uninstall')).toMatchObject({ code: 0 });
    expect(await treeOf(prefix)).toEqual(before);
    const other = join(place.dir, 'other');
    await mkdir(join(other, 'lib/hello'), { recursive: true });
    await writeFile(join(other, 'lib/hello/x'), 'mine\n');
    expect(await install('dash', place.www, other)).toMatchObject({ code: 5 });
    expect(await install('dash', place.www, other, '--uninstall')).toMatchObject({ code: 5 });
  });

  it('usage that is wrong', async () => {
    await using place = await openPlace();
    await place.publish('1.0.0');
    const wrong = [['--frobnicate'], ['--version'], ['--version', '../x'], ['--sha256', 'abc'], ['--purge']];
    for (const args of wrong)
      expect((await install('dash', place.www, join(place.dir, 'p'), ...args)).code, args.join(' ')).toBe(2);
  });
});

it('takes a checksum that somebody trusts in place of the signature, and warns where there is none', async () => {
  await using place = await openPlace('unsigned');
  const built = await place.publish('1.0.0');
  const [sum = ''] = (await readFile(join(built, 'SHA256SUMS'), 'utf8')).split(' ');
  const prefix = join(place.dir, 'prefix');
  const wrong = ['--version', '1.0.0', '--sha256', '0'.repeat(64)];
  expect(await install('dash', place.www, prefix, ...wrong)).toMatchObject({ code: 5 });
  const right = await install('dash', place.www, prefix, '--version', '1.0.0', '--sha256', sum);
  expect(right.code).toBe(0);
  expect(right.text).not.toContain('not signed');
  const plain = await install('dash', place.www, join(place.dir, 'other'));
  expect(plain).toMatchObject({ code: 0, text: expect.stringContaining('is not signed') });
});

it('killed at any moment, the command works, and another start ends as if nothing had been', async () => {
  await using place = await openPlace();
  const { dir, www } = place;
  await place.publish('1.0.0');
  const start = join(dir, 'start');
  await mkdir(join(start, 'bin'), { recursive: true });
  await mkdir(join(start, 'lib'));
  await install('dash', www, start);
  await place.publish('1.1.0');
  const prefix = join(dir, 'prefix');
  const again = async (): Promise<void> => {
    await rm(prefix, { recursive: true, force: true });
    execFileSync('cp', ['-a', start, prefix]);
  };
  // The shell says each command before it runs it: so it is killed everywhere, however busy the machine is.
  const traced = async (most: number): Promise<number> => {
    const child = spawn('dash', ['-x', join(www, 'install.sh'), '--prefix', prefix], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    let lines = 0;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      lines += text.split('\n').length - 1;
      if (lines < most || child.pid === undefined || child.exitCode !== null) return;
      // It may have ended by itself just now.
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {}
    });
    await ended;
    return lines;
  };
  await again();
  const total = await traced(Number.POSITIVE_INFINITY);
  const expected = (await treeOf(prefix)).filter((line) => !line.includes('.dirs'));
  const seen = new Set<string>();
  const KILLS = 8;
  for (let kill = 0; kill < KILLS; kill++) {
    await again();
    await traced(Math.ceil((total * (kill + 0.5)) / KILLS));
    const said = hello(prefix);
    expect(['hello from 1.0.0\n', 'hello from 1.1.0\n']).toContain(said);
    seen.add(said);
    expect(await install('dash', www, prefix)).toMatchObject({ code: 0 });
    expect((await treeOf(prefix)).filter((line) => !line.includes('.dirs'))).toEqual(expected);
  }
  expect(seen.size).toBe(2);
});

test('what is older is decided as semver decides it', async () => {
  await using place = await openPlace();
  await place.publish('1.0.0');
  const text = await readFile(join(place.www, 'install.sh'), 'utf8');
  const functions = join(place.dir, 'functions.sh');
  await writeFile(
    functions,
    `${text.slice(0, text.lastIndexOf('# Nothing runs before'))}
while read -r one two; do if is_older "$one" "$two"; then echo older; else echo not; fi; done
`,
  );
  const parts = [
    '1.0.0',
    '1.0.1',
    '1.10.0',
    '1.9.0',
    '2.0.0',
    '10.0.0',
    '1.0.0-rc.1',
    '1.0.0-rc.2',
    '1.0.0-rc.10',
    '1.0.0-rc',
  ];
  const versions = [
    ...parts,
    '1.0.0-alpha',
    '1.0.0-alpha.beta',
    '1.0.0-alpha.1',
    '1.0.0-1',
    '1.0.0+b',
    '1.0.0-rc.1+x',
    '1.0.0-x-y',
    '1.0.0-x.Y',
  ];
  const pairs = versions.flatMap((one) => versions.map((two) => [one, two] as const));
  for (const shell of shells) {
    const said = await new Promise<string>((resolve, reject) => {
      const [program = '', ...words] = shell.argv;
      const child = execFile(program, [...words, functions], { env: { PATH: shell.path } }, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stderr)),
      );
      child.stdin?.end(pairs.map((pair) => `${pair.join(' ')}\n`).join(''));
    });
    const wrong = pairs.filter(([one, two], index) => compare(one, two) < 0 !== (said.split('\n')[index] === 'older'));
    expect(wrong, shell.name).toEqual([]);
  }
});

describe('a place to install from', () => {
  it('is the same after a publication that was killed and done again, and takes no other content for a version', async () => {
    await using place = await openPlace();
    const built = await place.publish('1.0.0');
    const whole = await treeOf(place.www);
    await mkdir(join(place.www, '.new-1.0.0'));
    await writeFile(join(place.www, '.new-latest'), '1.0');
    expect(await publishPackage(built, place.www)).toEqual({ version: '1.0.0', added: false });
    expect(await treeOf(place.www)).toEqual(whole);
    const other = await place.build('1.0.0', { commit: 'd'.repeat(40) });
    await expect(publishPackage(other, place.www)).rejects.toThrow('build.client-other-content');
    await expect(publishPackage(place.dir, place.www)).rejects.toThrow('build.no-client-package');
    await expect(yankVersion(place.www, '9.9.9', 'x')).rejects.toThrow('build.client-unknown-version');
    expect(await treeOf(place.www)).toEqual(whole);
  });

  it('is filled and marked by the command line', async () => {
    await using place = await openPlace();
    const built = await place.build('1.0.0');
    const io = terminal();
    const client = async (...args: readonly string[]) => {
      const { clientMain } = await import('../../src/build/client/main.ts');
      return clientMain(args, io);
    };
    expect(await client('publish', '--from', built, '--to', place.www, '--json')).toBe(0);
    expect(await client('yank', '--at', place.www, '--version', '1.0.0', '--reason', 'bad')).toBe(0);
    expect(await readFile(join(place.www, 'yanked'), 'utf8')).toBe('1.0.0 bad\n');
    expect(JSON.parse(await readFile(join(place.www, 'index.json'), 'utf8'))).toMatchObject({
      versions: [{ yanked: 'bad' }],
    });
    expect(await client('yank', '--at', place.www, '--version', '1.0.0', '--undo')).toBe(0);
    expect(await readFile(join(place.www, 'yanked'), 'utf8')).toBe('');
    for (const wrong of [
      [],
      ['publish'],
      ['yank', '--at', place.www, '--version', '1.0.0'],
      ['frobnicate'],
      ['yank', '--x'],
    ])
      expect(await client(...wrong)).toBe(2);
    expect(await client('publish', '--from', place.www, '--to', place.dir)).toBe(1);
    expect(await client('--help')).toBe(0);
  });

  it('is a view of what is installed on a host, and follows `current`', async () => {
    await using place = await openPlace();
    const home = join(place.dir, 'client');
    for (const version of ['1.0.0', '1.1.0'])
      await cp(await place.build(version), join(home, 'releases', version), { recursive: true });
    await writeFile(join(home, 'releases/1.0.0/unit.json'), '{}');
    await writeFile(join(home, 'secret'), 'x');
    await symlink('releases/1.1.0', join(home, 'current'));
    const server = await startStaticServer({
      ...{ root: place.dir, host: '127.0.0.1', port: 0, singlePage: true },
      downloads: [{ path: '/client', home }],
    });
    const url = `http://127.0.0.1:${server.port}/client`;
    try {
      const prefix = join(place.dir, 'prefix');
      const run = (...args: readonly string[]) =>
        install('dash', join(home, 'current'), prefix, '--from', url, ...args);
      expect(await run()).toMatchObject({ code: 0, text: expect.stringContaining('installed 1.1.0') });
      await symlink('releases/1.0.0', join(home, 'back'));
      await rename(join(home, 'back'), join(home, 'current'));
      expect(await run()).toMatchObject({ code: 5, text: expect.stringContaining('1.0.0 is older than 1.1.0') });
      expect(await run('--allow-downgrade')).toMatchObject({ code: 0 });
      await yankVersion(home, '1.1.0', 'it was a bad day');
      expect(await run('--version', '1.1.0')).toMatchObject({ code: 5, text: expect.stringContaining('a bad day') });
      const index = await fetch(`${url}/index.json`);
      expect(await index.json()).toMatchObject({
        latest: '1.0.0',
        versions: [{ version: '1.0.0' }, { version: '1.1.0', yanked: 'it was a bad day' }],
      });
      expect(index.headers.get('cache-control')).toBe('no-cache');
      for (const hidden of [
        '/secret',
        '/1.0.0/unit.json',
        '/releases/1.0.0/version',
        '/shared/yanked',
        '/2.0.0/version',
        '/',
        '/1.0.0/%2e%2e/x',
      ])
        expect((await fetch(`${url}${hidden}`)).status, hidden).not.toBe(200);
      expect((await fetch(`${url}/latest`, { method: 'HEAD' })).status).toBe(200);
    } finally {
      await server.drain();
    }
  });
});
