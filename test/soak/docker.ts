import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cacheDir } from '../../scripts/cache.ts';
import { needed } from '../../scripts/setup/components.ts';
import { provide } from '../../scripts/setup.ts';
import { command } from '../../scripts/testing/command.ts';
import { docker, engineNeeds, forgetImages, publishImages, startEngine, startRegistry } from './support/engine.ts';

/**
 * Set-up takes components from images: with a real Docker engine and a real registry, both private and on loopback, and images made of
 * Debian packages. Measures the first set-up, the next ones, and those without registry or engine; kills set-up with -9 and goes on; then
 * runs integration tests on the programs from the images. As root. Docker's packages are installed where they are missing.
 *   --suite NAME  the Debian suite of the packages (default: bookworm)
 *   --kills N     (default: 6)
 *   --tests LIST  files of test/integration, by commas; "" for none (default: components, haproxy-router, metrics-prometheus, migrate)
 *   --command C   a shell command to be run besides, such as "node scripts/demo.ts"
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { suite: option, kills: option, tests: option, command: option } });
const suite = values.suite ?? 'bookworm';
const kills = Number(values.kills ?? '6');
const tests = (values.tests ?? 'components,haproxy-router,metrics-prometheus,migrate')
  .split(',')
  .filter((one) => one !== '');
const repository = join(import.meta.dirname, '..', '..');
const failures: string[] = [];

function expect(what: string, good: boolean, shown = ''): void {
  if (!good) failures.push(what);
  console.log(`${good ? 'good' : 'BAD '}  ${what}${good || shown === '' ? '' : `\n${shown}`}`);
}

/** A directory with every program of PATH but those that images can bring: they are missing on this "machine". */
async function pathWithout(dir: string, hidden: ReadonlySet<string>): Promise<string> {
  await mkdir(dir);
  const taken = new Set(hidden);
  for (const from of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of await readdir(from).catch(() => [])) {
      const file = join(from, name);
      if (taken.has(name) || !(await runs(file))) continue;
      taken.add(name);
      await symlink(file, join(dir, name));
    }
  }
  return dir;
}

function runs(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

interface SetUp {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
  /** PATH as set-up says it should be. */
  readonly path: string;
}

const setupArgv = [process.execPath, join(repository, 'scripts', 'setup.ts'), 'test'];

async function setUp(env: NodeJS.ProcessEnv): Promise<SetUp> {
  const begun = performance.now();
  const { code, output } = await command(setupArgv, { cwd: repository, live: false, env });
  const path = /^export PATH='(.*)'$/m.exec(output)?.[1] ?? env['PATH'] ?? '';
  return { code, output, seconds: (performance.now() - begun) / 1000, path };
}

/** Starts set-up in a process group of its own and kills it after a while: with all it started, or alone. */
async function killAfter(milliseconds: number, env: NodeJS.ProcessEnv, all: boolean): Promise<boolean> {
  const [program = '', ...args] = setupArgv;
  const child = spawn(program, args, {
    cwd: repository,
    env: { ...process.env, ...env },
    detached: true,
    stdio: 'ignore',
  });
  const ended = new Promise<boolean>((resolve) => child.once('exit', (_code, signal) => resolve(signal === 'SIGKILL')));
  await sleep(milliseconds);
  const { pid } = child;
  if (pid !== undefined && child.exitCode === null) process.kill(all ? -pid : pid, 'SIGKILL');
  return ended;
}

/** One digest over all files of all unpacked images. */
async function digestOf(cache: string): Promise<string> {
  const script =
    'cd "$1/shiplock/images" && find . -path "*/root/*" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum';
  return (await command(['sh', '-c', script, 'sh', cache], { cwd: repository, live: false })).output.trim();
}

const missing = await provide(engineNeeds);
if (missing.length > 0 || process.getuid?.() !== 0) {
  console.error(missing.length > 0 ? missing.join('\n') : 'an engine of its own can be started by root only');
  process.exit(2);
}
const dir = await mkdtemp(join(tmpdir(), 'shiplock-soak-docker-'));
const registry = await startRegistry(join(dir, 'registry'));
const engine = await startEngine(join(dir, 'engine'));
try {
  await publishImages(engine, registry, suite);
  const hidden = new Set(needed.flatMap((one) => (one.image === undefined ? [] : one.binaries)));
  const env = (cache: string): NodeJS.ProcessEnv => ({
    PATH: path,
    DOCKER_HOST: engine.url,
    SHIPLOCK_REGISTRY: registry.address,
    XDG_CACHE_HOME: join(dir, cache),
  });
  const path = await pathWithout(join(dir, 'path'), hidden);

  const first = await setUp(env('cache'));
  console.log(first.output.trim());
  expect(`the first set-up fetches all (${first.seconds.toFixed(1)} s)`, first.code === 0, first.output);
  const again = await setUp(env('cache'));
  expect(
    `the next one is silent (${again.seconds.toFixed(2)} s)`,
    again.code === 0 && /^export[^\n]*\n$/.test(again.output),
    again.output,
  );
  const whole = await digestOf(join(dir, 'cache'));

  await forgetImages(engine);
  let killed = 0;
  for (let time = 0; time < kills; time += 1) {
    // All together take less time than one whole set-up, so that each finds something left to do.
    const moment = ((first.seconds * 1000) / kills) * (0.4 + (0.5 * (time + 1)) / kills);
    if (await killAfter(moment, env('killed'), time % 2 === 0)) killed += 1;
  }
  const rest = await setUp(env('killed'));
  expect(
    `after ${killed} kills the rest is fetched (${rest.seconds.toFixed(1)} s)`,
    rest.code === 0 && killed === kills,
    rest.output,
  );
  expect('what was killed and went on has the same files', (await digestOf(join(dir, 'killed'))) === whole);
  const left = (await docker(engine.url, ['ps', '--all', '--quiet'])).output;
  expect('no container is left', left === '', left);

  // The tools that are built in Go come from the usual cache: they have nothing to do with images.
  await symlink(cacheDir('tools'), join(dir, 'cache', 'shiplock', 'tools')).catch(() => undefined);
  const files = tests.map((one) => `test/integration/${one}.test.ts`);
  for (const argv of [
    ...(tests.length > 0 ? [['vitest', 'run', '--project', 'integration', ...files]] : []),
    ...(values.command === undefined ? [] : [['sh', '-c', values.command]]),
  ]) {
    const ended = await command(argv, { cwd: repository, live: true, env: { ...env('cache'), PATH: again.path } });
    expect(`on programs from images: ${argv.join(' ')}`, ended.code === 0);
  }

  await forgetImages(engine);
  await registry.stop();
  const noRegistry = await setUp(env('no-registry'));
  const why = /cannot be had: (.*)/.exec(noRegistry.output)?.[1] ?? '';
  expect(
    `without registry it goes on to packages (${noRegistry.seconds.toFixed(1)} s): ${why}`,
    why !== '' && noRegistry.output.includes('installing Debian packages'),
    noRegistry.output,
  );
  await engine.stop();
  const noEngine = await setUp(env('no-engine'));
  expect(
    `without engine too (${noEngine.seconds.toFixed(1)} s)`,
    noEngine.output.includes('(Docker: '),
    noEngine.output,
  );
  const kept = await setUp(env('cache'));
  expect(`what was unpacked needs neither (${kept.seconds.toFixed(2)} s)`, kept.code === 0, kept.output);
} finally {
  await engine.stop();
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
}
console.log(failures.length === 0 ? 'all good' : `${failures.length} bad`);
process.exitCode = failures.length === 0 ? 0 : 1;
