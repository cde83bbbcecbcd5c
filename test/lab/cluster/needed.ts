import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { provide } from '../../../scripts/setup.ts';
import { type GoTool, toolPath } from '../../../scripts/tool.ts';

const wanted = [
  {
    name: 'containerd and runc',
    why: 'run pods',
    binaries: ['containerd', 'containerd-shim-runc-v2', 'runc'],
    debianPackages: ['containerd', 'runc'],
    forWhat: ['test'],
  },
  {
    name: 'network tools of Kubernetes',
    why: 'give pods and Services their addresses',
    // The plugins themselves have no directory on PATH; their package is named for them.
    binaries: ['iptables', 'conntrack', 'ipset', 'ethtool', 'ip', 'nsenter', 'unshare', 'setpriv', 'openssl'],
    debianPackages: ['iptables', 'conntrack', 'ipset', 'ethtool', 'iproute2', 'util-linux', 'openssl'],
    forWhat: ['test'],
  },
  {
    name: 'Redis and git',
    why: 'the cache and the source of Argo CD',
    binaries: ['redis-server', 'git'],
    debianPackages: ['redis-server', 'git'],
    forWhat: ['test'],
  },
] as const;

/** Where Debian puts the plugins that make a pod's network. */
export const CNI_PLUGINS = '/usr/lib/cni';

const plugins = {
  name: 'CNI plugins',
  why: 'make the network of pods',
  binaries: ['cni-plugins-of-debian'],
  debianPackages: ['containernetworking-plugins'],
  forWhat: ['test'],
} as const;

/** Why no cluster can be had on this machine; null when one can. Installs what is missing where that is possible; builds nothing. */
export async function whyNoCluster(): Promise<string | null> {
  if (process.platform !== 'linux') return 'the lab needs Linux';
  if (process.getuid?.() !== 0) return 'the lab needs root';
  if (!existsSync('/sys/fs/cgroup/memory') || !existsSync('/sys/fs/cgroup/systemd')) {
    return 'the lab needs cgroup v1, and this machine has another layout';
  }
  const missing = [...(await provide(wanted))];
  if (!existsSync(`${CNI_PLUGINS}/bridge`)) {
    await provide([plugins]);
    if (!existsSync(`${CNI_PLUGINS}/bridge`))
      missing.push(`${CNI_PLUGINS}/bridge (package containernetworking-plugins)`);
  }
  if (missing.length > 0) return missing.join('; ');
  try {
    execFileSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true'], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `namespaces are refused: ${error instanceof Error ? error.message.split('\n').at(-1) : String(error)}`;
  }
}

/** What a cluster is made of, in the order in which it is built: the first is by far the longest, and the others share most of it. */
const everyCluster = [
  'hyperkube',
  'etcd',
  'coredns',
  'pause',
  'kustomize',
  'crane',
] as const satisfies readonly GoTool[];
type Beside = Exclude<keyof ClusterOptions, 'started'>;

/** What stands beside a cluster, by the option that asks for it. */
const besides = {
  argocd: ['argocd'],
  rollouts: ['rollouts-controller'],
  gateway: ['traefik', 'weights-plugin'],
  metrics: ['metrics-server'],
} as const satisfies Readonly<Record<Beside, readonly GoTool[]>>;
const options = ['argocd', 'rollouts', 'gateway', 'metrics'] as const satisfies readonly Beside[];

export type LabTool = (typeof everyCluster)[number] | (typeof besides)[Beside][number];

/** What a cluster has beside Kubernetes. */
export interface ClusterOptions {
  readonly argocd?: boolean;
  readonly rollouts?: boolean;
  /** Traefik for HTTPRoutes; the controller of Rollouts sets their weights. */
  readonly gateway?: boolean;
  /** metrics-server: figures for autoscalers. */
  readonly metrics?: boolean;
  /** Told of each program that answers, as they come. */
  readonly started?: (name: string) => void;
}

/** Builds what is not built yet, one after the other (ten minutes on two idle processors from nothing, at once later). */
export async function buildLabTools(wanted: ClusterOptions): Promise<ReadonlyMap<LabTool, string>> {
  const names: readonly LabTool[] = [
    ...everyCluster,
    ...options.filter((option) => wanted[option] === true).flatMap((option) => besides[option]),
  ];
  const paths = new Map<LabTool, string>();
  for (const name of names) paths.set(name, await toolPath(name));
  return paths;
}
