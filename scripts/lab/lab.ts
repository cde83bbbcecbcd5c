import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { goDsn, type Mariadb, mysqlUrl, startMariadb } from '../components/mariadb.ts';
import { startMysql } from '../components/mysql.ts';
import { freePort } from '../components/ports.ts';
import { PROGRAM } from './program.ts';

/** One certkeeper in a directory of its own: a git repository of the service, a GitOps repository, a database, and the command. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples', 'certkeeper');

export interface LabOptions {
  readonly database: boolean;
  readonly frontend: boolean;
  readonly prometheusUrl?: string;
  /** The family of the server that the lab starts; default: MariaDB. */
  readonly engine?: 'mariadb' | 'mysql';
  /** A server that runs already: the lab makes a database of its own name in it and leaves it running. */
  readonly mariadb?: { readonly server: Mariadb; readonly database: string };
  /** First and last port of instances. */
  readonly ports: readonly [first: number, last: number];
  /** Merged over the environment `production`. */
  readonly rollout?: Readonly<Record<string, unknown>>;
  readonly traffic?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, unknown>>;
  readonly replicas?: number;
  /** Requests through the proxy after the release; default: a ping of the API. */
  readonly verify?: readonly object[];
  /** Instead of the API and frontend of the example. */
  readonly components?: Readonly<Record<string, unknown>>;
  /** Merged over the platform. */
  readonly platform?: Readonly<Record<string, unknown>>;
  /** Who is told; default: nobody. */
  readonly announce?: Readonly<Record<string, unknown>>;
  /** Merged over the database. */
  readonly migrations?: Readonly<Record<string, unknown>>;
  /** Merged over what names the GitOps repository. */
  readonly gitops?: Readonly<Record<string, unknown>>;
  /** Buckets of the environment, by component; default: none. */
  readonly buckets?: Readonly<Record<string, unknown>>;
  /** Backups of the environment; default: none. */
  readonly backup?: Readonly<Record<string, unknown>>;
  /** Keys of the file itself: people, policy, store. */
  readonly top?: Readonly<Record<string, unknown>>;
}

export type EnvironmentChange = Pick<
  LabOptions,
  'rollout' | 'traffic' | 'metrics' | 'platform' | 'components' | 'verify'
>;

function mergeChange(options: LabOptions, change: EnvironmentChange): LabOptions {
  return {
    ...options,
    ...(change.components === undefined ? {} : { components: change.components }),
    ...(change.verify === undefined ? {} : { verify: change.verify }),
    rollout: { ...options.rollout, ...change.rollout },
    traffic: { ...options.traffic, ...change.traffic },
    metrics: { ...options.metrics, ...change.metrics },
    platform: { ...options.platform, ...change.platform },
  };
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Lab {
  readonly dir: string;
  /** Repository of the service; shiplock.yaml stands in it. */
  readonly service: string;
  /** Bare repository that names what serves. */
  readonly gitops: string;
  readonly state: string;
  readonly host: string;
  /** `http://127.0.0.1:PORT` */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** The server of its database, of whichever family. */
  readonly mariadb: Mariadb | null;
  /** Runs the command in the service's directory. */
  shiplock(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  /**
   * Commits a version of the service: settings of the API component merged in, others merged over the environment, then a tag.
   * Without a version there is no tag.
   */
  commit(
    version: string | null,
    api?: Readonly<Record<string, unknown>>,
    environment?: EnvironmentChange,
  ): Promise<string>;
  /** Text of the file that GitOps serves from. */
  named(): Promise<string>;
  /** Stops every unit of the host by the pids that are recorded, then the database, then removes the directory. */
  stop(): Promise<void>;
}

export function command(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const [name = '', ...args] = argv;
  return new Promise((resolve) => {
    execFile(name, args, { ...options, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

async function must(argv: readonly string[], cwd: string): Promise<string> {
  const ran = await command(argv, { cwd });
  if (ran.code !== 0) throw new Error(`${argv.join(' ')}: ${ran.stderr || ran.stdout}`);
  return ran.stdout.trim();
}

export async function openLab(options: LabOptions): Promise<Lab> {
  // Short: a Unix socket lies deep below it.
  const dir = await mkdtemp(join(tmpdir(), 'sl-'));
  const service = join(dir, 'service');
  const gitops = join(dir, 'gitops.git');
  const host = join(dir, 'host');
  const bind = `127.0.0.1:${await freePort()}`;
  await mkdir(service);
  const parts = ['api', 'migrations', 'seed', ...(options.frontend ? ['frontend'] : [])];
  for (const part of parts) {
    await cp(join(EXAMPLE, part), join(service, part), {
      recursive: true,
      filter: (source) => !/\/(node_modules|dist|bin)$/.test(source),
    });
  }
  const start = options.engine === 'mysql' ? startMysql : startMariadb;
  const own = options.database && options.mariadb === undefined ? await start() : null;
  const mariadb = options.mariadb?.server ?? own;
  const access = mariadb === null ? null : await mariadb.createDatabase(options.mariadb?.database ?? 'certkeeper');
  const env: Record<string, string> =
    access === null ? {} : { SHIPLOCK_DATABASE_DSN: mysqlUrl(access), SHIPLOCK_APPLICATION_DSN: goDsn(access) };
  await must(['git', 'init', '-q', '--bare', '-b', 'main', gitops], dir);
  await must(['git', 'init', '-q', '-b', 'main', '.'], service);
  await writeFile(join(service, '.gitignore'), '.shiplock/\nnode_modules/\ndist/\n');

  const lab: Lab = {
    dir,
    service,
    gitops,
    state: join(dir, 'state'),
    host,
    entry: `http://${bind}`,
    env,
    mariadb,
    shiplock: (args, more = {}) =>
      command([process.execPath, PROGRAM, ...args, '--state', join(dir, 'state')], {
        cwd: service,
        env: { ...process.env, ...env, SHIPLOCK_WHO: 'lab', ...more },
      }),
    commit: async (version, api = {}, change = {}) => {
      const merged = mergeChange(options, change);
      await writeFile(join(service, 'shiplock.yaml'), stringify(configuration(merged, { host, bind, gitops, api })));
      await must(['git', 'add', '-A'], service);
      const identity = ['-c', 'user.name=Lab', '-c', 'user.email=lab@localhost'];
      await must(
        ['git', ...identity, 'commit', '-q', '--allow-empty', '-m', `version ${version ?? 'without a tag'}`],
        service,
      );
      if (version !== null) await must(['git', 'tag', `v${version}`], service);
      return must(['git', 'rev-parse', 'HEAD'], service);
    },
    named: () => must(['git', '-C', gitops, 'show', 'main:apps/certkeeper/production.yaml'], dir),
    stop: async () => {
      await stopUnits(host);
      await own?.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return lab;
}

/** The API of the reference service, as a component of shiplock.yaml. */
export const CERTKEEPER_API = {
  kind: 'go',
  source: 'api',
  package: './cmd/certkeeper',
  binary: 'certkeeper',
  command: ['./certkeeper'],
  ready: '/readyz',
  live: '/healthz',
  env: { CERTKEEPER_LISTEN: '127.0.0.1:{port}', CERTKEEPER_DRAIN_DELAY: '200ms' },
  // The same modules again and again: two seconds of a processor for each build.
  verifyModules: false,
} as const;

function configuration(
  options: LabOptions,
  place: {
    readonly host: string;
    readonly bind: string;
    readonly gitops: string;
    readonly api: Readonly<Record<string, unknown>>;
  },
): object {
  const { env: extra = {}, ...api } = place.api;
  const variables = typeof extra === 'object' && extra !== null ? extra : {};
  return {
    apiVersion: 'shiplock/v1',
    service: 'certkeeper',
    ...options.top,
    components: options.components ?? {
      api: {
        ...CERTKEEPER_API,
        ...api,
        env: {
          ...CERTKEEPER_API.env,
          ...(options.database ? { CERTKEEPER_DSN: { secret: 'env:SHIPLOCK_APPLICATION_DSN' } } : {}),
          ...variables,
        },
      },
      ...(options.frontend
        ? { frontend: { kind: 'static', source: 'frontend', build: ['npm', 'run', 'build'], output: 'dist' } }
        : {}),
    },
    ...(options.database
      ? {
          database: {
            engine: options.engine ?? 'mariadb',
            migrations: 'migrations',
            dsn: { secret: 'env:SHIPLOCK_DATABASE_DSN' },
            ...options.migrations,
          },
        }
      : {}),
    environments: {
      production: {
        platform: {
          kind: 'local',
          root: place.host,
          replicas: options.replicas ?? 1,
          ports: `${options.ports[0]}-${options.ports[1]}`,
          // With hosts elsewhere, this directory is for what stands beside them.
          ...(options.platform?.['kind'] === 'ssh' ? { localRoot: place.host } : {}),
          ...options.platform,
        },
        traffic: {
          kind: 'haproxy',
          directory: join(place.host, proxyOf(options)),
          bind: place.bind,
          deadMan: '5s',
          longestTimeout: '2s',
          ...options.traffic,
        },
        metrics: {
          every: '1s',
          ...(options.prometheusUrl === undefined
            ? {}
            : {
                prometheus: {
                  url: options.prometheusUrl,
                  queries: [
                    {
                      metric: 'http-errors',
                      requests: byVersion('certkeeper_http_requests_total'),
                      // No bad answer yet means no series yet: that is a count of 0.
                      bad: `${byVersion('certkeeper_http_requests_total{code=~"5.."}')} or sum by (version) (certkeeper_build_info * 0)`,
                    },
                  ],
                },
              }),
          ...options.metrics,
        },
        rollout: {
          steps: [
            { share: '10%', bake: '10s' },
            { share: '50%', bake: '5s' },
          ],
          finalBake: '3s',
          healthDeadline: '30s',
          analysisDeadline: '5m',
          smoke: [{ path: '/api/v1/ping', status: 200 }],
          ...options.rollout,
        },
        ...(options.announce === undefined ? {} : { announce: options.announce }),
        verify: options.verify ?? [{ path: '/api/v1/ping', status: 200 }],
        gitops: {
          repository: place.gitops,
          branch: 'main',
          file: 'apps/certkeeper/{environment}.yaml',
          path: 'version',
          ...options.gitops,
        },
        ...(options.backup === undefined ? {} : { backup: options.backup }),
        ...(options.buckets === undefined ? {} : { buckets: options.buckets }),
      },
    },
  };
}

/** The kind of proxy, and so its directory below the host's. */
export function proxyOf({ traffic }: Pick<LabOptions, 'traffic'>): 'haproxy' | 'nginx' {
  return traffic?.['kind'] === 'nginx' ? 'nginx' : 'haproxy';
}

/** The version stands on certkeeper_build_info only; it is joined in by instance. */
function byVersion(selector: string): string {
  return `sum by (version) (${selector} * on (instance) group_left (version) certkeeper_build_info)`;
}

/** Ends what the lab's host still runs, and every host that it plays: each supervisor by its own recorded pid. */
export async function stopUnits(host: string): Promise<void> {
  const played = await readdir(join(host, 'hosts')).catch(() => []);
  await Promise.all([host, ...played.map((name) => join(host, 'hosts', name))].map(stopUnitsOf));
}

async function stopUnitsOf(host: string): Promise<void> {
  const components = await readdir(host, { withFileTypes: true }).catch(() => []);
  const names = components.filter((entry) => entry.isDirectory() && entry.name !== 'run' && entry.name !== 'hosts');
  const versions = await Promise.all(
    names.map(async ({ name }) => {
      const releases = await readdir(join(host, name, 'releases')).catch(() => []);
      // A version without run files runs nothing.
      const files = await readdir(join(host, name, 'run')).catch(() => []);
      return releases
        .filter((version) => files.some((file) => file.startsWith(`${version}-`)))
        .map((version) => ({ component: name, version }));
    }),
  );
  for (const { component, version } of versions.flat()) {
    await command([
      process.execPath,
      PROGRAM,
      'unit',
      'stop',
      '--root',
      host,
      '--component',
      component,
      '--version',
      version,
    ]);
  }
}

export async function fileText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
