import { z } from 'zod';
import {
  complain,
  duration,
  filePathSchema,
  nameSchema,
  objectNameSchema,
  portsSchema,
  wordsSchema,
} from '../model/scalars.ts';

export { type BucketConfig, bucketsConfig } from './bucket/config.ts';

/** Fragment `platform` of an environment: where a release runs. */

const REPLICAS = 'a whole number from 1 to 100';
const RESTARTS = 'a whole number from 1 to 1000';

const HOSTS = 'names of hosts, each once, at most 32';

/** Names of hosts on one machine; the words are the same for hosts elsewhere. */
const hostNames = z
  .array(nameSchema, { error: HOSTS })
  .min(1, HOSTS)
  .max(32, HOSTS)
  .check((ctx) => {
    for (const [index, name] of ctx.value.entries()) {
      if (ctx.value.indexOf(name) === index) continue;
      complain(ctx, {
        path: [index],
        code: 'config.host-twice',
        found: `\`${name}\` a second time`,
        expected: 'each host once',
        remedy: 'delete the repeated host',
      });
    }
  });

const replicasSchema = z
  .number({ error: REPLICAS })
  .int(REPLICAS)
  .min(1, REPLICAS)
  .max(100, REPLICAS)
  .default(1)
  .describe('Instances of each version on each host.');

const KEEP = 'a whole number from 3 to 100: the new one, the one that serves and the one before it stay in any case';
/** How instances are run; the same wherever they are. */
const running = {
  startTimeout: duration({ max: 3_600_000 }).prefault('30s').describe('How long an instance may take to become ready.'),
  stopTimeout: duration({ max: 3_600_000 })
    .prefault('15s')
    .describe('How long an instance may take to finish its requests after SIGTERM; then it is killed.'),
  ports: portsSchema.prefault('20000-20999').describe('Ports that instances may be given.'),
  crashLoop: z
    .strictObject({
      restarts: z
        .number({ error: RESTARTS })
        .int(RESTARTS)
        .min(1, RESTARTS)
        .max(1000, RESTARTS)
        .default(3)
        .describe('This many restarts …'),
      within: duration({ min: 1000, max: 86_400_000 }).prefault('60s').describe('… within this time are a crash loop.'),
    })
    .prefault({})
    .describe('When an instance that keeps dying is given up. A crash loop rolls back.'),
  keepReleases: z
    .number({ error: KEEP })
    .int(KEEP)
    .min(3, KEEP)
    .max(100, KEEP)
    .default(5)
    .describe(
      'Releases that stay on the disk of a host, the new one among them. Older ones are removed when a release begins; never one that serves, runs or is current.',
    ),
};

export const localPlatformConfig = z.strictObject({
  kind: z.literal('local').describe('Supervised processes on this machine.'),
  root: filePathSchema.describe('Directory of the service on the machine: releases/, current, shared/, logs/, run/.'),
  replicas: replicasSchema,
  hosts: hostNames
    .exactOptional()
    .describe(
      'Lets this machine play several hosts, to try a rolling release without any: each has its own root, `<root>/hosts/<name>`, and its part of the ports. Left out: one host.',
    ),
  ...running,
});

const USER = 'the name of a user, such as deploy';
const userSchema = z.string({ error: USER }).regex(/^[a-z_][a-z0-9_-]{0,31}$/, USER);
const SSH_PORT = 'a port from 1 to 65535';
const PARALLEL = 'a whole number from 1 to 64';
const ROOT = 'an absolute path of letters, digits, ., _ and -, outside of /home, /root, /run and /tmp';
/** As host.sh checks it. */
const ROOT_PATTERN = /^(?!\/(?:home|root|run|tmp|var\/tmp)(?:\/|$))(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;
const ADDRESS = 'an IP address';

/** Hosts as `platform.hosts` names them; another list of an environment has the same form. */
export const sshHosts = z
  .array(
    z.strictObject({
      name: nameSchema.max(24, 'a name of at most 24 characters').describe('What people call it.'),
      address: z
        .union([z.ipv4(), z.ipv6()], { error: ADDRESS })
        .describe('For ssh and for the traffic of its instances. Not a name: a name may lead elsewhere tomorrow.'),
      port: z
        .number({ error: SSH_PORT })
        .int(SSH_PORT)
        .min(1, SSH_PORT)
        .max(65_535, SSH_PORT)
        .default(22)
        .describe('Port of sshd.'),
      user: userSchema.exactOptional().describe('Instead of `platform.user`.'),
    }),
    { error: 'a list of hosts, at most 32' },
  )
  .min(1, 'a list of hosts, at most 32')
  .max(32, 'a list of hosts, at most 32')
  .check((ctx) => {
    for (const [index, { name, address }] of ctx.value.entries()) {
      const before = ctx.value.findIndex((one) => one.name === name || one.address === address);
      if (before === index) continue;
      complain(ctx, {
        path: [index],
        code: 'config.host-twice',
        found: `\`${name}\` at ${address} beside \`${ctx.value[before]?.name}\` at ${ctx.value[before]?.address}`,
        expected: 'each host once, with a name and an address of its own',
        remedy: 'delete the repeated host',
      });
    }
  });

export const sshPlatformConfig = z.strictObject({
  kind: z.literal('ssh').describe('Units of systemd on hosts that are reached over OpenSSH.'),
  hosts: sshHosts.describe('Where each version runs.'),
  root: z
    .string({ error: ROOT })
    .regex(ROOT_PATTERN, ROOT)
    .meta({ title: 'file' })
    .describe('Directory of the service on every host: releases/, current, shared/, run/.'),
  localRoot: filePathSchema.describe(
    'Directory on this machine for what stands beside the hosts: the proxy, the guards of leased shares, files that are served.',
  ),
  user: userSchema.default('root').describe('Who logs in: root, or a user who may run the program of hosts with sudo.'),
  knownHosts: filePathSchema.describe(
    'File with the keys of the hosts, as ssh writes known_hosts. No other key is ever accepted.',
  ),
  identityFile: filePathSchema
    .exactOptional()
    .describe('Private key for the hosts. Left out: those of the agent, and the default files of ssh.'),
  connectTimeout: duration({ min: 1000, max: 60_000 })
    .prefault('5s')
    .describe('How long a host may take to answer ssh.'),
  parallel: z
    .number({ error: PARALLEL })
    .int(PARALLEL)
    .min(1, PARALLEL)
    .max(64, PARALLEL)
    .default(8)
    .describe('Most hosts on which something is done at the same time.'),
  replicas: replicasSchema,
  ...running,
});

export const kubernetesPlatformConfig = z.strictObject({
  kind: z
    .literal('kubernetes')
    .describe('Pods in a cluster: Argo CD brings what git says, Argo Rollouts moves pods and traffic, and we decide.'),
  kubeconfig: filePathSchema
    .exactOptional()
    .describe('kubeconfig file. Left out: KUBECONFIG, ~/.kube/config, or inside a pod its service account.'),
  context: wordsSchema.exactOptional().describe('Context of the kubeconfig. Left out: its current one.'),
  namespace: objectNameSchema.describe('Namespace of the service.'),
  rollout: objectNameSchema.describe('Rollout (argoproj.io/v1alpha1) that runs the service.'),
  container: objectNameSchema.describe('Container of its pods whose image is released.'),
  application: objectNameSchema.describe('Application of Argo CD that brings it into the cluster.'),
  argocdNamespace: objectNameSchema.default('argocd').describe('Namespace of Argo CD.'),
  quarantine: z
    .strictObject({
      namespace: objectNameSchema.default('shiplock-policy').describe('Its namespace.'),
      name: objectNameSchema.default('quarantine').describe('Its name.'),
    })
    .exactOptional()
    .describe(
      'ConfigMap by which an admission policy of the cluster refuses pods: a digest that is taken back is written there, an explicit release of it takes it out. Left out: nothing keeps a bot from bringing it back.',
    ),
  syncDeadline: duration({ min: 1000, max: 3_600_000 })
    .prefault('5m')
    .describe('How long Argo CD may take to bring a commit.'),
});

export const platformConfig = z
  .discriminatedUnion('kind', [localPlatformConfig, sshPlatformConfig, kubernetesPlatformConfig])
  .describe('Where a release runs.');

export type LocalPlatformConfig = z.infer<typeof localPlatformConfig>;
export type SshPlatformConfig = z.infer<typeof sshPlatformConfig>;
export type KubernetesPlatformConfig = z.infer<typeof kubernetesPlatformConfig>;
export type PlatformConfig = z.infer<typeof platformConfig>;
