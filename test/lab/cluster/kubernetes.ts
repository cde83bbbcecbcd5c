import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { command } from '../../../scripts/testing/command.ts';
import type { Inside, Namespaces } from './namespaces.ts';
import { CNI_PLUGINS, type LabTool } from './needed.ts';

/** The node that the cluster has. */
export const NODE = 'node1';
/** What images are called in manifests; the runtime takes them from the registry of the lab. */
export const REGISTRY = 'registry.example.com';
export const REGISTRY_PORT = 5000;

const SERVICES = '10.96.0.0/16';
const PODS = '10.244.0.0/24';
const KUBERNETES = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl'];

/** Certificates, settings and the programs by their names, in the directory of the cluster. */
export async function prepare(lab: Namespaces, tools: ReadonlyMap<LabTool, string>): Promise<void> {
  const { dir } = lab;
  for (const name of [
    'bin',
    'conf',
    'home',
    'log',
    'pki',
    'etcd',
    'registry',
    'containerd',
    'kubelet',
    'cni',
    'certs.d',
  ]) {
    await mkdir(join(dir, name), { recursive: true });
  }
  for (const [name, path] of tools) {
    for (const called of name === 'hyperkube' ? KUBERNETES : [name]) await symlink(path, join(dir, 'bin', called));
  }
  const made = await command(
    ['sh', join(import.meta.dirname, '..', 'scripts', 'certificates.sh'), join(dir, 'pki'), lab.address, NODE],
    { cwd: dir, live: false },
  );
  if (made.code !== 0) throw new Error(`the certificates of the lab: ${made.output}`);
  const settings: Readonly<Record<string, string>> = {
    'conf/containerd.toml': containerdSettings(dir),
    'cni/10-bridge.conflist': JSON.stringify(network(dir)),
    'conf/kubelet.yaml': stringify(kubeletSettings(lab)),
    'conf/proxy.yaml': stringify(proxySettings(dir)),
    'conf/Corefile': names(lab),
    // CoreDNS asks nobody else, so a pod that uses the node's own names learns nothing.
    'conf/resolv.conf': 'nameserver 127.0.0.1\n',
  };
  await mkdir(join(dir, 'certs.d', REGISTRY));
  await writeFile(join(dir, 'certs.d', REGISTRY, 'hosts.toml'), mirror());
  for (const [name, text] of Object.entries(settings)) await writeFile(join(dir, name), text);
}

function containerdSettings(dir: string): string {
  return `version = 2
root = "${dir}/containerd"
state = "/run/containerd"
oom_score = 0
[grpc]
  address = "${dir}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${REGISTRY}/lab/pause:1"
  # A lower score than one's own cannot be set everywhere.
  restrict_oom_score_adj = true
  disable_apparmor = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${dir}/certs.d"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${CNI_PLUGINS}"
    conf_dir = "${dir}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`;
}

function mirror(): string {
  return `server = "http://127.0.0.1:${REGISTRY_PORT}"
[host."http://127.0.0.1:${REGISTRY_PORT}"]
  capabilities = ["pull", "resolve"]
`;
}

function network(dir: string): object {
  const ipam = {
    type: 'host-local',
    dataDir: join(dir, 'cni-data'),
    ranges: [[{ subnet: PODS }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  return {
    cniVersion: '0.4.0',
    name: 'lab',
    plugins: [
      { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: true, hairpinMode: true, ipam },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

function kubeletSettings({ dir, group, address }: Namespaces): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(dir, 'pki/ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: join(dir, 'pki/kubelet-serving.crt'),
    tlsPrivateKeyFile: join(dir, 'pki/kubelet-serving.key'),
    containerRuntimeEndpoint: `unix://${dir}/containerd.sock`,
    volumePluginDir: join(dir, 'kubelet-plugins'),
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${group}`,
    failSwapOn: false,
    failCgroupV1: false,
    // Neither this limit nor this score can be raised everywhere.
    oomScoreAdj: 0,
    maxOpenFiles: 20_000,
    clusterDNS: [address],
    clusterDomain: 'cluster.local',
    resolvConf: join(dir, 'conf/resolv.conf'),
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
      'nodefs.inodesFree': '1%',
    },
    // What an application waits for is a change of status: it is told sooner than a real cluster needs it.
    syncFrequency: '10s',
    serializeImagePulls: false,
  };
}

function proxySettings(dir: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: join(dir, 'pki/proxy.kubeconfig') },
    mode: 'iptables',
    clusterCIDR: PODS,
    hostnameOverride: NODE,
    oomScoreAdj: 0,
    // These counts belong to the whole machine and cannot be written from here.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}

function names({ dir }: Namespaces): string {
  return `.:53 {
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${dir}/pki/admin.kubeconfig lab
    ttl 2
  }
}
`;
}

/** The programs of the cluster, in the order in which they are started. */
export function programs(lab: Namespaces): Readonly<Record<ProgramName, Inside>> {
  const { dir, address } = lab;
  const pki = (name: string): string => join(dir, 'pki', name);
  const listens =
    (port: number, host = address) =>
    (): Promise<boolean> =>
      canConnect({ port, host });
  // From outside only what listens on the link can be seen; the others are ready when what they do is there.
  const atOnce = async (): Promise<boolean> => true;
  return {
    registry: {
      name: 'registry',
      argv: ['crane', 'registry', 'serve', '--address', `0.0.0.0:${REGISTRY_PORT}`, '--disk', join(dir, 'registry')],
      ready: listens(REGISTRY_PORT),
    },
    etcd: {
      name: 'etcd',
      argv: [
        ...['etcd', '--data-dir', join(dir, 'etcd'), '--unsafe-no-fsync', '--log-level', 'warn'],
        // Watched on the link: that is how its start is seen from outside.
        ...['--listen-client-urls', `http://${address}:2379`, '--advertise-client-urls', `http://${address}:2379`],
        ...['--listen-peer-urls', 'http://127.0.0.1:2380'],
      ],
      ready: listens(2379),
    },
    containerd: {
      name: 'containerd',
      argv: ['containerd', '--config', join(dir, 'conf/containerd.toml')],
      ready: () => canConnect({ path: join(dir, 'containerd.sock') }),
    },
    apiserver: {
      name: 'apiserver',
      argv: [
        ...[
          'kube-apiserver',
          '--etcd-servers',
          `http://${address}:2379`,
          '--bind-address',
          '0.0.0.0',
          '--secure-port',
          '6443',
        ],
        ...['--advertise-address', address, '--service-cluster-ip-range', SERVICES, '--client-ca-file', pki('ca.crt')],
        ...['--tls-cert-file', pki('apiserver.crt'), '--tls-private-key-file', pki('apiserver.key')],
        ...[
          '--kubelet-client-certificate',
          pki('apiserver-kubelet.crt'),
          '--kubelet-client-key',
          pki('apiserver-kubelet.key'),
        ],
        ...['--kubelet-certificate-authority', pki('ca.crt'), '--kubelet-preferred-address-types', 'InternalIP'],
        ...['--requestheader-client-ca-file', pki('ca.crt'), '--requestheader-allowed-names', 'front-proxy'],
        ...['--requestheader-username-headers', 'X-Remote-User', '--requestheader-group-headers', 'X-Remote-Group'],
        ...['--requestheader-extra-headers-prefix', 'X-Remote-Extra-'],
        ...['--proxy-client-cert-file', pki('front-proxy.crt'), '--proxy-client-key-file', pki('front-proxy.key')],
        ...['--service-account-issuer', 'https://kubernetes.default.svc.cluster.local'],
        ...['--service-account-key-file', pki('sa.pub'), '--service-account-signing-key-file', pki('sa.key')],
        ...[
          '--authorization-mode',
          'Node,RBAC',
          '--enable-admission-plugins',
          'NodeRestriction',
          '--allow-privileged=true',
        ],
      ],
      ready: () => answers(address),
    },
    'controller-manager': {
      name: 'controller-manager',
      argv: [
        // With the usual 20 requests a second its own start takes five seconds longer.
        ...['kube-controller-manager', '--kube-api-qps', '300', '--kube-api-burst', '500', '--leader-elect=false'],
        ...['--kubeconfig', pki('controller-manager.kubeconfig'), '--root-ca-file', pki('ca.crt')],
        ...['--service-account-private-key-file', pki('sa.key'), '--use-service-account-credentials'],
        ...[
          '--cluster-signing-cert-file',
          pki('ca.crt'),
          '--cluster-signing-key-file',
          pki('ca.key'),
          '--bind-address',
          '127.0.0.1',
        ],
      ],
      ready: atOnce,
    },
    scheduler: {
      name: 'scheduler',
      argv: [
        ...['kube-scheduler', '--kube-api-qps', '300', '--kube-api-burst', '500', '--leader-elect=false'],
        ...['--kubeconfig', pki('scheduler.kubeconfig'), '--bind-address', '127.0.0.1'],
      ],
      ready: atOnce,
    },
    kubelet: {
      name: 'kubelet',
      argv: [
        ...['kubelet', '--config', join(dir, 'conf/kubelet.yaml'), '--kubeconfig', pki('kubelet.kubeconfig')],
        ...['--root-dir', join(dir, 'kubelet'), '--hostname-override', NODE, '--node-ip', address],
      ],
      ready: listens(10_250),
    },
    proxy: { name: 'proxy', argv: ['kube-proxy', '--config', join(dir, 'conf/proxy.yaml')], ready: atOnce },
    dns: { name: 'dns', argv: ['coredns', '-conf', join(dir, 'conf/Corefile')], ready: listens(53) },
  };
}

export type ProgramName =
  | 'registry'
  | 'etcd'
  | 'containerd'
  | 'apiserver'
  | 'controller-manager'
  | 'scheduler'
  | 'kubelet'
  | 'proxy'
  | 'dns';

/** Whether somebody accepts connections there. */
export function canConnect(
  where: { readonly port: number; readonly host: string } | { readonly path: string },
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...where, timeout: 1_000 }, () => {
      socket.destroy();
      resolve(true);
    });
    const no = (): void => {
      socket.destroy();
      resolve(false);
    };
    socket.once('error', no).once('timeout', no);
  });
}

/** Whether the API server says that it is ready. Its certificate is not looked at: nothing is told to it. */
function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: address, port: 6443, path: '/readyz', rejectUnauthorized: false, timeout: 2_000, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once('error', () => resolve(false)).once('timeout', () => request.destroy());
  });
}
