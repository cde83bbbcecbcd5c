import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProgram } from '../../scripts/testing/children.ts';
import { fileDigest } from '../../src/procedure/machine/digest.ts';
import { AS_SOMEBODY_ELSE, giveAway, notSomebodyElse } from '../support/somebody-else.ts';

/**
 * Builds the API of certkeeper twice by each of several patch levels of Go: at two paths, by two users, with two umasks, time zones and settings
 * of Go, each with nothing compiled before. The toolchains come from the Go module proxy (70 MB each), into a temporary directory. As root.
 *   npm run soak reproduce [-- 1.26.6 1.26.7 1.26.8]
 * Exit codes: 0 both builds of each level gave the same bytes · 1 not
 */

const ROOT = join(import.meta.dirname, '..', '..');
const API = join(ROOT, 'examples', 'certkeeper', 'api');
const CHILD = childProgram('go');

interface Place {
  readonly home: string;
  readonly prefix: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function run(argv: readonly string[], env: Readonly<Record<string, string>>, cwd = ROOT): string {
  const [program = '', ...args] = argv;
  const ran = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env } });
  if (ran.status !== 0) throw new Error(`${argv.join(' ')}: ${ran.stderr || ran.stdout}`);
  return ran.stdout.trim();
}

/** The directory of programs of a toolchain, fetched where it is not the one of this machine. */
function toolchain(version: string, modules: string): string {
  const env = { GOTOOLCHAIN: `go${version}`, GOMODCACHE: modules, GOFLAGS: '-modcacherw' };
  const root = run(['go', 'env', 'GOROOT'], env, tmpdir());
  const said = run([join(root, 'bin', 'go'), 'version'], { GOTOOLCHAIN: 'local' }, tmpdir());
  if (!said.includes(` go${version} `)) throw new Error(`go${version} says that it is ${said}`);
  return join(root, 'bin');
}

async function digestBy(bin: string, level: string, { home, prefix, env }: Place): Promise<string> {
  const out = join(home, `out-${level}`);
  const path = run([...prefix, process.execPath, CHILD, join(home, 'api'), out, './cmd/certkeeper', 'certkeeper'], {
    ...env,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    GOTOOLCHAIN: 'local',
    GOPATH: join(home, 'go'),
    GOMODCACHE: join(home, 'mod'),
    GOCACHE: join(home, `cache-${level}`),
    NODE_NO_WARNINGS: '1',
  });
  const digest = await fileDigest(path);
  rmSync(join(home, `cache-${level}`), { recursive: true, force: true });
  return digest;
}

function places(dir: string, proxy: string): readonly [Place, Place] {
  const ours = join(dir, 'a');
  const theirs = join(dir, 'home', 'of somebody else', 'b');
  const common = { GOPROXY: proxy, GOFLAGS: '-modcacherw' };
  for (const home of [ours, theirs]) {
    mkdirSync(home, { recursive: true });
    cpSync(API, join(home, 'api'), { recursive: true });
    execFileSync('git', ['init', '-q', home]);
  }
  for (const open of [dir, join(dir, 'home'), join(dir, 'home', 'of somebody else')]) chmodSync(open, 0o755);
  giveAway(theirs);
  return [
    { home: ours, prefix: ['sh', '-c', 'umask 022; exec "$@"', 'sh'], env: { ...common, TZ: 'UTC', LC_ALL: 'C' } },
    {
      home: theirs,
      prefix: AS_SOMEBODY_ELSE,
      env: { ...common, TZ: 'Pacific/Chatham', LC_ALL: 'C.UTF-8', GOAMD64: 'v3', GOFIPS140: 'latest' },
    },
  ];
}

const unable = notSomebodyElse();
if (unable !== null) throw new Error(unable);
const given = process.argv.slice(2);
const levels = given.length > 0 ? given : ['1.26.6', '1.26.7', '1.26.8'];
const dir = mkdtempSync(join(tmpdir(), 'shiplock-reproduce-'));
let failed = 0;
try {
  // What is on this machine is fetched from it, as from a proxy: by both, each into a directory of its own.
  const kept = `file://${join(run(['go', 'env', 'GOMODCACHE'], {}), 'cache', 'download')}`;
  const elsewhere = run(['go', 'env', 'GOPROXY'], {});
  const shared = join(dir, 'shared');
  cpSync(API, join(dir, 'api'), { recursive: true });
  const fetching = { GOMODCACHE: shared, GOPROXY: `${kept},${elsewhere}`, GOFLAGS: '-modcacherw' };
  run(['go', 'mod', 'download'], fetching, join(dir, 'api'));
  run(['chmod', '-R', 'a+rX', shared], {});
  const proxy = `file://${join(shared, 'cache', 'download')},${elsewhere}`;
  const [here, there] = places(dir, proxy);
  for (const level of levels) {
    try {
      const bin = toolchain(level, join(dir, 'toolchains'));
      run(['chmod', '-R', 'a+rX', join(dir, 'toolchains')], {});
      const begin = performance.now();
      const [first, second] = [await digestBy(bin, level, here), await digestBy(bin, level, there)];
      const seconds = ((performance.now() - begin) / 1000).toFixed(0);
      if (first !== second) failed += 1;
      process.stdout.write(
        `go${level}: ${first === second ? `the same bytes twice, ${first}` : `differs: ${first} and ${second}`} (${seconds} s)\n`,
      );
    } catch (error) {
      failed += 1;
      process.stdout.write(`go${level}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
