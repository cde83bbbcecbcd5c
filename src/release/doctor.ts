import { join } from 'node:path';
import { alertmanagerChecks } from '../announce/checks.ts';
import { goChecks, imageCheck, pushCheck, scriptChecks, staticChecks } from '../build/checks.ts';
import {
  type HostEnvironment,
  isInCluster,
  isOnHosts,
  type ResolvedEnvironment,
  resolveEnvironment,
} from '../config/index.ts';
import { gitopsChecks } from '../gitops/checks.ts';
import { prometheusChecks } from '../metrics/checks.ts';
import { prometheusMetrics } from '../metrics/index.ts';
import { databaseChecks } from '../migrate/checks.ts';
import { openDatabase } from '../migrate/index.ts';
import type { Check } from '../model/check.ts';
import type { Text } from '../model/effect.ts';
import type { Exec } from '../model/ports.ts';
import { unwrap } from '../model/problem.ts';
import { platformChecks } from '../platform/checks.ts';
import { bucketDoctor } from '../platform/index.ts';
import {
  type CheckResult,
  directoryCheck,
  isAtLeast,
  journalsCheck,
  leaseCheck,
  programCheck,
  runChecks,
  spaceCheck,
} from '../procedure/check/index.ts';
import { httpClient } from '../procedure/index.ts';
import { trafficChecks } from '../traffic/checks.ts';
import { attestChecks } from './attest/checks.ts';
import { callerChecks } from './callers/forge-checks.ts';
import type { Service } from './door.ts';
import { clusterDoctor } from './environment/cluster.ts';
import { openTarget } from './environment/open.ts';
import { hostChecks } from './environment/platform.ts';
import { secretsIn } from './environment/secrets.ts';
import { withDatabaseRoots } from './environment/service.ts';
import type { Target } from './environment/target.ts';
import { gitopsForgeChecks } from './manifests/forge-checks.ts';
import { type ForgePatience, openGitopsForge } from './manifests/gitops-forge.ts';
import { policyChecks } from './policy/checks.ts';
import { scanChecks } from './scan/checks.ts';

/** Whether everything is there that a release needs. Only looks. */

export interface Diagnosis {
  readonly environment: string;
  readonly checks: readonly CheckResult[];
}

/** @param eachMs how long one check may take; all of them go side by side */
export async function doctor(
  service: Service,
  environments: readonly string[],
  eachMs: number,
): Promise<readonly Diagnosis[]> {
  const opened = environments.map((name) =>
    unwrap(resolveEnvironment(service.config, name, { baseDir: service.baseDir })),
  );
  return Promise.all(
    opened.map(async (environment) => ({
      environment: environment.environment,
      checks: await runChecks(await checksOf(service, environment, eachMs), service.clock, eachMs),
    })),
  );
}

/** Every check that this configuration gives a reason for. */
async function checksOf(service: Service, environment: ResolvedEnvironment, eachMs: number): Promise<readonly Check[]> {
  const { store, exec, clock, door } = service;
  const { metrics, announce } = environment;
  // The migrations are looked at by a check of their own: one that cannot be read must not hide everything else.
  const target = openTarget({ ...environment, database: null }, service);
  target.catch(() => undefined);
  const prometheus = metrics.prometheus;
  return [
    nodeCheck,
    programCheck(exec, {
      program: 'git',
      version: { args: ['--version'], least: '2.30' },
      why: 'tells which commit is released',
      mend: 'sudo apt-get install git',
    }),
    ...(await componentChecks(service, environment)),
    ...(await callerChecks(service, environment, secretsIn(environment), eachMs)),
    ...(isInCluster(environment) ? clusterDoctor(environment, door.env, clock) : []),
    ...(isOnHosts(environment) ? hostsChecks(environment, exec, target) : []),
    ...bucketDoctor(environment.buckets ?? [], service),
    ...secretChecks(service, environment),
    ...database(service, environment, eachMs),
    ...(prometheus === null
      ? []
      : prometheusChecks(prometheus.url, prometheusMetrics({ ...prometheus, clock, http: httpClient }))),
    ...(announce?.alertmanager == null
      ? []
      : alertmanagerChecks({
          urls: announce.alertmanager.urls,
          authorization: () => textOf(service, announce.alertmanager?.authorization ?? null),
          http: httpClient,
          timeoutMs: eachMs,
        })),
    ...(environment.gitops === null
      ? []
      : gitopsChecks({ ...environment.gitops, workDir: join(store, 'gitops'), baseDir: environment.baseDir }, exec)),
    ...gitopsAtForge(service, environment, eachMs),
    ...policyChecks(service, environment),
    ...scanChecks(service, environment),
    ...attestChecks(service, environment),
    directoryCheck('state.directory', 'State directory', store),
    spaceCheck('state.space', 'the state directory', store),
    journalsCheck(store),
    leaseCheck(store, environment.environment),
  ];
}

function gitopsAtForge(
  { clock, secrets }: Pick<Service, 'clock' | 'secrets'>,
  { gitops }: ResolvedEnvironment,
  eachMs: number,
): readonly Check[] {
  if (gitops === null || gitops.forge === null) return [];
  const { forge } = gitops;
  const open = (patience: ForgePatience) => openGitopsForge(forge, { clock, secrets }, patience);
  return gitopsForgeChecks({ ...gitops, forge }, open, eachMs);
}

function hostsChecks(
  { platform, traffic, ...rest }: HostEnvironment,
  exec: Exec,
  target: Promise<Target>,
): readonly Check[] {
  return [
    ...trafficChecks({ ...traffic, exec, observe: async (signal) => (await target).ports.router.observe(signal) }),
    ...platformChecks({ ...platform, exec, observe: async (signal) => (await target).ports.platform.observe(signal) }),
    ...hostChecks({ ...rest, platform, traffic }, exec),
  ];
}

const LEAST_NODE = '24';

const nodeCheck: Check = {
  id: 'program.node',
  title: 'Node.js',
  look: async () => {
    const { node } = process.versions;
    if (isAtLeast(node, LEAST_NODE)) return { state: 'ok', found: `node ${node}` };
    return {
      state: 'failed',
      found: `node ${node}`,
      expected: `node ${LEAST_NODE} or newer`,
      mend: 'get it from https://nodejs.org',
    };
  },
};

async function componentChecks(
  service: Pick<Service, 'exec' | 'secrets'>,
  { components }: ResolvedEnvironment,
): Promise<readonly Check[]> {
  const lists = Object.entries(components).map(([name, component]): readonly Check[] | Promise<readonly Check[]> => {
    const { exec } = service;
    // An image was built elsewhere.
    if (component.kind === 'image') {
      const { image, registry, authorization } = component;
      return [
        imageCheck(name, { image, registry, authorization: () => textOf(service, authorization), http: httpClient }),
      ];
    }
    if (component.kind === 'script') return scriptChecks(name, component, exec);
    return component.kind === 'go'
      ? goChecks(name, component.source, component.checks.test?.race ?? 'never', exec)
      : staticChecks(name, component.source, component.build, exec);
  });
  const pushed = Object.entries(components).flatMap(([name, component]) => {
    if (component.kind === 'image' || component.kind === 'script' || component.image === undefined) return [];
    const { repository, registry, authorization } = component.image;
    return [
      pushCheck(name, {
        image: repository,
        registry,
        authorization: () => textOf(service, authorization),
        http: httpClient,
      }),
    ];
  });
  return [...(await Promise.all(lists)).flat(), ...pushed];
}

function database(service: Service, environment: ResolvedEnvironment, eachMs: number): readonly Check[] {
  const settings = environment.database;
  if (settings === null) return [];
  const { engine, dsn, connectTimeoutMs } = settings;
  const patience = Math.max(500, eachMs - 500);
  return [
    {
      id: 'database.migrations',
      title: `Migrations in ${settings.migrations}`,
      look: async () => {
        const trusting = { ...service, secrets: await withDatabaseRoots(service.secrets, environment) };
        const { database: read } = await openTarget(environment, trusting);
        return { state: 'ok', found: `${read?.migrations.length ?? 0} files` };
      },
    },
    ...databaseChecks({
      engine,
      database: async () =>
        openDatabase({
          dsn,
          secrets: await withDatabaseRoots(service.secrets, environment),
          connectTimeoutMs: Math.min(connectTimeoutMs, patience),
          queryTimeoutMs: patience,
        }),
    }),
  ];
}

/** Every reference to a secret leads to a value. The value is in no text. */
function secretChecks({ secrets }: Pick<Service, 'secrets'>, environment: ResolvedEnvironment): readonly Check[] {
  return secretsIn(environment).map((reference) => ({
    id: 'secret',
    title: `Secret ${reference}`,
    look: async () => {
      secrets.get(reference);
      return { state: 'ok', found: 'there' };
    },
  }));
}

function textOf({ secrets }: Pick<Service, 'secrets'>, text: Text | null): string | null {
  return text === null || typeof text === 'string' ? text : secrets.get(text.secret);
}
