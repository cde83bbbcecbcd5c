import { resolve } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { type ComponentConfig, givenFrontend } from '../build/config.ts';
import type { GitopsConfig } from '../gitops/config.ts';
import type { MetricsConfig } from '../metrics/config.ts';
import { applyLimits } from '../migrate/config.ts';
import type { Text } from '../model/effect.ts';
import { nearest } from '../model/json.ts';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import type { PlatformConfig } from '../platform/config.ts';
import type { ObjectivesConfig } from '../release/config.ts';
import type { RolloutConfig } from '../rollout/config.ts';
import { resolveAlerts } from './alerts.ts';
import { resolveAnnounce } from './announce.ts';
import { hostsOfEnvironment, resolveBackup } from './backup.ts';
import { resolveBuckets } from './buckets.ts';
import { resolveCertificates } from './certificates.ts';
import { resolveGoChecks } from './go-checks.ts';
import { environmentNames } from './load.ts';
import { resolveLogs } from './logs.ts';
import { fill } from './placeholders.ts';
import { resolveImage } from './resolve-image.ts';
import type { EnvironmentSettings } from './schema.ts';
import { resolveScript } from './script.ts';
import { resolveSystem } from './system.ts';
import { resolveTraffic } from './traffic.ts';
import type {
  Config,
  ResolvedComponent,
  ResolvedDatabase,
  ResolvedEnvironment,
  ResolvedGitops,
  ResolvedMetrics,
  ResolvedObjectives,
  ResolvedPlatform,
  ResolvedRolling,
  ResolvedRollout,
} from './types.ts';

export interface ResolveOptions {
  /** Directory of shiplock.yaml; relative paths begin here. Absolute. */
  readonly baseDir: string;
}

/** One environment of a configuration, ready to be used. Problems: no such environment, or an abstract one. */
export function resolveEnvironment(
  config: Config,
  name: string,
  { baseDir }: ResolveOptions,
): Result<ResolvedEnvironment> {
  const environment = config.environments.get(name);
  if (environment === undefined) return bad(unknownEnvironment(config, name));
  if (environment.kind === 'abstract') return bad(abstractEnvironment(config, name));
  const { service } = config.service;
  const fit: Fit = {
    text: (text) => fill(text, { environment: name, service }),
    path: (path) => resolve(baseDir, fill(path, { environment: name, service })),
  };
  return ok(arrange(config, name, environment.settings, baseDir, fit));
}

/** What is done to texts and paths on the way. */
interface Fit {
  readonly text: (text: string) => string;
  readonly path: (path: string) => string;
}

function arrange(
  config: Config,
  name: string,
  settings: EnvironmentSettings,
  baseDir: string,
  fit: Fit,
): ResolvedEnvironment {
  const { service, owners, onCall, objectives, roles } = config.service;
  return {
    service,
    environment: name,
    baseDir,
    owners,
    onCall,
    objectives: resolveObjectives(objectives),
    roles,
    components: Object.fromEntries(
      Object.entries(settings.components).map(([component, one]) => [component, resolveComponent(one, fit)]),
    ),
    database: settings.database === undefined ? null : resolveDatabase(settings.database, fit),
    platform: resolvePlatform(settings.platform, fit),
    traffic: resolveTraffic(settings, fit),
    metrics: resolveMetrics(settings.metrics, fit),
    rollout: resolveRollout(settings.rollout),
    gitops: settings.gitops === undefined ? null : resolveGitops(settings.gitops, fit),
    purge: settings.purge.map(({ url, method }) => ({ url: fit.text(url), method })),
    verify: settings.verify,
    promotion: settings.promotion ?? null,
    announce: settings.announce === undefined ? null : resolveAnnounce(settings.announce, fit.text),
    ...(settings.system === undefined ? {} : { system: resolveSystem(settings.system, settings.platform, fit) }),
    ...(settings.buckets === undefined ? {} : { buckets: resolveBuckets(settings.buckets, fit.text) }),
    ...(settings.certificates === undefined ? {} : { certificates: resolveCertificates(settings.certificates, fit) }),
    ...(settings.logs === undefined ? {} : { logs: resolveLogs(settings.logs) }),
    ...(settings.alerts === undefined ? {} : { alerts: resolveAlerts(settings.alerts, fit.text) }),
    backup: settings.backup === undefined ? null : resolveBackup(settings.backup, hostsOfEnvironment(settings), fit),
  };
}

function resolveObjectives({ availability, rto, rpo }: ObjectivesConfig): ResolvedObjectives {
  return {
    ...(availability === undefined ? {} : { availability }),
    ...(rto === undefined ? {} : { rtoMs: rto }),
    ...(rpo === undefined ? {} : { rpoMs: rpo }),
  };
}

interface Runs {
  readonly command: readonly string[];
  readonly ready: string;
  readonly live: string;
  readonly env: Readonly<Record<string, Text>>;
}

function resolveProcess({ command, ready, live, env }: Runs, fit: Fit): Runs {
  return {
    command: command.map(fit.text),
    ready,
    live,
    env: Object.fromEntries(
      Object.entries(env).map(([variable, value]) => [variable, typeof value === 'string' ? fit.text(value) : value]),
    ),
  };
}

function resolveComponent(one: ComponentConfig, fit: Fit): ResolvedComponent {
  if (one.kind === 'image') {
    const { kind, image, tag, authorization = null } = one;
    const registry = one.registry?.replace(/\/+$/, '') ?? `https://${image.split('/')[0]}`;
    return { kind, image, tag, registry, authorization, process: null };
  }
  const source = fit.path(one.source);
  if (one.kind === 'go') {
    const { kind, binary, stamp, tags, platforms, amd64 } = one;
    return {
      ...{ kind, source, package: one.package, binary, stamp, tags, platforms },
      // Only what differs from before this key existed: the hash of a configuration that does not name it stays.
      ...(amd64 === 'v1' ? {} : { amd64 }),
      checks: resolveGoChecks(one),
      process: resolveProcess(one, fit),
      ...(one.image === undefined ? {} : { image: resolveImage(one.image, fit) }),
    };
  }
  if (one.kind === 'script') return resolveScript(one, source, fit);
  return {
    kind: 'static',
    source,
    build: one.build ?? null,
    output: resolve(source, fit.text(one.output)),
    process: one.serve === undefined ? null : resolveProcess(one.serve, fit),
    ...givenFrontend(one),
    ...(one.image === undefined
      ? {}
      : { image: { ...resolveImage(one.image, fit), to: one.image.to, platforms: one.image.platforms } }),
  };
}

function resolveDatabase(database: NonNullable<EnvironmentSettings['database']>, fit: Fit): ResolvedDatabase {
  return {
    engine: database.engine,
    migrations: fit.path(database.migrations),
    dsn: database.dsn,
    seed: database.seed === undefined ? null : fit.path(database.seed),
    accounts:
      database.accounts === undefined ? null : { ...database.accounts, schema: fit.text(database.accounts.schema) },
    tls: resolveTls(database.tls, fit),
    connectTimeoutMs: database.connectTimeout,
    lockWaitTimeoutMs: database.lockWaitTimeout,
    lockAttempts: database.lockAttempts,
    statementTimeoutMs: database.statementTimeout,
    quarantineMs: database.quarantine,
    desensitise: database.desensitise ?? null,
    generate: database.generate,
    reset: database.reset ?? null,
    apply: applyLimits(database.apply),
    compatibility:
      database.compatibility === undefined
        ? null
        : {
            command: database.compatibility.command.map((word) => fit.text(word)),
            directory: fit.text(database.compatibility.directory),
            env: database.compatibility.env,
            required: database.compatibility.required,
            timeoutMs: database.compatibility.timeout,
          },
    plan: database.plan,
    rewrite: database.rewrite,
    shadow: database.shadow ?? null,
    lint: {
      rules: database.lint?.rules ?? {},
      serverVersion: database.lint?.serverVersion ?? null,
      from: database.lint?.from ?? null,
    },
  };
}

function resolveTls(tls: NonNullable<EnvironmentSettings['database']>['tls'], fit: Fit): ResolvedDatabase['tls'] {
  if (tls === undefined) return null;
  const { ca, server } = tls;
  return {
    ca: fit.path(ca),
    ...(server === undefined ? {} : { server: { ...server, authority: fit.path(server.authority) } }),
  };
}

function resolvePlatform(platform: PlatformConfig, fit: Fit): ResolvedPlatform {
  if (platform.kind === 'kubernetes') {
    const { kind, namespace, rollout, container, application, argocdNamespace } = platform;
    return {
      kind,
      kubeconfig: platform.kubeconfig === undefined ? null : fit.path(platform.kubeconfig),
      context: platform.context === undefined ? null : fit.text(platform.context),
      ...{ namespace, rollout, container, application, argocdNamespace },
      quarantine: platform.quarantine ?? null,
      syncDeadlineMs: platform.syncDeadline,
    };
  }
  const running = {
    replicas: platform.replicas,
    startTimeoutMs: platform.startTimeout,
    stopTimeoutMs: platform.stopTimeout,
    ports: platform.ports,
    crashLoop: { restarts: platform.crashLoop.restarts, withinMs: platform.crashLoop.within },
    keepReleases: platform.keepReleases,
  };
  if (platform.kind === 'local') {
    return {
      kind: platform.kind,
      root: fit.path(platform.root),
      ...(platform.hosts === undefined ? {} : { hosts: platform.hosts }),
      ...running,
    };
  }
  return {
    kind: platform.kind,
    root: fit.path(platform.localRoot),
    hosts: platform.hosts.map((host) => ({ ...host, user: host.user ?? platform.user })),
    hostRoot: platform.root,
    knownHosts: fit.path(platform.knownHosts),
    ...(platform.identityFile === undefined ? {} : { identityFile: fit.path(platform.identityFile) }),
    connectTimeoutMs: platform.connectTimeout,
    parallel: platform.parallel,
    ...running,
  };
}

function resolveMetrics({ every, timeout, prometheus }: MetricsConfig, fit: Fit): ResolvedMetrics {
  return {
    everyMs: every,
    timeoutMs: timeout,
    prometheus:
      prometheus === undefined
        ? null
        : {
            url: fit.text(prometheus.url),
            staleAfterMs: prometheus.staleAfter,
            timeoutMs: prometheus.timeout,
            versionLabel: prometheus.versionLabel,
            queries: prometheus.queries.map(({ metric, requests, bad: wrong }) => ({
              metric,
              requests: fit.text(requests),
              bad: fit.text(wrong),
            })),
          },
  };
}

function resolveRollout(rollout: RolloutConfig): ResolvedRollout {
  const { unit, warmUp, past, clump, ...analysis } = rollout.analysis;
  return {
    strategy: rollout.strategy,
    ...(rollout.strategy === 'rolling' ? { rolling: resolveRolling(rollout.rolling) } : {}),
    preview: rollout.preview === 'gate',
    steps: rollout.steps.map(({ share, bake }) => ({ share, bakeMs: bake })),
    analysis: { ...analysis, clump: clump ?? null, unitMs: unit, pastMs: past, warmUpMs: warmUp },
    healthDeadlineMs: rollout.healthDeadline,
    analysisDeadlineMs: rollout.analysisDeadline,
    finalBakeMs: rollout.finalBake,
    drainTimeoutMs: rollout.drainTimeout,
    lowTraffic: rollout.lowTraffic,
    smoke: rollout.smoke,
    errorLimit: rollout.limits.errors,
    capacityPerInstance: rollout.capacity?.perInstance ?? null,
    role: rollout.role,
  };
}

function resolveRolling({
  firstBake,
  bake,
  wholeBake,
  batches,
  inspection,
}: RolloutConfig['rolling']): ResolvedRolling {
  return { firstBakeMs: firstBake, bakeMs: bake, wholeBakeMs: wholeBake, batches, inspection };
}

function resolveGitops(gitops: GitopsConfig, fit: Fit): ResolvedGitops {
  const { repository, branch, file, path, names, author, signingKey, by, forge, scale } = gitops;
  // `https://…` and `git@host:…` are addresses; everything else is a directory.
  const address = /^(?:[a-z][a-z0-9+.-]*:\/\/|[^\s/]+@[^\s/]+:)/i.test(repository);
  return {
    repository: address ? fit.text(repository) : fit.path(repository),
    branch: fit.text(branch),
    file: fit.text(file),
    path: fit.text(path),
    names,
    author,
    signingKey:
      signingKey === undefined || signingKey.startsWith('key::') ? (signingKey ?? null) : fit.path(signingKey),
    by,
    forge: forge ?? null,
    // Only what differs from before this key existed: the hash of a configuration that does not name it stays.
    ...(scale === undefined ? {} : { scale: resolveScale(scale, gitops.file, fit) }),
  };
}

function resolveScale(
  scale: NonNullable<GitopsConfig['scale']>,
  file: string,
  fit: Fit,
): NonNullable<ResolvedGitops['scale']> {
  return Object.fromEntries(
    Object.entries(scale).map(([workload, { kind, file: own = file, replicas, min = '', max = '' }]) => [
      workload,
      {
        kind,
        file: fit.text(own),
        counts:
          replicas === undefined
            ? { by: 'autoscaler', min: fit.text(min), max: fit.text(max) }
            : { by: 'replicas', replicas: fit.text(replicas) },
      },
    ]),
  );
}

function unknownEnvironment(config: Config, name: string): Problem {
  const known = environmentNames(config);
  const close = nearest(name, known, distance);
  return {
    code: 'config.unknown-environment',
    where: config.file,
    found: `the environment \`${name}\`, which is not there`,
    expected: known.length === 0 ? 'an environment that is not abstract' : `one of ${known.join(', ')}`,
    remedy:
      close === undefined ? `choose one of them, or add \`${name}\` under \`environments:\`` : `write \`${close}\``,
  };
}

function abstractEnvironment(config: Config, name: string): Problem {
  return {
    code: 'config.abstract-environment',
    where: config.file,
    found: `the environment \`${name}\`, which is abstract`,
    expected: `one of ${environmentNames(config).join(', ')}`,
    remedy: `choose one that extends it, or delete \`abstract: true\` in \`environments.${name}\``,
  };
}
