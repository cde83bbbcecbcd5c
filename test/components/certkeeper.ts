import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import type { DatabaseAccess } from '../../scripts/components/mariadb.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { type Component, homeFor, startComponent } from '../../scripts/components/supervise.ts';

/** Where the reference service's sources are. */
export const serviceDir = resolve(import.meta.dirname, '../../examples/certkeeper');

/** An admin key that every instance started here accepts. */
export const adminKey = 'test-bootstrap-key-0123456789';

export interface Binary extends AsyncDisposable {
  readonly path: string;
  readonly version: string;
}

/** Builds the API into a temporary directory; `faults` adds the misbehaviour. */
export async function buildCertkeeper(version: string, faults = false): Promise<Binary> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-certkeeper-build-'));
  const path = join(dir, 'certkeeper');
  const argv = ['build', '-p=2', '-trimpath', '-buildvcs=false', ...(faults ? ['-tags', 'faults'] : [])];
  argv.push('-ldflags', `-s -w -X main.version=${version} -X main.commit=0123abcd`, '-o', path, './cmd/certkeeper');
  await promisify(execFile)('go', argv, { cwd: join(serviceDir, 'api'), env: { ...process.env, CGO_ENABLED: '0' } });
  return { path, version, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, or null when it is not JSON. */
  readonly json: unknown;
}

export interface Ask {
  readonly method?: string;
  /** API key; the admin key unless given, none for an empty string. */
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Certkeeper extends Component {
  readonly port: number;
  readonly url: string;
  ask(path: string, ask?: Ask): Promise<Answer>;
  /** Sum of all series of a metric whose labels contain every given `name="value"`; 0 if there is none. */
  metric(name: string, ...labels: readonly string[]): Promise<number>;
  /** Its log lines, parsed. */
  log(): Promise<readonly unknown[]>;
}

/** Starts one instance on a free port and waits until it lives (not until it is ready). It drains without delay unless told. */
export async function startCertkeeper(
  binary: Binary,
  env: Readonly<Record<string, string>> = {},
  dir?: string,
): Promise<Certkeeper> {
  const home = await homeFor('certkeeper', dir);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const component = await startComponent({
    name: 'certkeeper',
    argv: [binary.path],
    home,
    env: {
      CERTKEEPER_LISTEN: `127.0.0.1:${port}`,
      CERTKEEPER_BOOTSTRAP_KEY: adminKey,
      CERTKEEPER_DRAIN_DELAY: '0s',
      ...env,
    },
    ready: () => fetch(`${url}/healthz`).then((response) => response.ok),
    deadlineMs: 10_000,
  });
  const ask = (path: string, options: Ask = {}): Promise<Answer> => askAt(url, path, options);
  const metric = async (name: string, ...labels: readonly string[]): Promise<number> => {
    const { text } = await ask('/metrics');
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => labels.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  };
  const log = async (): Promise<readonly unknown[]> =>
    (await readFile(component.logPath, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): unknown => JSON.parse(line));
  return { ...component, port, url, ask, metric, log };
}

async function askAt(url: string, path: string, ask: Ask): Promise<Answer> {
  const key = ask.key ?? adminKey;
  const response = await fetch(`${url}${path}`, {
    method: ask.method ?? 'GET',
    headers: {
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...ask.headers,
    },
    ...(ask.body === undefined ? {} : { body: typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The migrations' file names in order, without the ones that undo. */
export async function migrationFiles(): Promise<readonly string[]> {
  const names = await readdir(join(serviceDir, 'migrations'));
  return names.filter((name) => name.endsWith('.sql') && !name.endsWith('.down.sql')).sort();
}

/** Runs SQL files of the service, each as it is, one after the other. */
export async function applySql(access: DatabaseAccess, folder: string, names: readonly string[]): Promise<void> {
  const connection = await mysql.createConnection({ ...access, multipleStatements: true });
  try {
    for (const name of names) await connection.query(await readFile(join(serviceDir, folder, name), 'utf8'));
  } finally {
    await connection.end();
  }
}

/** A temporary directory that goes away with `await using`. */
export async function temporaryDir(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'shiplock-certkeeper-'));
  await mkdir(path, { recursive: true });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
