import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../../../scripts/components/ports.ts';
import { CERTKEEPER_API, command, type Ran, stopUnits } from '../../../scripts/lab/lab.ts';
import { PROGRAM } from '../../../scripts/lab/program.ts';
import { newKey } from '../../support/keys.ts';
import { portRange, quickRollout } from './doors.ts';

/** Two services that are released together, `web` after `api`, each with a repository and hosts of its own, in two environments. */

const ROOT = join(import.meta.dirname, '../../..');
export const STAGES = ['development', 'production'] as const;
export type Stage = (typeof STAGES)[number];
export type MemberName = 'api' | 'web';

export interface UnitWorld {
  readonly dir: string;
  /** State directory of the unit. */
  readonly store: string;
  /** `http://127.0.0.1:PORT` */
  entry(member: MemberName, stage: Stage): string;
  configOf(member: MemberName): string;
  storeOf(member: MemberName): string;
  /** Runs the command where the file of the unit lies. */
  shiplock(...args: readonly string[]): Promise<Ran>;
  /** Commits a version of a member with this page, these variables of the API or these keys of its configuration, and tags it. */
  commit(
    member: MemberName,
    version: string,
    change?: { readonly page?: string; readonly more?: object; readonly top?: object },
  ): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param api `go`: an API that gets its traffic share by share; `files`: a service that is only files, as `web` always is
 * @param order `apart`: neither goes after the other; then in production `api` asks for an hour in development first, and `web` never finds there what it looks for
 * @param operations repository of the git stores of the unit and of its members
 */
export async function openUnitWorld(
  api: 'go' | 'files',
  order: 'row' | 'apart' = 'row',
  operations: string | null = null,
): Promise<UnitWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'su-'));
  const places = {
    api: { development: await placeIn(dir, 'api-dev'), production: await placeIn(dir, 'api-prod') },
    web: { development: await placeIn(dir, 'web-dev'), production: await placeIn(dir, 'web-prod') },
  };
  for (const member of ['api', 'web']) {
    await mkdir(join(dir, member));
    await must(['git', 'init', '-q', '-b', 'main', '.'], join(dir, member));
    await writeFile(join(dir, member, '.gitignore'), '.shiplock/\n');
  }
  if (api === 'go') {
    await cp(join(ROOT, 'examples/certkeeper/api'), join(dir, 'api/api'), {
      recursive: true,
      filter: (source) => !/\/bin$/.test(source),
    });
  }
  const apart = order === 'apart' ? ruledBy(join(dir, 'api'), newKey(dir, 'ann').line) : null;
  await writeFile(
    join(dir, 'shiplock.unit.yaml'),
    stringify({
      apiVersion: 'shiplock/v1',
      unit: 'shop',
      members: { web: { config: 'web', ...(order === 'row' ? { after: ['api'] } : {}) }, api: { config: 'api' } },
      environments: { development: {}, production: { from: 'development' } },
      ...(operations === null ? {} : { store: { git: { url: operations, lease: '5s' } } }),
    }),
  );
  return {
    dir,
    store: join(dir, '.shiplock/units/shop'),
    entry: (member, stage) => `http://${places[member][stage].bind}`,
    configOf: (member) => join(dir, member, 'shiplock.yaml'),
    storeOf: (member) => join(dir, member, '.shiplock/state'),
    shiplock: (...args) =>
      command([process.execPath, PROGRAM, ...args], {
        cwd: dir,
        env: { ...process.env, SHIPLOCK_WHO: 'ann', NO_COLOR: '' },
      }),
    commit: async (member, version, { page = '', more = {}, top = {} } = {}) => {
      const at = join(dir, member);
      const kind = member === 'api' ? api : 'files';
      if (kind === 'files') {
        await mkdir(join(at, 'site'), { recursive: true });
        await writeFile(join(at, 'site/index.html'), `<h1>${page}</h1>\n`);
      }
      await writeFile(
        join(at, 'shiplock.yaml'),
        stringify({
          ...configuration(member, kind, places[member], { more, apart }),
          ...(operations === null
            ? {}
            : { store: { git: { url: operations, prefix: `shiplock/${member}`, lease: '5s' } } }),
          ...top,
        }),
      );
      await must(['git', 'add', '-A'], at);
      const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@localhost'];
      await must(['git', ...identity, 'commit', '-q', '--allow-empty', '-m', `version ${version}`], at);
      await must(['git', 'tag', `v${version}`], at);
    },
    stop: async () => {
      for (const name of await readdir(dir)) if (/^(api|web)-/.test(name)) await stopUnits(join(dir, name));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Where {
  readonly root: string;
  readonly bind: string;
  readonly ports: string;
}

async function placeIn(dir: string, name: string): Promise<Where> {
  const [first, last] = await portRange();
  return { root: join(dir, name), bind: `127.0.0.1:${await freePort()}`, ports: `${first}-${last}` };
}

async function must(argv: readonly string[], cwd: string): Promise<void> {
  const ran = await command(argv, { cwd });
  if (ran.code !== 0) throw new Error(`${argv.join(' ')}: ${ran.stderr || ran.stdout}`);
}

function configuration(
  service: MemberName,
  kind: 'go' | 'files',
  places: Readonly<Record<Stage, Where>>,
  { more, apart }: { readonly more: object; readonly apart: object | null },
): object {
  const path = kind === 'go' ? '/api/v1/ping' : '/';
  const looksFor = (stage: Stage): string =>
    apart !== null && service === 'web' && stage === 'production' ? 'what nobody wrote' : 'page';
  const environment = (stage: Stage): object => {
    const { root, bind, ports } = places[stage];
    return {
      platform: { kind: 'local', root, replicas: 1, ports, stopTimeout: '5s' },
      traffic: {
        kind: 'haproxy',
        directory: join(root, 'haproxy'),
        bind,
        deadMan: '10s',
        longestTimeout: '200ms',
        ...(kind === 'go' ? {} : { files: { component: 'site', service: [] } }),
      },
      metrics: { every: '200ms' },
      rollout: {
        ...quickRollout,
        analysisDeadline: '1s',
        finalBake: '0s',
        healthDeadline: '120s',
        smoke: [{ path, status: 200 }],
      },
      verify: [{ path, status: 200, ...(kind === 'go' ? {} : { contains: looksFor(stage) }) }],
      ...(stage === 'development' ? {} : { promotion: { from: 'development' } }),
    };
  };
  return {
    apiVersion: 'shiplock/v1',
    service,
    components:
      kind === 'files'
        ? { site: { kind: 'static', source: 'site' } }
        : {
            api: {
              ...CERTKEEPER_API,
              ...more,
            },
          },
    ...(apart !== null && service === 'api' ? apart : {}),
    environments: Object.fromEntries(STAGES.map((stage) => [stage, environment(stage)])),
  };
}

/** Nobody is asked for anything, but what comes to production must have served an hour before. */
function ruledBy(repository: string, key: string): object {
  const lax = { evidence: 'unsigned', fourEyes: false };
  const environments = { development: lax, production: { ...lax, promotion: { soak: '1h' } } };
  return {
    people: { ann: { keys: [key], roles: ['releaser'] } },
    policy: { repository, branch: 'main', environments },
  };
}

/** The text of a file of a state directory; empty when there is none. */
export function textOf(...path: readonly string[]): Promise<string> {
  return readFile(join(...path), 'utf8').catch(() => '');
}

/** What a page answers: its status and words. A busy machine may let a connection time out before its request is written, or the proxy wait in vain for its 200 ms. */
export async function answerOf(entry: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(entry, { signal: AbortSignal.timeout(5_000) }).catch(String);
    const last = attempt === 3;
    if (typeof answer !== 'string') {
      if (last || answer.status !== 504)
        return `${answer.status} ${/<h1>(.*)<\/h1>/.exec(await answer.text())?.[1] ?? ''}`;
    } else if (last) return answer;
  }
}
