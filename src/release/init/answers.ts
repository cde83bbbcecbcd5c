import type { Problem } from '../../model/problem.ts';
import { nameSchema } from '../../model/scalars.ts';
import type { Found, GoSource, StaticSource } from './look.ts';

/** What a new shiplock.yaml is made of: what was asked for, else what was found. Pure. */

export interface Answers {
  readonly service: string;
  readonly go: GoSource | null;
  readonly files: StaticSource | null;
  readonly database: { readonly engine: 'mysql' | 'mariadb'; readonly migrations: string } | null;
  readonly traffic: 'haproxy' | 'nginx';
  readonly strategy: 'canary' | 'blue-green';
  /** The first one is where one begins, the last one is what users see. */
  readonly environments: readonly string[];
}

/** What flags and questions say; everything may be left out. */
export interface Wishes {
  readonly service?: string | undefined;
  /** `go:api`, `static:frontend`. */
  readonly components?: readonly string[] | undefined;
  readonly ready?: string | undefined;
  readonly database?: 'mysql' | 'mariadb' | 'none' | undefined;
  readonly migrations?: string | undefined;
  readonly traffic?: 'haproxy' | 'nginx' | undefined;
  readonly strategy?: 'canary' | 'blue-green' | undefined;
  readonly environments?: readonly string[] | undefined;
}

export type Completed =
  | { readonly kind: 'complete'; readonly answers: Answers }
  | { readonly kind: 'missing'; readonly problems: readonly Problem[] };

/** Puts wishes and findings together, or says which flag is missing. */
export function complete(wishes: Wishes, found: Found): Completed {
  const problems: Problem[] = [];
  const service = wishes.service ?? found.service;
  if (service === null || !isName(service)) problems.push(missing('--service', service ?? 'no name', A_NAME));
  const chosen = (wishes.components ?? found.components).map((word) => componentOf(word, found));
  const odd = chosen.find((one) => one === null);
  const parts = chosen.filter((one) => one !== null);
  const go = parts.filter((one) => one.kind === 'go');
  const files = parts.filter((one) => one.kind === 'static');
  const expected = 'at most one go and one static component: --component go:DIRECTORY, --component static:DIRECTORY';
  if (odd === null) problems.push(missing('--component', (wishes.components ?? []).join(', '), expected));
  else if (parts.length === 0) problems.push(missing('--component', 'no go.mod, package.json or index.html', expected));
  else if (go.length > 1 || files.length > 1) {
    const list = parts.map(({ kind, source }) => `${kind}:${source}`).join(', ');
    problems.push(missing('--component', list, expected));
  }
  const migrations = wishes.migrations ?? found.migrations;
  const engine = wishes.database ?? (migrations === null ? 'none' : 'mysql');
  if (engine !== 'none' && migrations === null) {
    problems.push(missing('--migrations', 'no directory with numbered SQL files', 'the directory of the migrations'));
  }
  const environments = [...new Set(wishes.environments ?? ['development', 'production'])];
  const bad = environments.find((name) => !isName(name) || name === 'base');
  if (bad !== undefined || environments.length === 0) {
    problems.push(missing('--environment', bad ?? 'none', `${A_NAME}; \`base\` is taken`));
  }
  if (problems.length > 0 || service === null) return { kind: 'missing', problems };
  const [api] = go;
  const ready = wishes.ready;
  return {
    kind: 'complete',
    answers: {
      service,
      go: api === undefined ? null : { ...api, ready: ready ?? api.ready },
      files: files[0] ?? null,
      database: engine === 'none' || migrations === null ? null : { engine, migrations },
      traffic: wishes.traffic ?? 'haproxy',
      strategy: wishes.strategy ?? 'canary',
      environments,
    },
  };
}

/** What was found there; a directory that nobody looked at gets the usual settings. */
function componentOf(word: string, found: Found): GoSource | StaticSource | null {
  const [, kind, source] = /^(go|static):(.+)$/.exec(word) ?? [];
  if (source === undefined) return null;
  const plain = source.replace(/^\.\/(?=.)/, '').replace(/(?<=.)\/+$/, '');
  if (kind === 'go') {
    const usual: GoSource = {
      kind,
      source: plain,
      package: '.',
      binary: plain === '.' ? (found.service ?? 'api') : (plain.split('/').at(-1) ?? 'api'),
      ready: '/healthz',
      listen: null,
      sure: false,
    };
    return found.go.find((one) => one.source === plain) ?? usual;
  }
  const usual: StaticSource = { kind: 'static', source: plain, build: null, output: '.' };
  return found.files.find((one) => one.source === plain) ?? usual;
}

const A_NAME = 'a name of lower-case letters, digits and dashes that begins with a letter, at most 40 characters';

function isName(text: string): boolean {
  return nameSchema.safeParse(text).success;
}

function missing(flag: string, found: string, expected: string): Problem {
  return { code: 'cli.usage', where: flag, found, expected, remedy: `give ${flag}, see \`shiplock init --help\`` };
}
