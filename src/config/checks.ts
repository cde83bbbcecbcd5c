import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import { type Complaint, formatShare } from '../model/scalars.ts';
import { backupChecks } from './backup.ts';
import { bucketChecks } from './buckets.ts';
import { certificateChecks } from './certificates.ts';
import { clusterChecks, imageChecks } from './cluster-checks.ts';
import { logsChecks } from './logs.ts';
import { fill, unknownPlaceholders } from './placeholders.ts';
import type { EnvironmentSettings, ServiceSettings } from './schema.ts';
import { systemChecks } from './system.ts';
import { waiverChecks } from './waiver-checks.ts';

/** Checks across fragments, which no single room can make. Paths are relative to the environment. */
export function crossChecks(settings: EnvironmentSettings, service: ServiceSettings | undefined): readonly Complaint[] {
  return [
    ...clusterChecks(settings),
    ...imageChecks(settings),
    ...servingChecks(settings),
    ...filesChecks(settings),
    ...downloadChecks(settings),
    ...bucketChecks(settings),
    ...hostChecks(settings),
    ...systemChecks(settings),
    ...backupChecks(settings),
    ...certificateChecks(settings),
    ...logsChecks(settings),
    ...metricChecks(settings),
    ...roleChecks(settings, service),
    ...placeholderChecks(settings),
  ];
}

/** Components of which an instance can be started and asked; in a cluster whatever has an image. */
export function servingComponents(settings: Pick<EnvironmentSettings, 'components' | 'platform'>): readonly string[] {
  const inCluster = settings.platform.kind === 'kubernetes';
  return Object.entries(settings.components)
    .filter(
      ([, one]) =>
        one.kind !== 'script' &&
        (one.kind !== 'static' || one.serve !== undefined || (inCluster && one.image !== undefined)),
    )
    .map(([name]) => name)
    .toSorted();
}

function servingChecks(settings: EnvironmentSettings): readonly Complaint[] {
  const serving = servingComponents(settings);
  const chosen = settings.traffic.component;
  if (serving.length === 0 && filesOf(settings) === undefined) {
    return [
      {
        path: ['components'],
        code: 'config.nothing-serves',
        found: 'no component with a process',
        expected: 'a component that answers requests',
        remedy:
          'add a `go` component, serve the static one with `traffic.files`, or give it a `serve:` with the command of a web server',
      },
    ];
  }
  if (serving.length > 1) {
    return serving.slice(1).map((name) => ({
      path: ['components', name],
      code: 'config.several-processes',
      found: `\`${name}\` beside \`${serving[0]}\`, both with a process`,
      expected: 'one component with a process, the others only files',
      remedy: `release \`${name}\` as a service of its own, with its own shiplock.yaml`,
    }));
  }
  if (chosen === undefined || serving.includes(chosen)) return [];
  const exists = Object.hasOwn(settings.components, chosen);
  return [
    {
      path: ['traffic', 'component'],
      code: 'config.unknown-component',
      found: exists ? `\`${chosen}\`, which has no process` : `\`${chosen}\`, which is no component`,
      expected: `one of ${serving.join(', ')}`,
      remedy: `write \`component: ${nearest(chosen, serving, distance) ?? serving[0]}\``,
    },
  ];
}

function filesOf({ traffic }: EnvironmentSettings) {
  return traffic.kind === 'argo-rollouts' ? undefined : traffic.files;
}

/** Files are served by us, so the component must be there and have no server of its own. */
function filesChecks(settings: EnvironmentSettings): readonly Complaint[] {
  const files = filesOf(settings);
  if (files === undefined) return [];
  const serving = servingComponents(settings);
  const plain = Object.keys(settings.components)
    .filter((name) => !serving.includes(name))
    .toSorted();
  if (plain.includes(files.component)) return [];
  const exists = Object.hasOwn(settings.components, files.component);
  return [
    {
      path: ['traffic', 'files', 'component'],
      code: 'config.unknown-component',
      found: exists ? `\`${files.component}\`, which has a process` : `\`${files.component}\`, which is no component`,
      expected: plain.length === 0 ? 'a static component without `serve:`' : `one of ${plain.join(', ')}`,
      remedy:
        plain.length === 0
          ? 'add a component of `kind: static`, or delete `files:`'
          : `write \`component: ${nearest(files.component, plain, distance) ?? plain[0]}\``,
    },
  ];
}

/** What is installed from here must be a package, at a path that leads to the files. */
function downloadChecks(settings: EnvironmentSettings): readonly Complaint[] {
  const { downloads = {}, service = [] } = filesOf(settings) ?? {};
  const scripts = Object.entries(settings.components).flatMap(([name, one]) => (one.kind === 'script' ? [name] : []));
  return Object.entries(downloads).flatMap(([path, component]): readonly Complaint[] => {
    const at = ['traffic', 'files', 'downloads', path];
    const taken = service.find((prefix) => path === prefix || path.startsWith(`${prefix.replace(/\/$/, '')}/`));
    if (taken !== undefined) {
      return [
        {
          path: at,
          code: 'config.download-path',
          found: `${path}, which goes to the service as ${taken}`,
          expected: 'a path that goes to the files',
          remedy: 'choose another path, or take it out of `service`',
        },
      ];
    }
    if (scripts.includes(component)) return [];
    return [
      {
        path: at,
        code: 'config.unknown-component',
        found: `\`${component}\`, which is no component of \`kind: script\``,
        expected: scripts.length === 0 ? 'a component of `kind: script`' : `one of ${scripts.join(', ')}`,
        remedy:
          scripts.length === 0
            ? 'add a component of `kind: script`, or delete `downloads:`'
            : `write \`${path}: ${nearest(component, scripts, distance) ?? scripts[0]}\``,
      },
    ];
  });
}

/** Hosts are replaced in place, so there must be several, and the others must be able to stand in for the one that is out. */
function hostChecks(settings: EnvironmentSettings): readonly Complaint[] {
  const { platform, rollout } = settings;
  if (platform.kind === 'kubernetes') return [];
  const hosts = platform.hosts?.length ?? 1;
  if (platform.hosts !== undefined && servingComponents(settings).length === 0) {
    return [
      {
        path: ['platform', 'hosts'],
        code: 'config.hosts-without-process',
        found: 'hosts, and no component with a process',
        expected: 'a component that runs on them: files are served beside the proxy',
        remedy: 'delete `hosts:`',
      },
    ];
  }
  if (rollout.strategy !== 'rolling') return [];
  if (hosts < 2) {
    return [
      {
        path: ['rollout', 'strategy'],
        code: 'config.rolling-without-hosts',
        found: '`rolling` on one host',
        expected: 'at least two hosts under `platform.hosts`',
        remedy: 'name the hosts, or choose `canary` or `blue-green`: they need only one',
      },
    ];
  }
  const rest = (hosts - 1) * platform.replicas * (rollout.capacity?.perInstance ?? 1);
  if (rest >= 1 - 1e-9) return [];
  return [
    {
      path: ['rollout', 'capacity', 'perInstance'],
      code: 'config.no-host-to-spare',
      found: `${formatShare(rest)} of the load carried by ${hosts - 1} of ${hosts} hosts`,
      expected: 'hosts of which one can be spared',
      remedy: 'add hosts or replicas; raise `perInstance` only if an instance was measured to carry more',
    },
  ];
}

function metricChecks(settings: EnvironmentSettings): readonly Complaint[] {
  const queries = settings.metrics.prometheus?.queries ?? [];
  return queries.flatMap(({ metric }, index) =>
    queries.findIndex((other) => other.metric === metric) === index
      ? []
      : [
          {
            path: ['metrics', 'prometheus', 'queries', index, 'metric'],
            code: 'config.duplicate-metric',
            found: `\`${metric}\` a second time`,
            expected: 'each metric once',
            remedy: 'rename one of them, or delete the repeated query',
          },
        ],
  );
}

/** Roles that somebody has, in any environment. */
function knownRoles(service: ServiceSettings | undefined): readonly string[] {
  const people = Object.values(service?.people ?? {});
  const theirs = people.flatMap(({ roles, rolesIn }) => [...roles, ...Object.values(rolesIn).flat()]);
  return [...new Set([...Object.keys(service?.roles ?? {}), ...theirs])];
}

/** Persons and policy against the rest of the file. Paths are those of the file. */
export function policyChecks(service: ServiceSettings, environments: readonly string[]): readonly Complaint[] {
  const { people, policy, roles } = service;
  const names = [
    ...Object.keys(policy?.environments ?? {}).map((name) => ({ name, path: ['policy', 'environments', name] })),
    ...Object.entries(people ?? {}).flatMap(([person, { rolesIn }]) =>
      Object.keys(rolesIn).map((name) => ({ name, path: ['people', person, 'rolesIn', name] })),
    ),
  ];
  const strangers = names
    .filter(({ name }) => !environments.includes(name))
    .map(({ name, path }) => ({
      path,
      code: 'config.unknown-environment',
      found: `the environment \`${name}\``,
      expected: `one of ${environments.join(', ')}`,
      remedy: `write \`${nearest(name, environments, distance) ?? environments[0]}\``,
    }));
  if (people === undefined) return strangers;
  const persons = Object.keys(people);
  return [
    ...strangers,
    ...waiverChecks(service),
    ...Object.entries(roles).flatMap(([role, members]) =>
      members.flatMap((member, index) =>
        persons.includes(member)
          ? []
          : [
              {
                path: ['roles', role, index],
                code: 'config.unknown-person',
                found: `\`${member}\`, who is not under \`people:\``,
                expected: `one of ${persons.join(', ')}`,
                remedy: `write \`${nearest(member, persons, distance) ?? persons[0]}\`, or add \`${member}\` under \`people:\``,
              },
            ],
      ),
    ),
  ];
}

function roleChecks(settings: EnvironmentSettings, service: ServiceSettings | undefined): readonly Complaint[] {
  const known = knownRoles(service);
  const { role } = settings.rollout;
  if (known.length === 0 || known.includes(role)) return [];
  return [
    {
      path: ['rollout', 'role'],
      code: 'config.unknown-role',
      found: `the role \`${role}\``,
      expected: `one of ${known.join(', ')}`,
      remedy: `write \`role: ${nearest(role, known, distance) ?? known[0]}\`, or add \`${role}\` under \`roles:\``,
    },
  ];
}

function placeholderChecks(settings: EnvironmentSettings): readonly Complaint[] {
  return unknownPlaceholders(settings).map(({ path, token, known, nearest: close }) => ({
    path,
    code: 'config.unknown-placeholder',
    found: token,
    expected: `one of ${known.map((name) => `{${name}}`).join(', ')}`,
    remedy: close === undefined ? `delete ${token}` : `write {${close}}`,
  }));
}

/** The value in git that an environment owns. Two environments that own the same one would undo each other's releases. */
export function gitPlace(settings: EnvironmentSettings, service: string, environment: string): string | undefined {
  if (settings.gitops === undefined) return undefined;
  const { repository, branch, file, path } = settings.gitops;
  return [repository, branch, file, path].map((part) => fill(part, { service, environment })).join(' ');
}
