import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstThatWorks, mysqlSources } from '../../scripts/setup/mysql.ts';

/** How MySQL comes from Debian packages, with an apt that is not the real one; the tests on MySQL itself show the real way. */

const script = join(import.meta.dirname, '..', '..', 'scripts', 'setup', 'unpack-debian.sh');
const before = { ...process.env };
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-unpack-'));
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'root'));
});
afterEach(() => {
  for (const name of ['PATH', 'XDG_CACHE_HOME']) process.env[name] = before[name];
  if (before['XDG_CACHE_HOME'] === undefined) delete process.env['XDG_CACHE_HOME'];
  rmSync(dir, { recursive: true, force: true });
});

function fake(name: string, body: string): void {
  writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** An apt-get that writes down its calls; its lists name `uri`, those of the machine only if `listed`. */
function fakeApt(uri: string, listed: boolean): void {
  const targets = `case "$*" in *indextargets*)
  case "$*" in *lists=/var/lib/apt/lists*) ${listed ? `echo ${uri}` : ':'} ;; *) [ -z "${uri}" ] || echo ${uri} ;; esac; exit 0 ;; esac`;
  const install = `case "$*" in *install*) touch "${dir}/root/.apt/cache/archives/one_1_all.deb" ;; esac`;
  fake(
    'apt-get',
    `echo "$*" >> "${dir}/calls"\n${targets}\ncp "${dir}/root/.apt/sources.list" "${dir}/sources" 2> /dev/null\n${install}\nexit 0`,
  );
  fake('dpkg-deb', `mkdir -p "$3/usr/sbin"; echo server > "$3/usr/sbin/served"`);
}

function unpack() {
  const { status, stderr } = spawnSync('sh', [script, join(dir, 'root'), 'sid', 'mysql-server-core'], {
    env: { PATH: `${join(dir, 'bin')}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  return { status, stderr };
}

const calls = (): readonly string[] => readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n');

describe('unpacking a Debian package', () => {
  it("takes the suite from the machine's own mirror, changes nothing else, and leaves only the files", () => {
    fakeApt('http://mirror.example.org/debian/', true);
    expect(unpack()).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(join(dir, 'sources'), 'utf8')).toMatch(
      /^deb (\[signed-by=\S+\] )?http:\/\/mirror\.example\.org\/debian\/ sid main\n$/,
    );
    const working = calls().filter((line) => !line.includes('indextargets'));
    expect(working).toHaveLength(2);
    for (const line of working) expect(line).toContain('Dir::Etc::sourceparts=/dev/null');
    expect(working[1]).toMatch(/--download-only install mysql-server-core$/);
    expect(readdirSync(join(dir, 'root')).toSorted()).toEqual(['bin', 'lib', 'lib64', 'sbin', 'usr']);
    expect(readFileSync(join(dir, 'root', 'sbin', 'served'), 'utf8')).toBe('server\n');
  });

  it('fetches lists of its own where the machine has none yet', () => {
    fakeApt('http://mirror.example.org/debian/', false);
    expect(unpack().status).toBe(0);
    expect(calls().filter((line) => / update$/.test(line))).toHaveLength(2);
  });

  it('says so where no source of the machine is Debian', () => {
    fakeApt('', true);
    expect(unpack()).toEqual({
      status: 1,
      stderr: "apt's sources name no mirror of Debian, which alone has a suite sid with mysql-server-core\n",
    });
    expect(existsSync(join(dir, 'root', 'usr'))).toBe(false);
  });
});

it('a machine with nothing to take MySQL from says what is missing, source by source', async () => {
  process.env['PATH'] = join(dir, 'bin');
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  fake('mysqld', 'echo "mysqld  Ver 10.11.14-MariaDB for debian-linux-gnu on x86_64 (Debian 12)"');
  const failing = firstThatWorks(mysqlSources, async (server) => server);
  await expect(failing).rejects.toThrow(
    /PATH: \S+\/mysqld is mysqld +Ver 10\.11\.14-MariaDB.*\n +earlier runs: nothing is kept\n +Docker: .+\n +Debian: apt-get is not on PATH$/,
  );
});
