import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import type { BuilderFacts, BuildFacts, Subject } from '../../build/attest/index.ts';
import { ociPurl, toolVersion } from '../../build/index.ts';
import type { ResolvedComponent } from '../../config/index.ts';
import { readRun } from '../../procedure/index.ts';
import { isMissing } from '../../procedure/store.ts';
import type { Service } from '../door.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import type { ReleaseRecord } from '../record.ts';
import { specsOf } from './artefacts.ts';

/** Facts of a build that was made here, for its attestation. Looks only. */

/** Files by which package managers fix what they take. */
const LOCKS = ['go.mod', 'go.sum', 'package-lock.json'];

export interface Made {
  readonly candidate: ReleaseRecord;
  /** Digest of release.json. */
  readonly manifest: string;
  /** Run that built it. */
  readonly run: string;
  /** The working tree was as its commit has it. */
  readonly clean: boolean;
}

export async function factsOf(service: ServiceEnvironment, made: Made): Promise<BuildFacts> {
  const { candidate, manifest } = made;
  const { release } = candidate;
  const components = Object.values(service.environment.components);
  const [built, artefacts, uri, locks, tools] = await Promise.all([
    readRun(service.store, made.run),
    subjectsOf(candidate),
    sourceUri(service),
    locksOf(service, components),
    toolsOf(service, components),
  ]);
  const times = built.entries.map(({ record }) => record.time);
  return {
    service: release.service,
    version: release.version,
    components: Object.keys(service.environment.components),
    releaseJson: manifest,
    artefacts,
    sbom: release.sbom ?? null,
    source: { commit: release.commit, uri, clean: made.clean },
    locks,
    bases: basesOf(components),
    configHash: release.configHash,
    tools,
    builder: builderOf(service, made.run),
    run: made.run,
    actor: service.door.who,
    startedOn: times[0] ?? '',
    finishedOn: times.at(-1) ?? '',
  };
}

/** Other tools can compare the digest of a file, and of an image; that of a directory is ours. */
async function subjectsOf(candidate: ReleaseRecord): Promise<readonly Subject[]> {
  const specs = new Map(specsOf(candidate).map((spec) => [spec.component, spec]));
  return Promise.all(
    candidate.release.artefacts.map(async ({ name, digest }): Promise<Subject> => {
      const path = specs.get(name)?.artefact;
      const there = path === undefined ? undefined : await stat(path).catch(() => undefined);
      return { name, digest, of: there?.isDirectory() === true ? 'tree' : 'bytes' };
    }),
  );
}

async function sourceUri({ exec, baseDir }: Pick<Service, 'exec' | 'baseDir'>): Promise<string | null> {
  const asked = await exec.read(['git', '-C', baseDir, 'remote', 'get-url', 'origin']);
  return asked.exitCode === 0 ? gitUri(asked.stdout.trim()) : null;
}

/** `git+https://…` of an address that git takes, without anybody's password; null for a path, which means nothing elsewhere. Pure. */
export function gitUri(address: string): string | null {
  const [, user = 'git', host, path] = /^(?:([^\s@:/]+)@)?([^\s@:/]+):(?!\/)(\S+)$/.exec(address) ?? [];
  if (host !== undefined && path !== undefined) return `git+ssh://${user}@${host}/${path}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol)) return null;
  url.password = '';
  // A token may stand as the user of an address on the web.
  if (url.protocol !== 'ssh:') url.username = '';
  url.search = '';
  url.hash = '';
  return `git+${url.href}`;
}

async function locksOf(
  { baseDir }: Pick<Service, 'baseDir'>,
  components: readonly ResolvedComponent[],
): Promise<BuildFacts['locks']> {
  const directories = [...new Set(components.flatMap((one) => ('source' in one ? [one.source] : [])))];
  const found = await Promise.all(
    directories.flatMap((directory) =>
      LOCKS.map(async (name) => {
        const path = join(directory, name);
        const bytes = await bytesOf(path);
        if (bytes === undefined) return [];
        return [{ path: relative(baseDir, path), digest: createHash('sha256').update(bytes).digest('hex') }];
      }),
    ),
  );
  return found.flat();
}

/** What images stand on, each once. Pure. */
export function basesOf(components: readonly ResolvedComponent[]): BuildFacts['bases'] {
  const bases = components.flatMap((one) => ('image' in one && typeof one.image === 'object' ? [one.image.base] : []));
  const named = bases.flatMap((base) =>
    base === null ? [] : [[ociPurl({ repository: base.image }, base.digest), base.digest] as const],
  );
  return [...new Map(named)].map(([uri, digest]) => ({ uri, digest }));
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Versions of what compiles and packs, by the directory that they worked in: a go.mod can ask for another one there. */
async function toolsOf(
  { exec }: Pick<Service, 'exec'>,
  components: readonly ResolvedComponent[],
): Promise<Readonly<Record<string, string>>> {
  const asked = components.flatMap((one): readonly (readonly [string, readonly string[], string])[] => {
    if (one.kind === 'go') return [['go', ['go', 'env', 'GOVERSION'], one.source]];
    if (one.kind !== 'static' || one.build === null) return [];
    return [
      ['node', ['node', '--version'], one.source],
      ['npm', ['npm', '--version'], one.source],
    ];
  });
  const told = await Promise.all(
    asked.map(async ([tool, argv, source]) => {
      const version = await toolVersion(argv, source, exec).catch(() => undefined);
      return version === undefined ? [] : [[tool, version] as const];
    }),
  );
  return Object.fromEntries(told.flat());
}

/**
 * Who builds: what the configuration says, else the workflow on a GitHub runner, else this machine. Only the signature vouches for it: a runner's
 * variables can be set by whoever starts a program. Pure.
 */
export function builderOf(
  { config, door }: Pick<Service, 'config' | 'door'>,
  run: string,
  machine: string = hostname(),
): BuilderFacts {
  const { env } = door;
  const version = { node: process.version };
  const named = config.service.signing?.builder;
  const workflow = env['GITHUB_WORKFLOW_REF'];
  if (env['GITHUB_ACTIONS'] === 'true' && workflow !== undefined) {
    const server = env['GITHUB_SERVER_URL'] ?? 'https://github.com';
    return {
      id: named ?? `${server}/${workflow}`,
      knownBy: named === undefined ? 'variables of the runner' : 'configuration',
      invocation: `${server}/${env['GITHUB_REPOSITORY'] ?? ''}/actions/runs/${env['GITHUB_RUN_ID'] ?? ''}/attempts/${env['GITHUB_RUN_ATTEMPT'] ?? '1'}`,
      version,
      claims: claimsOf(env),
    };
  }
  return {
    id: named ?? `shiplock:local/${machine}`,
    knownBy: named === undefined ? 'name of the machine' : 'configuration',
    invocation: `shiplock:run/${run}`,
    version,
    claims: {},
  };
}

const CLAIMS = [
  'GITHUB_EVENT_NAME',
  'GITHUB_REF',
  'GITHUB_SHA',
  'GITHUB_ACTOR_ID',
  'GITHUB_WORKFLOW_SHA',
  'RUNNER_ENVIRONMENT',
];

function claimsOf(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    CLAIMS.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name.toLowerCase(), value]];
    }),
  );
}
