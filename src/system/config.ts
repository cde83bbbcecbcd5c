import { z } from 'zod';
import {
  argvSchema,
  complain,
  duration,
  filePathSchema,
  httpUrlSchema,
  nameSchema,
  objectNameSchema,
  wordsSchema,
} from '../model/scalars.ts';
import { WORKLOADS } from '../model/workload-kinds.ts';

/** Fragment `system` of an environment: everything that must run for the service to be up, and in which order. */

const UNIT = 'the name of a unit of systemd, such as mariadb.service';
export const unitNameSchema = z
  .string({ error: UNIT })
  .regex(/^[A-Za-z0-9][A-Za-z0-9:_.@-]*\.(?:service|socket|timer|target)$/, UNIT)
  .max(200, UNIT)
  .meta({ title: 'unit' });

const TCP = 'a port, or host:port; {host} is the address of the host';
const STATUS = 'an HTTP status such as 200';
const HEALTH = 'one of `http:` and `tcp:`';

const healthConfig = z
  .strictObject({
    http: httpUrlSchema
      .exactOptional()
      .describe('Address that must be answered; `{host}` is the address of the host it runs on.'),
    status: z
      .number({ error: STATUS })
      .int(STATUS)
      .min(100, STATUS)
      .max(599, STATUS)
      .default(200)
      .describe('Status that `http` must be answered with.'),
    tcp: z
      .union(
        [
          z.number().int().min(1).max(65_535),
          z.string().regex(/^(?:(?:\{host\}|[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\]):)?\d{1,5}$/),
        ],
        { error: TCP },
      )
      .transform(String)
      .exactOptional()
      .describe('Port, or host:port, that must accept a connection.'),
  })
  .check((ctx) => {
    if ((ctx.value.http === undefined) !== (ctx.value.tcp === undefined)) return;
    complain(ctx, {
      path: [],
      code: 'config.system-health',
      found: ctx.value.http === undefined ? 'neither `http:` nor `tcp:`' : '`http:` beside `tcp:`',
      expected: HEALTH,
      remedy: 'keep the one that shows best that the service does its work',
    });
  });

const commandConfig = z.strictObject({
  start: argvSchema.describe('Starts it and comes back; does nothing when it runs.'),
  stop: argvSchema.describe('Stops it and comes back; does nothing when it does not run.'),
  status: argvSchema.describe('Exit code 0: it runs. Any other: it does not. Changes nothing.'),
  reload: argvSchema
    .exactOptional()
    .describe('Has it read its files again while it serves, for new certificates. Left out: it cannot.'),
});

const COMPOSE_PROJECT =
  'a name of a Compose project: lower case letters, digits, - and _, {service} and {environment} for their names';
const composeConfig = z.strictObject({
  files: z
    .array(filePathSchema, { error: 'paths of Compose files' })
    .min(1, 'paths of Compose files')
    .default(['compose.yaml'])
    .describe('Its Compose files, relative to shiplock.yaml; what a later one says overrides.'),
  project: z
    .string({ error: COMPOSE_PROJECT })
    .regex(/^(?:[a-z0-9]|\{(?:service|environment)\})(?:[a-z0-9_-]|\{(?:service|environment)\})*$/, COMPOSE_PROJECT)
    .max(100, COMPOSE_PROJECT)
    .describe('Name of the project, as `docker compose ls` shows it.'),
  services: z
    .array(wordsSchema, { error: 'names of services of the Compose files' })
    .min(1, 'names of services of the Compose files')
    .exactOptional()
    .describe('Which of its services are meant. Left out: all that belong to no profile.'),
  context: wordsSchema
    .exactOptional()
    .describe('Context of docker (`docker context ls`) whose engine runs it. Left out: the usual one of this machine.'),
});

const workloadConfig = z.strictObject({
  kind: z.enum(WORKLOADS, { error: `one of ${WORKLOADS.join(', ')}` }).describe('What it is in the cluster.'),
  name: objectNameSchema.describe('Its name.'),
  namespace: objectNameSchema
    .exactOptional()
    .describe('Its namespace. Left out: that of the platform, where this is a cluster.'),
  replicas: z
    .number({ error: 'a number of pods' })
    .int('a number of pods')
    .min(1, 'at least 1')
    .max(1000, 'at most 1000')
    .default(1)
    .describe('How many pods to start where nobody has noted how many there were: it was stopped by hand.'),
  kubeconfig: filePathSchema
    .exactOptional()
    .describe(
      'kubeconfig file. Left out: that of the platform, KUBECONFIG, ~/.kube/config, or inside a pod its service account.',
    ),
  context: wordsSchema
    .exactOptional()
    .describe('Context of the kubeconfig. Left out: that of the platform, or its current one.'),
});

const KINDS = ['unit', 'component', 'compose', 'workload', 'command'] as const;
const KIND = 'one of `unit:`, `component:`, `compose:`, `workload:` and `command:`';

const serviceConfig = z
  .strictObject({
    unit: unitNameSchema.exactOptional().describe('A unit of systemd, on each of `hosts`.'),
    component: nameSchema
      .exactOptional()
      .describe(
        'The instances of this component, as releases have put them on the hosts of `platform.hosts`; in a cluster the Rollout of the platform.',
      ),
    compose: composeConfig.exactOptional().describe('Services of a Compose project.'),
    workload: workloadConfig.exactOptional().describe('A Deployment, StatefulSet or Rollout of a cluster.'),
    command: commandConfig.exactOptional().describe('Command lines of this machine. No shell takes part.'),
    hosts: z
      .array(nameSchema, { error: 'names of hosts' })
      .min(1, 'names of hosts')
      .max(32, 'at most 32 hosts')
      .exactOptional()
      .describe('Where the unit runs: names of `platform.hosts` and `system.hosts`. Left out: this machine.'),
    after: z
      .array(nameSchema, { error: 'names of services' })
      .default([])
      .describe('Services that must run before this one is started, and that are stopped after it.'),
    health: healthConfig
      .exactOptional()
      .describe('How it shows, from this machine, that it does its work. Left out: that it runs is enough.'),
    startTimeout: duration({ min: 1000, max: 3_600_000 })
      .prefault('60s')
      .describe('How long it may take until it runs and is healthy.'),
    stopTimeout: duration({ min: 1000, max: 3_600_000 }).prefault('60s').describe('How long it may take to stop.'),
  })
  .check((ctx) => {
    const given = KINDS.filter((kind) => ctx.value[kind] !== undefined);
    if (given.length !== 1) {
      complain(ctx, {
        path: [],
        code: 'config.system-kind',
        found: given.length === 0 ? 'none of them' : given.map((kind) => `\`${kind}:\``).join(' and '),
        expected: KIND,
        remedy: 'say by exactly one of them what the service is',
      });
    } else if (given[0] !== 'unit' && ctx.value.hosts !== undefined) {
      complain(ctx, {
        path: ['hosts'],
        code: 'config.system-hosts',
        found: `\`hosts:\` beside \`${given[0]}:\``,
        expected: '`hosts:` only beside `unit:`',
        remedy:
          'delete `hosts:`; a component is where releases put it, a command runs on this machine, and Compose and clusters know places of their own',
      });
    }
  });

export const systemConfig = z.strictObject({
  services: z
    .record(nameSchema, serviceConfig)
    .check((ctx) => {
      const names = Object.keys(ctx.value);
      for (const [name, { after }] of Object.entries(ctx.value)) {
        for (const [index, other] of after.entries()) {
          if (names.includes(other) && other !== name) continue;
          complain(ctx, {
            path: [name, 'after', index],
            code: 'config.system-after',
            found: other === name ? `\`${name}\` after itself` : `\`${other}\`, which is no service of the system`,
            expected: `one of ${names.filter((one) => one !== name).join(', ') || 'the other services'}`,
            remedy: 'write the name of another service, or delete it',
          });
        }
      }
      const circle = circleIn(ctx.value);
      if (circle === undefined) return;
      complain(ctx, {
        path: [circle[0] ?? '', 'after'],
        code: 'config.system-circle',
        found: circle.join(' after '),
        expected: 'an order that has a beginning',
        remedy: 'take one `after` out of the circle',
      });
    })
    .describe('By name: what runs, and what must run before it.'),
});

export type SystemConfig = z.infer<typeof systemConfig>;
export type SystemServiceConfig = z.infer<typeof serviceConfig>;

/** Names of a circle, the first one again at its end; undefined when there is none. Pure. */
function circleIn(
  services: Readonly<Record<string, { readonly after: readonly string[] }>>,
): readonly string[] | undefined {
  const clear = new Set<string>();
  const walk = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (clear.has(name)) return undefined;
    for (const other of services[name]?.after ?? []) {
      if (other === name) continue;
      const circle = walk(other, [...way, name]);
      if (circle !== undefined) return circle;
    }
    clear.add(name);
    return undefined;
  };
  for (const name of Object.keys(services)) {
    const circle = walk(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
