import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { AS_SOMEBODY_ELSE, giveAway, notSomebodyElse } from '../support/somebody-else.ts';

/**
 * Builds all of certkeeper (program, its image, frontend, client script) by `shiplock build --reproduce`, under each of several patch levels of
 * Node: at two paths, by two users, with two umasks and time zones, each with caches of its own. `--reproduce` builds each a second time from
 * nothing. Node comes as the npm package `node` (100 MB each), into a temporary directory. As root.
 *   npm run soak reproduce-service [-- 24.19.0 24.20.0 24.21.0]
 * Exit codes: 0 every part had one digest under all levels, paths and users · 1 not
 */

const ROOT = join(import.meta.dirname, '..', '..');
const CERTKEEPER = join(ROOT, 'examples', 'certkeeper');
const unable = notSomebodyElse();
if (unable !== null) throw new Error(unable);
const given = process.argv.slice(2);
const levels = given.length > 0 ? given : ['24.19.0', '24.20.0', '24.21.0'];

const answer = z.object({
  rebuilt: z.array(z.object({ component: z.string(), platform: z.string(), first: z.string(), second: z.string() })),
});

function run(argv: readonly string[], env: Readonly<Record<string, string>>, cwd: string): string {
  const [program = '', ...args] = argv;
  const ran = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 2 ** 26 });
  if (ran.status !== 0) throw new Error(`${argv.join(' ')}: ${ran.stderr}${ran.stdout}`);
  return ran.stdout.trim();
}

/** A repository of certkeeper alone, with an image for its program. Nothing listens there: images are compared, not pushed. */
function lay(home: string): void {
  cpSync(CERTKEEPER, home, { recursive: true, filter: (from) => !/\/(node_modules|dist|\.shiplock)$/.test(from) });
  const file = join(home, 'shiplock.yaml');
  const text = readFileSync(file, 'utf8');
  const line = '    binary: certkeeper\n';
  if (!text.includes(line)) throw new Error(`${file} has no line ${line}`);
  writeFileSync(file, text.replace(line, `${line}    image: { repository: 127.0.0.1:9/certkeeper/api }\n`));
  const when = '2026-01-02T03:04:05Z';
  const env = { GIT_AUTHOR_DATE: when, GIT_COMMITTER_DATE: when };
  const identity = ['-c', 'user.name=Soak', '-c', 'user.email=soak@localhost'];
  writeFileSync(join(home, '.gitignore'), 'node_modules/\ndist/\n.shiplock/\n');
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...identity, 'commit', '-q', '-m', 'all'],
    ['tag', 'v1.0.0'],
  ])
    run(['git', '-C', home, ...args], env, home);
}

/** Where the program of a level lies. */
function node(level: string, dir: string): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
  run(['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', `node@${level}`], {}, dir);
  const bin = join(dir, 'node_modules', 'node', 'bin');
  const said = run([join(bin, 'node'), '--version'], {}, dir);
  if (said !== `v${level}`) throw new Error(`node@${level} says that it is ${said}`);
  return bin;
}

const dir = mkdtempSync(join(tmpdir(), 'reproduce-'));
const seen = new Map<string, Set<string>>();
let failed = 0;
try {
  const npm = { npm_config_registry: run(['npm', 'config', 'get', 'registry'], {}, dir) };
  const kept = `file://${join(run(['go', 'env', 'GOMODCACHE'], {}, dir), 'cache', 'download')}`;
  const shared = join(dir, 'shared');
  const elsewhere = run(['go', 'env', 'GOPROXY'], {}, dir);
  run(
    ['go', 'mod', 'download'],
    { GOMODCACHE: shared, GOPROXY: `${kept},${elsewhere}`, GOFLAGS: '-modcacherw' },
    join(CERTKEEPER, 'api'),
  );
  const one = join(dir, 'a');
  const other = join(dir, 'elsewhere', 'b');
  lay(join(one, 'certkeeper'));
  mkdirSync(dirname(other), { recursive: true });
  cpSync(one, other, { recursive: true });
  giveAway(other);
  execFileSync('chmod', ['-R', 'a+rX', shared]);
  for (const open of [dir, dirname(other)]) chmodSync(open, 0o755);
  const places = [
    { home: one, prefix: ['sh', '-c', 'umask 022; exec "$@"', 'sh'], zone: 'UTC' },
    { home: other, prefix: AS_SOMEBODY_ELSE, zone: 'Pacific/Chatham' },
  ];
  for (const level of levels) {
    const bin = node(level, join(dir, `node-${level}`));
    execFileSync('chmod', ['-R', 'a+rX', join(dir, `node-${level}`)]);
    for (const { home, prefix, zone } of places) {
      const env = {
        ...npm,
        HOME: home,
        PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
        TZ: zone,
        TMPDIR: join(home, 'tmp'),
        GOPATH: join(home, 'go'),
        GOMODCACHE: join(home, 'mod'),
        GOCACHE: join(home, 'cache'),
        GOTOOLCHAIN: 'local',
        GOFLAGS: '-modcacherw',
        GOPROXY: `file://${join(shared, 'cache', 'download')},${elsewhere}`,
        NODE_NO_WARNINGS: '1',
        // A build does not talk to the database, but every secret of the service must be there.
        SHIPLOCK_DATABASE_DSN: 'mysql://nobody:not-asked@127.0.0.1:9/certkeeper',
        SHIPLOCK_APPLICATION_DSN: 'nobody:not-asked@tcp(127.0.0.1:9)/certkeeper',
      };
      const program = [...prefix, join(bin, 'node'), PROGRAM];
      run([...prefix, 'mkdir', '-p', env.TMPDIR], env, home);
      // What the level before has built is not taken.
      run([...prefix, 'rm', '-rf', join(home, 'certkeeper', '.shiplock')], env, home);
      for (const [environment, config] of [
        ['development', 'shiplock.yaml'],
        ['production', 'shiplock.client.yaml'],
      ] as const) {
        const words = ['build', environment, '--config', config, '--reproduce', '--json'];
        try {
          const { rebuilt } = answer.parse(JSON.parse(run([...program, ...words], env, join(home, 'certkeeper'))));
          for (const { component, platform, first, second } of rebuilt) {
            const part = `${component} (${platform})`;
            const digests = seen.get(part) ?? new Set();
            seen.set(part, digests.add(first).add(second));
            process.stdout.write(`Node ${level}, ${home === one ? 'one' : 'the other'} user: ${part} ${first}\n`);
          }
        } catch (error) {
          failed += 1;
          process.stdout.write(`Node ${level}, ${config}: ${error instanceof Error ? error.message : String(error)}\n`);
        }
      }
    }
  }
  for (const [part, digests] of seen) {
    if (digests.size > 1) failed += 1;
    process.stdout.write(`${part}: ${digests.size === 1 ? 'the same bytes' : `${digests.size} different digests`}\n`);
  }
  if (seen.size < 4) failed += 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
