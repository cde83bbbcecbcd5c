import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { setup } from '../../scripts/testing/built.ts';
import { BUILT_PROGRAM } from '../../scripts/testing/built-program.ts';
import { webFilesSchema } from '../../src/model/web-files.ts';
import { type Figure, say } from './support/figure.ts';
import { median } from './support/statistics.ts';

/**
 * What a build of a frontend by Shiplock costs beside the same commands by hand, on certkeeper's (Vite): `npm run bench frontend [PAIRS]`.
 * Each pair is one after the other, in turn, at the same low priority. npm's cache is warm for both. The whole command is timed.
 */

const run = promisify(execFile);
const ABOVE = 0.1;
const SAME_MS = 2000;
const SOURCE = resolve('examples/certkeeper/frontend');

const CONFIG = `apiVersion: shiplock/v1
service: frontend
owners: [{ team: bench, contact: bench@example.org }]
components:
  frontend:
    kind: static
    source: .
    build: [npm, run, build]
    output: dist
    serve: { command: [./serve] }
environments:
  production:
    platform: { kind: local, root: state/root, ports: 26000-26099 }
    traffic: { kind: haproxy, directory: state/haproxy, bind: "127.0.0.1:26100" }
    rollout: { strategy: canary, steps: [{ share: 10%, bake: 30s }] }
`;

export async function frontendBench(words: readonly string[]): Promise<readonly Figure[]> {
  const pairs = Number(words.find((word) => /^\d+$/.test(word)) ?? 3);
  await setup();
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-bench-frontend-'));
  try {
    const [one, two] = [await checkout(join(dir, 'one')), await checkout(join(dir, 'two', 'deeper'))];
    await plain(one);
    const cold: { readonly plain: number; readonly ours: number }[] = [];
    for (let round = 0; round < pairs; round++) {
      const byHand = () => timed(() => plain(one));
      const byUs = () => timed(() => build(one, join(dir, `state-${round}`)));
      const first = round % 2 === 0 ? await byHand() : await byUs();
      const second = round % 2 === 0 ? await byUs() : await byHand();
      cold.push(round % 2 === 0 ? { plain: first, ours: second } : { plain: second, ours: first });
      say(`pair ${round + 1} of ${pairs}: ${JSON.stringify(cold.at(-1))}`);
    }
    const same: number[] = [];
    for (let round = 0; round < 7; round++) same.push(await timed(() => build(one, join(dir, 'state-0'))));
    const here = await build(one, join(dir, 'state-0'));
    const there = await build(two, join(dir, 'state-elsewhere'), ['sh', '-c', 'umask 077; exec "$@"', 'sh']);
    const above = median(cold.map(({ plain: a, ours: b }) => b / a)) - 1;
    return [
      {
        name: `frontend of certkeeper from nothing, ${pairs} pairs: \`npm ci && npm run build\``,
        value: `${seconds(median(cold.map((one) => one.plain)))}`,
        met: null,
      },
      {
        name: 'the same by `shiplock build`, with compression, integrity and sizes',
        value: `${seconds(median(cold.map((one) => one.ours)))}: ${above >= 0 ? '+' : '−'}${Math.abs(above * 100).toFixed(1)} %`,
        target: '≤ 10 % above',
        met: above <= ABOVE,
      },
      {
        name: 'built again without a change, median of 7',
        value: seconds(median(same)),
        target: '≤ 2 s',
        met: median(same) <= SAME_MS,
      },
      {
        name: 'digest on another path, under umask 077, at another time',
        value:
          here.digest === there.digest
            ? `the same: ${here.digest.slice(0, 19)}…`
            : `${here.digest} and ${there.digest}`,
        target: 'identical',
        met: here.digest === there.digest,
      },
      ...(await sizeFigures(here.path)),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function sizeFigures(path: string): Promise<readonly Figure[]> {
  const { files } = webFilesSchema.parse(JSON.parse(await readFile(join(path, 'shiplock-files.json'), 'utf8')));
  const all = Object.values(files);
  const total = (pick: (file: (typeof all)[number]) => number): number =>
    all.reduce((sum, file) => sum + pick(file), 0);
  const words = (['gzip', 'zstd', 'br'] as const).map(
    (encoding) => `${encoding} ${total((file) => file.encodings[encoding]?.size ?? file.size)}`,
  );
  return [
    {
      name: `its ${all.length} files, bytes`,
      value: `plain ${total(({ size }) => size)}, ${words.join(', ')}`,
      met: null,
    },
  ];
}

async function checkout(at: string): Promise<string> {
  await mkdir(at, { recursive: true });
  const names = (await readdir(SOURCE)).filter((name) => name !== 'node_modules' && name !== 'dist');
  for (const name of names) await cp(join(SOURCE, name), join(at, name), { recursive: true });
  await writeFile(join(at, 'shiplock.yaml'), CONFIG);
  await writeFile(join(at, '.gitignore'), 'node_modules\ndist\n');
  const git = (...words: readonly string[]) => run('git', ['-C', at, ...words]);
  await git('init', '-q');
  await git('add', '.');
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', '-c', 'commit.gpgsign=false'];
  // The commit is built in: the same content, author and time are the same commit.
  const env = { ...process.env, GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' };
  await run('git', ['-C', at, ...who, 'commit', '-q', '-m', 'bench'], { env });
  return at;
}

async function plain(at: string): Promise<void> {
  const env = { ...process.env, VITE_APP_VERSION: '1.0.0', CI: 'true' };
  await run('nice', ['-n', '10', 'npm', 'ci', '--no-audit', '--no-fund'], { cwd: at, env });
  await run('nice', ['-n', '10', 'npm', 'run', 'build'], { cwd: at, env });
}

const answerSchema = z.object({ made: z.object({ frontend: z.object({ digest: z.string(), path: z.string() }) }) });

async function build(at: string, state: string, before: readonly string[] = []) {
  const words = [...before, process.execPath, BUILT_PROGRAM, 'build', 'production', '--release', '1.0.0', '--json'];
  const [program = '', ...argv] = [...words, '--state', state];
  const { stdout } = await run(program, argv, { cwd: at, maxBuffer: 1e8 });
  return answerSchema.parse(JSON.parse(stdout)).made.frontend;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
