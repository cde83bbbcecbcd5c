import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheDir, makeOnce } from '../../../scripts/cache.ts';

/** The other tools, built from peers/go.mod on first use into the user's cache. */

const MODULE = join(import.meta.dirname, 'peers');
const PACKAGES = {
  updater: '.',
  yq: 'github.com/mikefarah/yq/v4',
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5',
} as const;

export async function peerPath(name: keyof typeof PACKAGES): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(MODULE, file)));
  return makeOnce({
    target: join(cacheDir('edit-peers', hash.digest('hex').slice(0, 16), 'bin'), name),
    script: 'go build -trimpath -o "$1" "$2"',
    args: [PACKAGES[name]],
    cwd: MODULE,
    env: { GOFLAGS: '-mod=readonly -buildvcs=false -p=1', CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    onStart: () => process.stderr.write(`building ${name} (once, about a minute) …\n`),
  });
}

/** What a tool made of a text, or why not. */
export type Made = { readonly text: string } | { readonly error: string };

export interface Job {
  readonly text: string;
  readonly format: 'yaml' | 'json';
  readonly document: number;
  readonly keys: readonly (string | number)[];
  readonly value: string;
}

/** `yq -i`, one process per file. */
export async function withYq(yq: string, job: Job): Promise<Made> {
  return inDirectory(async (dir) => {
    const file = join(dir, `f.${job.format}`);
    writeFileSync(file, job.text);
    const at = job.keys.map((key) => `[${JSON.stringify(key)}]`).join('');
    const argv = [
      '-i',
      '-p',
      job.format,
      '-o',
      job.format,
      `(select(document_index == ${job.document}) | .${at}) = strenv(WISH)`,
      file,
    ];
    const error = await run(yq, argv, dir, '', { WISH: job.value });
    return typeof error === 'string' ? { error } : { text: readFileSync(file, 'utf8') };
  });
}

/** `kustomize edit set image NAME=*:TAG` in a directory that holds nothing but the kustomization. */
export async function withKustomize(kustomize: string, text: string, name: string, tag: string): Promise<Made> {
  return inDirectory(async (dir) => {
    const file = join(dir, 'kustomization.yaml');
    writeFileSync(file, text);
    const error = await run(kustomize, ['edit', 'set', 'image', `${name}=*:${tag}`], dir, '', {});
    return typeof error === 'string' ? { error } : { text: readFileSync(file, 'utf8') };
  });
}

const answers = z.array(z.object({ text: z.string(), error: z.string() }));

/** The rule of Image Updater on many texts at once. Files of several documents and JSON are none of its business. */
export async function withUpdater(updater: string, jobs: readonly Job[]): Promise<readonly Made[]> {
  const input = jobs.map(({ text, keys, value }) => JSON.stringify({ text, keys, value })).join('\n');
  const out = await run(updater, [], process.cwd(), input, {});
  if (typeof out === 'string') throw new Error(out);
  const lines = out.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  return answers.parse(lines).map(({ text, error }) => (error === '' ? { text } : { error }));
}

async function inDirectory<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-peers-'));
  try {
    mkdirSync(dir, { recursive: true });
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Standard output, or the error as a text. */
function run(
  command: string,
  argv: readonly string[],
  cwd: string,
  input: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly stdout: string } | string> {
  return new Promise((resolve) => {
    const child = spawn(command, argv, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => {
      const said = Buffer.concat(err).toString('utf8').trim();
      resolve(code === 0 ? { stdout: Buffer.concat(out).toString('utf8') } : said || `exit ${code}`);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
