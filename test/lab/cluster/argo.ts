import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { canConnect } from './kubernetes.ts';
import { argocdDefinitions, rolloutsDefinitions } from './modules.ts';
import { type Inside, type Namespaces, until } from './namespaces.ts';

/** What `up` of the lab needs to know of a cluster in order to add Argo to it. */
export interface Target {
  readonly lab: Namespaces;
  /** Starts a process and remembers it by its name. */
  start(inside: Inside): Promise<void>;
  /** @throws Error with what kubectl said */
  kubectl(args: readonly string[], input?: string): Promise<string>;
}

async function define(target: Target, files: readonly string[], names: readonly string[]): Promise<void> {
  // Some are too big for the annotation of a client-side apply.
  await target.kubectl(['apply', '--server-side', ...files.flatMap((file) => ['-f', file])]);
  const kinds = names.map((name) => `crd/${name}.argoproj.io`);
  // Right after it was made, a definition has no condition yet that could be waited for.
  await until(`the kinds of ${names[0]}`, async () => {
    await target.kubectl(['wait', '--for=condition=Established', ...kinds, '--timeout=10s']);
    return true;
  });
}

const LABEL = 'app.kubernetes.io/part-of: argocd';

/**
 * Argo CD's repository server, application controller and controller of ApplicationSets, as processes beside the cluster: an image of Argo CD cannot be had everywhere,
 * and a process can be killed and started again by its name.
 */
export async function addArgocd(target: Target): Promise<void> {
  const { lab } = target;
  const home = join(lab.dir, 'argocd');
  for (const name of ['tls', 'ssh', 'tmp', 'gpg']) await mkdir(join(home, name), { recursive: true });
  await writeFile(join(home, 'ssh', 'ssh_known_hosts'), '');
  await writeFile(join(lab.dir, 'home', '.gitconfig'), '[safe]\n\tdirectory = *\n');
  await define(target, await argocdDefinitions(), ['applications', 'appprojects', 'applicationsets']);
  await target.kubectl(
    ['apply', '-f', '-'],
    `apiVersion: v1
kind: Namespace
metadata: { name: argocd }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: argocd-cm, namespace: argocd, labels: { ${LABEL} } }
data: { timeout.reconciliation: 5s, timeout.reconciliation.jitter: 0s }
---
apiVersion: v1
kind: Secret
metadata: { name: argocd-secret, namespace: argocd, labels: { ${LABEL} } }
stringData: { server.secretkey: only-for-the-lab }
`,
  );
  const env = {
    // Its own cluster is the one of this kubeconfig.
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    ARGOCD_GPG_ENABLED: 'false',
    ARGOCD_TLS_DATA_PATH: join(home, 'tls'),
    ARGOCD_SSH_DATA_PATH: join(home, 'ssh'),
    ARGOCD_GNUPGHOME: join(home, 'gpg'),
    TMPDIR: join(home, 'tmp'),
  };
  const redis = `${lab.address}:6379`;
  const repository = `${lab.address}:8081`;
  const listens = (port: number) => (): Promise<boolean> => canConnect({ host: lab.address, port });
  await target.start({
    name: 'redis',
    argv: [
      'redis-server',
      '--port',
      '6379',
      '--bind',
      lab.address,
      '--protected-mode',
      'no',
      '--save',
      '',
      '--appendonly',
      'no',
    ],
    ready: listens(6379),
  });
  await target.start({
    name: 'argocd-repo-server',
    argv: [
      ...[
        'argocd',
        '--address',
        lab.address,
        '--port',
        '8081',
        '--metrics-address',
        '127.0.0.1',
        '--metrics-port',
        '8084',
      ],
      ...['--redis', redis, '--disable-tls', '--revision-cache-expiration', '5s', '--logformat', 'text'],
    ],
    env: { ...env, ARGOCD_BINARY_NAME: 'argocd-repo-server' },
    ready: listens(8081),
  });
  await target.start({
    name: 'argocd-application-controller',
    argv: [
      ...['argocd', '--namespace', 'argocd', '--repo-server', repository, '--repo-server-plaintext', '--redis', redis],
      ...['--app-resync', '5', '--app-resync-jitter', '0', '--metrics-port', '8082', '--logformat', 'text'],
      ...['--status-processors', '4', '--operation-processors', '2'],
    ],
    env: { ...env, ARGOCD_BINARY_NAME: 'argocd-application-controller' },
    ready: listens(8082),
  });
  await target.start({
    name: 'argocd-applicationset-controller',
    argv: [
      ...['argocd', '--namespace', 'argocd', '--argocd-repo-server', repository, '--repo-server-plaintext'],
      ...[
        '--metrics-addr',
        `${lab.address}:8086`,
        '--probe-addr',
        `${lab.address}:8087`,
        '--webhook-addr',
        '127.0.0.1:7000',
      ],
      ...['--enable-leader-election=false', '--logformat', 'text'],
    ],
    env: { ...env, ARGOCD_BINARY_NAME: 'argocd-applicationset-controller' },
    ready: listens(8087),
  });
}

/**
 * The controller of Argo Rollouts, beside the cluster too. It is started after its definitions are there: it gives up without them.
 * @param plugin program that sets the weights of HTTPRoutes; null without a gateway
 */
export async function addRollouts(target: Target, plugin: string | null): Promise<void> {
  const names = ['rollouts', 'analysisruns', 'analysistemplates', 'clusteranalysistemplates', 'experiments'];
  await define(target, await rolloutsDefinitions(), names);
  await target.kubectl(['apply', '-f', '-'], 'apiVersion: v1\nkind: Namespace\nmetadata: { name: argo-rollouts }\n');
  const home = join(target.lab.dir, 'rollouts');
  await mkdir(home, { recursive: true });
  if (plugin !== null) {
    const plugins = stringify([{ name: 'argoproj-labs/gatewayAPI', location: `file://${plugin}` }]);
    const config = { name: 'argo-rollouts-config', namespace: 'argo-rollouts' };
    await target.kubectl(
      ['apply', '-f', '-'],
      stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: config, data: { trafficRouterPlugins: plugins } }),
    );
  }
  await target.start({
    name: 'rollouts-controller',
    argv: [
      // It keeps plugins below the directory that it is started in.
      ...['env', '-C', home, 'rollouts-controller'],
      ...['--kubeconfig', join(target.lab.dir, 'pki/admin.kubeconfig'), '--namespace', 'argo-rollouts'],
      ...['--leader-elect=false', '--metricsPort', '8090', '--healthzPort', '8091', '--logformat', 'text'],
    ],
    ready: () => canConnect({ host: target.lab.address, port: 8091 }),
  });
}
