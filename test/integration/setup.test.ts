import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const scripts = join(import.meta.dirname, '..', '..', 'scripts');
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-setup-'));
  mkdirSync(join(dir, 'bin'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A program of this name comes before the real one. */
function fake(name: string, body: string): void {
  writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

function sh(script: string, args: readonly string[], env: Record<string, string> = {}) {
  const PATH = `${join(dir, 'bin')}:/usr/bin:/bin`;
  const { status, signal, stdout, stderr } = spawnSync('sh', [script, ...args], {
    env: { PATH, ...env },
    encoding: 'utf8',
  });
  return { status, signal, stdout, stderr };
}

describe('installing Debian packages', () => {
  const install = join(scripts, 'setup', 'install.sh');
  const guard = (): string => join(dir, 'policy-rc.d');
  const log = (): string => readFileSync(join(dir, 'log'), 'utf8');
  /** apt-get that writes down what it was asked and what the guard says meanwhile; `install` fails `failures` times. */
  const fakeApt = (failures: number): void =>
    fake(
      'apt-get',
      `verdict=0; "$GUARD" any start || verdict=$?
echo "$1 guard=$verdict $DEBIAN_FRONTEND" >> "${dir}/log"; echo "$*" >> "${dir}/args"
[ "$1" = update ] && exit 0
n=$(grep -c '^install' "${dir}/log"); [ "$n" -gt ${failures} ]`,
    );

  it('forbids service starts meanwhile and leaves no guard behind', () => {
    fakeApt(0);
    expect(sh(install, ['one', 'two'], { GUARD: guard() })).toMatchObject({ status: 0, stdout: '' });
    expect(log()).toBe('install guard=101 noninteractive\n');
    expect(readFileSync(join(dir, 'args'), 'utf8')).toMatch(/^install .*--no-install-recommends .* one two\n$/);
    expect(existsSync(guard())).toBe(false);
  });

  it('fetches the package lists once when they are too old', () => {
    fakeApt(1);
    expect(sh(install, ['one'], { GUARD: guard() }).status).toBe(0);
    expect(log().replaceAll(/ guard.*/g, '')).toBe('install\nupdate\ninstall\n');
  });

  it.each([
    ['lets services start', 'exit 0', 101],
    ['says no already', 'exit 101', 101],
  ])("puts the machine's own guard back: one that %s", (_name, body, meanwhile) => {
    writeFileSync(guard(), `#!/bin/sh\n# the machine's own\n${body}\n`, { mode: 0o755 });
    fakeApt(9);
    expect(sh(install, ['one'], { GUARD: guard() }).status).toBe(1);
    expect(log()).toContain(`guard=${meanwhile}`);
    expect(readFileSync(guard(), 'utf8')).toContain("the machine's own");
    expect(existsSync(`${guard()}.before-shiplock`)).toBe(false);
  });

  it.each(['TERM', 'KILL'])('repairs what a run ended by SIG%s left, at the latest in the next run', (signal) => {
    writeFileSync(guard(), "#!/bin/sh\n# the machine's own\nexit 0\n", { mode: 0o755 });
    // The script's own shell is the parent of apt-get.
    fake('apt-get', `kill -${signal} $PPID`);
    const killed = sh(install, ['one'], { GUARD: guard() });
    expect(killed.status).not.toBe(0);
    if (signal === 'TERM') expect(readFileSync(guard(), 'utf8')).toContain("the machine's own");
    else expect(readFileSync(guard(), 'utf8')).toContain('shiplock set-up');
    fakeApt(0);
    expect(sh(install, ['one'], { GUARD: guard() }).status).toBe(0);
    expect(readFileSync(guard(), 'utf8')).toContain("the machine's own");
  });
});

describe('the bootstrap', () => {
  const bootstrap = (): string => join(dir, 'scripts', 'bootstrap.sh');
  const calls = (): string => (existsSync(join(dir, 'calls')) ? readFileSync(join(dir, 'calls'), 'utf8') : '');
  const layNode = `mkdir -p node_modules/.bin; printf '#!/bin/sh\\necho "right node: $*"\\n' > node_modules/.bin/node; chmod +x node_modules/.bin/node`;

  beforeEach(() => {
    mkdirSync(join(dir, 'scripts'));
    cpSync(join(scripts, 'bootstrap.sh'), bootstrap());
    writeFileSync(join(dir, 'package-lock.json'), '{}');
    fake('npm', `echo "$1" >> "${dir}/calls"; ${layNode}`);
    fake('node', 'echo wrong node');
  });

  it('installs the packages once, and again when the lock file has changed', () => {
    const first = sh(bootstrap(), ['node', 'a b', 'c']);
    expect(first).toMatchObject({ status: 0, stdout: 'installing npm packages …\nright node: a b c\n', stderr: '' });
    expect(sh(bootstrap(), ['node']).stdout).toBe('right node: \n');
    expect(calls()).toBe('ci\n');
    writeFileSync(join(dir, 'package-lock.json'), '{"changed": true}');
    expect(sh(bootstrap(), ['node']).stdout).toContain('installing npm packages');
    expect(calls()).toBe('ci\ninstall\n');
  });

  it('falls back to the gentler command when `npm ci` refuses the lock file', () => {
    fake('npm', `echo "$*" >> "${dir}/calls"; [ "$1" = install ] || exit 1; ${layNode}`);
    expect(sh(bootstrap(), ['node']).status).toBe(0);
    expect(calls()).toMatch(/^ci .*\ninstall --no-save .*\n$/);
  });

  it('says what to do when the packages cannot be had, and tries again next time', () => {
    fake('npm', 'echo "registry is down" >&2; exit 1');
    const refused = sh(bootstrap(), ['node']);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/registry is down\nthe npm packages could not be installed/);
    fake('npm', 'mkdir -p node_modules/.bin');
    expect(sh(bootstrap(), ['node']).stderr).toContain('npm rebuild node');
    fake('npm', layNode);
    expect(sh(bootstrap(), ['node']).status).toBe(0);
  });

  it('hands on the exit code', () => {
    expect(sh(bootstrap(), ['sh', '-c', 'exit 7']).status).toBe(7);
  });
});
