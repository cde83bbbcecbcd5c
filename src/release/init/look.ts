import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';

/** What lies in a directory that is to be released. Only looks. */

export interface GoSource {
  readonly kind: 'go';
  /** Relative to the directory. */
  readonly source: string;
  readonly package: string;
  readonly binary: string;
  readonly ready: string;
  /** Variable that says where to listen, as the sources name it; null: none was seen. */
  readonly listen: string | null;
  /** The path of `ready` was seen in the sources. */
  readonly sure: boolean;
}

export interface StaticSource {
  readonly kind: 'static';
  readonly source: string;
  readonly build: readonly string[] | null;
  readonly output: string;
}

export interface Found {
  /** From the git remote, else the name of the directory. */
  readonly service: string | null;
  readonly go: readonly GoSource[];
  readonly files: readonly StaticSource[];
  /** What is taken without being told: `go:api`. */
  readonly components: readonly string[];
  readonly migrations: string | null;
}

const SKIPPED = /^(?:\..*|node_modules|vendor|dist|build|out|testdata|coverage|target)$/;
const DEPTH = 3;
/** Files of a module that are searched for paths and variables; more would only be slower. */
const SEARCHED = 400;

export async function lookAround(directory: string): Promise<Found> {
  const places = await walk(directory, '.', DEPTH);
  const go = await Promise.all(
    places.filter(({ files }) => files.includes('go.mod')).map(({ path }) => goSource(directory, path)),
  );
  const files = await Promise.all(
    places
      .filter((place) => place.files.includes('package.json') || place.files.includes('index.html'))
      .map((place) => staticSource(directory, place.path, place.files)),
  );
  const pages = files.filter((one) => one !== null);
  const migrations = places.find((place) => place.files.some((name) => /^\d+\D.*\.sql$/.test(name)))?.path ?? null;
  return {
    service: await serviceName(directory),
    go,
    files: pages,
    components: [go[0], pages[0]].flatMap((one) => (one === undefined ? [] : [`${one.kind}:${one.source}`])),
    migrations,
  };
}

interface Place {
  readonly path: string;
  readonly files: readonly string[];
}

/** Directories from the outside in, each level by name: the same every time. */
async function walk(base: string, path: string, depth: number): Promise<readonly Place[]> {
  const entries = await readdir(join(base, path), { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const below = entries.filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name)).map(({ name }) => name);
  const inner =
    depth === 0
      ? []
      : await Promise.all(
          below.toSorted().map((name) => walk(base, path === '.' ? name : `${path}/${name}`, depth - 1)),
        );
  return [{ path, files: files.toSorted() }, ...inner.flat()].toSorted((a, b) => levelOf(a.path) - levelOf(b.path));
}

function levelOf(path: string): number {
  return path === '.' ? 0 : path.split('/').length;
}

async function goSource(base: string, source: string): Promise<GoSource> {
  const module = await text(join(base, source, 'go.mod'));
  const name =
    /^module[ \t]+(\S+)/m
      .exec(module)?.[1]
      ?.replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? basename(source);
  const inside = await walk(join(base, source), '.', DEPTH);
  const command = inside.find(({ path, files }) => /^cmd\/[^/]+$/.test(path) && files.includes('main.go'))?.path;
  const sources = inside
    .flatMap(({ path, files }) => files.filter((file) => isSource(file)).map((file) => join(base, source, path, file)))
    .slice(0, SEARCHED);
  const all = (await Promise.all(sources.map(text))).join('\n');
  const ready = readyPath(all);
  return {
    kind: 'go',
    source,
    package: command === undefined ? '.' : `./${command}`,
    binary: command === undefined ? name : basename(command),
    ready: ready ?? '/healthz',
    listen: listenVariable(all),
    sure: ready !== null,
  };
}

function isSource(file: string): boolean {
  return file.endsWith('.go') && !file.endsWith('_test.go');
}

/** The path that says "may get traffic", as programs usually name it. Pure. */
export function readyPath(sources: string): string | null {
  const usual = ['/readyz', '/ready', '/health/ready', '/healthz', '/health', '/ping'];
  return usual.find((path) => sources.includes(`${path}"`) || sources.includes(`${path}\``)) ?? null;
}

/** The environment variable that says where to listen. Pure. */
export function listenVariable(sources: string): string | null {
  const named = /["`]([A-Z][A-Z0-9_]*_(?:LISTEN|LISTEN_ADDR|ADDR|PORT)|LISTEN|LISTEN_ADDR|PORT)["`]/.exec(sources);
  return named?.[1] ?? null;
}

const packageSchema = z.looseObject({
  scripts: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
});

/** Null for a package that makes no page: a library, a server, a tool. */
async function staticSource(base: string, source: string, files: readonly string[]): Promise<StaticSource | null> {
  const page = files.includes('index.html');
  const parsed = packageSchema.safeParse(parsedJson(await text(join(base, source, 'package.json'))));
  if (!parsed.success) return page ? { kind: 'static', source, build: null, output: '.' } : null;
  const { scripts = {}, dependencies = {}, devDependencies = {} } = parsed.data;
  const uses = (name: string): boolean => Object.hasOwn(dependencies, name) || Object.hasOwn(devDependencies, name);
  if (scripts['build'] === undefined) return page ? { kind: 'static', source, build: null, output: '.' } : null;
  if (!page && !uses('vite') && !uses('react-scripts')) return null;
  const config = await Promise.all(
    files.filter((name) => /^vite\.config\./.test(name)).map((name) => text(join(base, source, name))),
  );
  const output = /outDir:\s*['"]([\w./-]+)['"]/.exec(config.join('\n'))?.[1];
  const usual = uses('react-scripts') ? 'build' : 'dist';
  return { kind: 'static', source, build: ['npm', 'run', 'build'], output: output ?? usual };
}

/** A directory inside of a repository is one of several services, and has a name of its own. */
async function serviceName(directory: string): Promise<string | null> {
  const remote = originOf(await text(join(directory, '.git', 'config')));
  return plainName(remote ?? basename(directory));
}

/** The address of the remote `origin` in the settings of a repository. Pure. */
export function originOf(settings: string): string | null {
  const section = /^\[remote "origin"\]$([^[]*)/m.exec(settings)?.[1] ?? '';
  return /^[ \t]*url[ \t]*=[ \t]*(\S+)/m.exec(section)?.[1] ?? null;
}

/** `git@host:team/Cert_Keeper.git` → `cert-keeper`. Pure. */
export function plainName(place: string): string | null {
  const last =
    place
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .split(/[/:]/)
      .at(-1) ?? '';
  const name = last
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
  return name === '' ? null : name.slice(0, 40).replace(/-+$/, '');
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
