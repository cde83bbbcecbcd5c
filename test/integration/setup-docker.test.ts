import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Needed } from '../../scripts/setup/components.ts';

/**
 * What set-up makes of an engine and a registry that answer, refuse, hang or are cut off: a `docker` of our own plays them, since what
 * matters here is what they say. `npm run soak docker` has real ones.
 */

const setup = join(import.meta.dirname, '..', '..', 'scripts', 'setup.ts');
const processor = process.arch === 'arm64' ? 'arm64' : 'amd64';
const id = `sha256:${'ab'.repeat(32)}`;
const thing: Needed = {
  name: 'Thing',
  why: 'is needed',
  binaries: ['shiplock-thing'],
  version: { args: ['--version'], least: [3] },
  debianPackages: ['thing-package'],
  image: { repository: 'library/thing', tag: '3.1.0' },
  forWhat: ['test'],
};

/** All that set-up may find on PATH besides the fakes: the machine may have a docker command of its own. */
const tools = ['sh', 'tar', 'flock', 'chmod', 'mkdir', 'rm', 'mv', 'cat', 'head', 'touch', 'grep', 'sleep'];

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-docker-'));
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'rootfs', 'usr', 'local', 'bin'), { recursive: true });
  mkdirSync(join(dir, 'rootfs', 'dev'));
  writeFileSync(join(dir, 'rootfs', 'dev', 'console'), '');
  const program = join(dir, 'rootfs', 'usr', 'local', 'bin', 'shiplock-thing');
  writeFileSync(program, '#!/bin/sh\necho "thing 3.1.0 of the image"\n');
  chmodSync(program, 0o4755);
  // Enough of it that a part is no whole.
  writeFileSync(join(dir, 'rootfs', 'usr', 'ballast'), 'x'.repeat(100_000));
  expect(spawnSync('tar', ['-cf', join(dir, 'image.tar'), '-C', join(dir, 'rootfs'), 'usr', 'dev']).status).toBe(0);
  symlinkSync(process.execPath, join(dir, 'bin', 'node'));
  for (const tool of tools) {
    const path = execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
    symlinkSync(path, join(dir, 'bin', tool));
  }
  fake('sudo', 'shift; exec "$@"');
  fake(
    'apt-get',
    `echo "$*" >> "${dir}/apt"; printf '#!/bin/sh\\necho thing 3.0 of the package\\n' > "${dir}/bin/shiplock-thing"; chmod 755 "${dir}/bin/shiplock-thing"`,
  );
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function fake(name: string, body: string): void {
  writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

interface Engine {
  /** Shell text per command; what stands here is what a good engine does. */
  readonly version?: string;
  readonly pull?: string;
  readonly export?: string;
}

function engine(script: Engine): void {
  fake(
    'docker',
    `echo "$*" >> "${dir}/docker"
case "$1" in
  version) ${script.version ?? 'echo linux'} ;;
  image) [ -e "${dir}/pulled" ] && echo "${id} 100512 linux/${processor}" ;;
  pull) ${script.pull ?? `echo "3.1.0: Pulling from library/thing"; touch "${dir}/pulled"`} ;;
  create) echo 0123456789ab ;;
  export) ${script.export ?? `cat "${dir}/image.tar"`} ;;
  rm) exit 1 ;;
esac`,
  );
}

interface Ended {
  readonly missing: readonly string[] | null;
  readonly says: string;
  readonly stdout: string;
  readonly seconds: number;
}

/** Set-up in a process of its own, with nothing on PATH but the fakes and a few tools; then, what the program found says. */
function provide(wanted: readonly Needed[], env: Record<string, string> = {}): Ended {
  const program = `
    import { writeFileSync } from 'node:fs';
    import { execFileSync } from 'node:child_process';
    import { provide } from ${JSON.stringify(setup)};
    writeFileSync(${JSON.stringify(join(dir, 'pid'))}, String(process.pid));
    const missing = await provide(${JSON.stringify(wanted)});
    const says = missing.length > 0 ? '' : execFileSync('shiplock-thing', ['--version'], { encoding: 'utf8' });
    writeFileSync(${JSON.stringify(join(dir, 'answer.json'))}, JSON.stringify([missing, says.trim()]));`;
  rmSync(join(dir, 'answer.json'), { force: true });
  const begun = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: {
      PATH: join(dir, 'bin'),
      HOME: dir,
      XDG_CACHE_HOME: join(dir, 'cache'),
      GUARD: join(dir, 'policy-rc.d'),
      SHIPLOCK_REGISTRY: 'registry.example',
      ...env,
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  if (!existsSync(join(dir, 'answer.json'))) return { missing: null, says: stderr, stdout, seconds };
  const [missing, says]: readonly [readonly string[], string] = JSON.parse(
    readFileSync(join(dir, 'answer.json'), 'utf8'),
  );
  return { missing, says, stdout, seconds };
}

function asked(): readonly string[] {
  return existsSync(join(dir, 'docker')) ? readFileSync(join(dir, 'docker'), 'utf8').trim().split('\n') : [];
}

const packaged = { missing: [], says: 'thing 3.0 of the package' };

describe('set-up with Docker', () => {
  it('takes the image before the package, and asks nobody the next time', () => {
    engine({});
    const first = provide([thing]);
    expect(first).toMatchObject({ missing: [], says: 'thing 3.1.0 of the image' });
    expect(first.stdout).toMatch(
      /^taking Thing from Docker images .*\n {2}registry\.example\/library\/thing:3\.1\.0: 0 MB in \d/,
    );
    expect(existsSync(join(dir, 'apt'))).toBe(false);
    const commands = asked();
    expect(commands).toContain(`pull --platform linux/${processor} registry.example/library/thing:3.1.0`);
    // The container is removed with its volumes, and its name is known, so that the next run can remove it after a kill.
    const name = /^create --name (\S+)/.exec(commands.find((line) => line.startsWith('create')) ?? '')?.[1];
    expect(commands.filter((line) => line === `rm -v ${name}`)).toHaveLength(2);

    engine({ version: 'exit 1' });
    const second = provide([thing]);
    expect(second).toMatchObject({ missing: [], says: 'thing 3.1.0 of the image', stdout: '' });
    expect(asked()).toEqual(commands);
  });

  it('leaves device files and set-user-id bits behind', () => {
    engine({});
    provide([thing]);
    const root = join(dir, 'cache', 'shiplock', 'images', id.slice(7), 'root');
    expect(statSync(join(root, 'usr/local/bin/shiplock-thing')).mode & 0o7777).toBe(0o755);
    expect(readdirSync(join(root, 'dev'))).toEqual([]);
  });

  it('does not fetch what the engine has', () => {
    engine({ pull: 'exit 1' });
    writeFileSync(join(dir, 'pulled'), '');
    expect(provide([thing])).toMatchObject({ missing: [], says: 'thing 3.1.0 of the image' });
  });

  it.each([
    ['is not there', 'echo "Cannot connect to the Docker daemon. Is it running?" >&2; exit 1', 'Cannot connect', 3],
    ['hangs', 'exec sleep 60', 'no answer within 3 s', 10],
    ['runs other programs', 'echo windows', 'runs windows containers', 3],
  ])('goes on to packages, with one line, when the engine %s', (_name, version, reason, atMost) => {
    engine({ version });
    const ended = provide([thing]);
    expect(ended).toMatchObject(packaged);
    expect(ended.stdout).toMatch(/^installing Debian packages: thing-package … \(Docker: .*\)\n$/);
    expect(ended.stdout).toContain(reason);
    expect(ended.seconds).toBeLessThan(atMost);
  });

  it.each([
    ['no docker command', { SHIPLOCK_REGISTRY: 'registry.example' }, false],
    ['SHIPLOCK_REGISTRY=none', { SHIPLOCK_REGISTRY: 'none' }, true],
  ])('says nothing of Docker with %s', (_name, env, command) => {
    if (command) engine({});
    expect(provide([thing], env)).toMatchObject({
      ...packaged,
      stdout: 'installing Debian packages: thing-package …\n',
    });
    expect(asked()).toEqual([]);
  });

  const unknown = 'echo "Error response from daemon: manifest for it not found: manifest unknown" >&2; exit 1';
  const refused = 'echo "Error response from daemon: dial tcp: connection refused" >&2; exit 1';
  it.each([
    ['has not the image', unknown, 'manifest unknown', 2],
    ['is not to be reached', refused, 'connection refused', 1],
  ])('goes on to packages when the registry %s', (_name, script, reason, times) => {
    engine({ pull: script });
    const other = { ...thing, name: 'Other', image: { repository: 'library/other', tag: '3.1.0' } };
    const ended = provide([thing, other]);
    expect(ended).toMatchObject(packaged);
    expect(ended.stdout.split('\n').filter((line) => line.includes(reason))).toHaveLength(times);
    expect(asked().filter((line) => line.startsWith('pull'))).toHaveLength(times);
  });

  it('takes the package when the image lacks the program or is not what it should be', () => {
    engine({});
    const lacking = provide([{ ...thing, binaries: ['shiplock-thing', 'nowhere-to-be-found'] }]);
    expect(lacking.stdout).toContain('it has no program nowhere-to-be-found');
    expect(lacking.missing?.join('\n')).toContain('nowhere-to-be-found not on PATH');
    expect(provide([{ ...thing, version: { args: ['--version'], least: [4] } }]).stdout).toContain(
      'does not work here',
    );
  });

  it.each([
    ['in the middle of a file', 'head -c 60000', ''],
    ['between two files', 'head -c 1024', ''],
    ['before the first', 'head -c 0', ''],
    ['together with set-up itself', 'head -c 60000', 'kill -9 "$(cat "$PIDFILE")"; '],
  ])('never takes half an image for a whole one: cut off %s', (_name, part, kill) => {
    engine({ export: `${kill.replace('$PIDFILE', join(dir, 'pid'))}${part} "${dir}/image.tar"; exit 1` });
    const cut = provide([thing]);
    if (kill === '') expect(cut.stdout).toContain('could not be unpacked');
    else expect(cut.missing).toBeNull();
    engine({});
    rmSync(join(dir, 'bin', 'shiplock-thing'), { force: true });
    expect(provide([thing])).toMatchObject({ missing: [], says: 'thing 3.1.0 of the image' });
  });
});
