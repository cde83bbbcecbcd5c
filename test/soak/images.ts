import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../scripts/components/ports.ts';
import { homeFor, startComponent } from '../../scripts/components/supervise.ts';
import { provide } from '../../scripts/setup.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { command } from '../../scripts/testing/command.ts';
import { toolPath } from '../../scripts/tool.ts';
import { build, imageBuild, program, repository, SETTINGS } from '../support/image-build.ts';
import { openDoor } from '../support/registry.ts';
import { docker, engineNeeds, startEngine } from './support/engine.ts';

/**
 * Images of ours against the registry that most people run (distribution, Debian's package docker-registry), with the tokens that it asks
 * for, and in a Docker engine, which pulls and runs them. Then kill -9 at every request of a push, before and after it reaches the
 * registry, each time into a new repository; done again, another implementation (crane) finds the image whole. As root: packages are
 * installed where they are missing.
 *   --kills N   requests at which a push is killed (default: every one)
 */

const { values } = parseArgs({ options: { kills: { type: 'string' } } });
const failures: string[] = [];
function expect(what: string, good: boolean, shown = ''): void {
  if (!good) failures.push(what);
  console.log(`${good ? 'good' : 'BAD '}  ${what}${good || shown === '' ? '' : `\n${shown}`}`);
}

const missing = await provide(engineNeeds.filter(({ name }) => name !== 'mmdebstrap'));
if (missing.length > 0) throw new Error(missing.join('\n'));
const crane = await toolPath('crane');
const dir = await mkdtemp(join(tmpdir(), 'shiplock-soak-images-'));
await chmod(dir, 0o755);
const CHILD = childProgram('image');

/** Who sells tokens to those who show the right account. */
const scopes: string[] = [];
const tokenPort = await freePort();
const seller = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  scopes.push(...url.searchParams.getAll('scope'));
  const good = request.headers.authorization === ACCOUNT;
  const token = url.searchParams.getAll('scope').some((scope) => scope.includes('push')) ? 'to-write' : 'to-read';
  response.writeHead(good ? 200 : 401).end(good ? JSON.stringify({ token }) : '');
});
const ACCOUNT = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
await new Promise<void>((resolve) => seller.listen(tokenPort, '127.0.0.1', resolve));

async function startDistribution(
  name: string,
  auth: string,
): Promise<Awaited<ReturnType<typeof startComponent>> & { readonly address: string }> {
  const home = join(dir, name);
  await mkdir(home, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const configuration = join(home, 'registry.yml');
  await writeFile(
    configuration,
    `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${join(home, 'data')}\n  delete: { enabled: true }\nhttp:\n  addr: ${address}\n${auth}`,
  );
  const component = await startComponent({
    name,
    argv: ['docker-registry', 'serve', configuration],
    home: await homeFor(name, home),
    ready: async () => (await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(1000) })).status < 500,
  });
  return { ...component, address };
}

const open = await startDistribution('open', '');
const closed = await startDistribution(
  'closed',
  `auth:\n  silly:\n    realm: http://127.0.0.1:${tokenPort}/token\n    service: registry\n`,
);
const engine = await startEngine(join(dir, 'engine'));
try {
  const commit = repository(join(dir, 'source'));
  const hello = program(join(dir, 'source'));
  const source = { dir: join(dir, 'source'), commit, program: hello };

  const own = {
    ...SETTINGS,
    repository: `${open.address}/shop/hello`,
    registry: `http://${open.address}`,
    arguments: ['x'],
  };
  const { digest, path } = await build(imageBuild({ ...source, settings: own }));
  const validated = await command([crane, 'validate', '--remote', path], { cwd: '/', live: false });
  expect('distribution takes it, and crane finds it whole', validated.code === 0, validated.output);
  const pulled = await docker(engine.url, ['pull', path]);
  expect('a Docker engine pulls it by its digest', pulled.code === 0, pulled.output);
  const ran = await docker(engine.url, [
    'run',
    '--rm',
    '--network',
    'none',
    '--read-only',
    '--tmpfs',
    '/tmp',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    path,
  ]);
  expect(
    'and runs it, read-only, without rights',
    ran.output.trim() === 'user nonroot writes /tmp true writes /etc false [x]',
    ran.output,
  );

  // This registry takes whoever shows anything; those that sell tokens take nothing else, each for what it was sold for.
  await using counter = await openDoor(closed, ({ headers, method }) => {
    const reads = method === 'GET' || method === 'HEAD';
    const good = headers.authorization === 'Bearer to-write' || (reads && headers.authorization === 'Bearer to-read');
    if (!good) delete headers.authorization;
    return 'pass';
  });
  const sold = { ...own, repository: `${closed.address}/shop/hello`, registry: counter.url };
  const other = await build(
    imageBuild({ ...source, settings: sold, outDir: join(dir, 'closed-out'), authorization: ACCOUNT }),
  );
  expect('with the tokens that it asks for: the same digest', other.digest === digest, `${other.digest} ${digest}`);
  expect(
    'tokens for reading and for writing',
    ['pull', 'push'].every((right) => scopes.some((one) => one.split(':').at(-1)?.split(',').includes(right))),
    scopes.join('\n'),
  );

  let requests = 0;
  {
    await using door = await openDoor(open);
    const counted = { ...SETTINGS, repository: `${open.address}/shop/counted`, registry: door.url };
    await build(imageBuild({ ...source, settings: counted, outDir: join(dir, 'counted') }));
    requests = door.asked.length;
  }
  const most = Math.min(requests, Number(values.kills ?? requests));
  let whole = 0;
  let killed = 0;
  for (let at = 1; at <= most; at += 1) {
    for (const after of [false, true]) {
      const name = `kill-${at}-${after ? 'after' : 'before'}`;
      let count = 0;
      let child: ReturnType<typeof spawn> | undefined;
      await using door = await openDoor(open, (_request, response) => {
        count += 1;
        if (count !== at) return 'pass';
        if (after) {
          response.on('finish', () => child?.kill('SIGKILL'));
          return 'pass';
        }
        child?.kill('SIGKILL');
        response.destroy();
        return 'done';
      });
      const repositoryName = `${open.address}/shop/${name}`;
      const env = { ...process.env, NODE_NO_WARNINGS: '1', IMAGE_REPOSITORY: repositoryName };
      child = spawn(process.execPath, [CHILD, source.dir, commit, hello, join(dir, 'out', name), 'push', door.url], {
        env,
        stdio: 'ignore',
      });
      const signal = await new Promise((resolve) => child?.on('exit', (_code, by) => resolve(by)));
      if (signal === 'SIGKILL') killed += 1;
      const settings = { ...SETTINGS, repository: repositoryName, registry: `http://${open.address}` };
      const again = await build(imageBuild({ ...source, settings, outDir: join(dir, 'out', name) }));
      const look = await command([crane, 'validate', '--remote', `${repositoryName}:${SETTINGS.tag}`], {
        cwd: '/',
        live: false,
      });
      const said = await command([crane, 'digest', `${repositoryName}:${SETTINGS.tag}`], { cwd: '/', live: false });
      if (look.code === 0 && said.output.trim() === again.digest) whole += 1;
      else console.log(name, look.output, said.output);
    }
  }
  expect(
    `${killed} pushes killed at ${most} of ${requests} requests, done again: ${whole} images whole`,
    whole === 2 * most && killed >= most,
  );
} finally {
  await engine.stop();
  await closed.stop();
  await open.stop();
  seller.close();
  await rm(dir, { recursive: true, force: true });
}
console.log(failures.length === 0 ? 'all good' : `${failures.length} bad`);
process.exitCode = failures.length === 0 ? 0 : 1;
