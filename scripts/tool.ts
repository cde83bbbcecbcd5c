import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, exists, makeOnce } from './cache.ts';

interface Tool {
  readonly package: string;
  /** About how long it takes from nothing. */
  readonly seconds: number;
  /** Directory of the Go module that pins it; `tools` unless given. */
  readonly module?: string;
  /** Our own sources in that module. */
  readonly sources?: readonly string[];
  /** For the linker: what the program shall say that it is. */
  readonly stamp?: Readonly<Record<string, string>>;
  /** Experiments of Go that it is written for. */
  readonly experiment?: string;
}

const light = 'tools/kubernetes';
const security = 'tools/scanners';
const osv = 'tools/osv';
const trivy = 'tools/trivy';
const lab = 'test/lab/tools';
const gateway = 'test/lab/tools-gateway';
const buildkit = 'test/lab/tools-buildkit';
const s3 = 'test/lab/tools-s3';

/** The Go tools that go.mod files of this repository pin, by their name on disk. */
const tools = {
  act: { package: 'github.com/nektos/act', seconds: 60 },
  actionlint: { package: 'github.com/rhysd/actionlint/cmd/actionlint', seconds: 10 },
  vegeta: { package: 'github.com/tsenart/vegeta/v12', seconds: 30 },
  'gh-ost': {
    module: 'tools/databases',
    package: 'github.com/github/gh-ost/go/cmd/gh-ost',
    seconds: 60,
    stamp: { 'main.AppVersion': '1.1.8' },
  },
  crane: { module: light, package: 'github.com/google/go-containerregistry/cmd/crane', seconds: 30 },
  kubeconform: { module: light, package: 'github.com/yannh/kubeconform/cmd/kubeconform', seconds: 10 },
  ko: { module: 'test/bench/build/peers', package: 'github.com/google/ko', seconds: 90 },
  'kube-score': { module: light, package: 'github.com/zegl/kube-score/cmd/kube-score', seconds: 60 },
  kustomize: { module: light, package: 'sigs.k8s.io/kustomize/kustomize/v5', seconds: 20 },
  gitleaks: { module: security, package: 'github.com/zricethezav/gitleaks/v8', seconds: 60 },
  govulncheck: { module: security, package: 'golang.org/x/vuln/cmd/govulncheck', seconds: 30 },
  gosec: { module: security, package: 'github.com/securego/gosec/v2/cmd/gosec', seconds: 90 },
  staticcheck: { module: security, package: 'honnef.co/go/tools/cmd/staticcheck', seconds: 40 },
  'osv-scanner': { module: osv, package: 'github.com/google/osv-scanner/v2/cmd/osv-scanner', seconds: 240 },
  trivy: {
    module: trivy,
    package: 'github.com/aquasecurity/trivy/cmd/trivy',
    seconds: 540,
    stamp: { 'github.com/aquasecurity/trivy/pkg/version/app.ver': '0.69.3' },
    experiment: 'jsonv2',
  },
  'trivy-database': { module: trivy, package: './database', sources: ['database/main.go'], seconds: 10 },
  'openvex-check': { module: osv, package: './openvex-check', sources: ['openvex-check/main.go'], seconds: 20 },
  hyperkube: {
    module: lab,
    package: './hyperkube',
    sources: ['hyperkube/main.go'],
    seconds: 400,
    stamp: {
      'k8s.io/component-base/version.gitVersion': 'v1.34.4',
      'k8s.io/component-base/version.gitMajor': '1',
      'k8s.io/component-base/version.gitMinor': '34',
      'k8s.io/component-base/version.gitTreeState': 'clean',
    },
  },
  pause: { module: lab, package: './pause', sources: ['pause/main.go'], seconds: 2 },
  etcd: { module: lab, package: 'go.etcd.io/etcd/server/v3', seconds: 20 },
  argocd: {
    module: lab,
    package: 'github.com/argoproj/argo-cd/v3/cmd',
    seconds: 120,
    stamp: { 'github.com/argoproj/argo-cd/v3/common.version': '3.2.11' },
  },
  'rollouts-controller': {
    module: lab,
    package: 'github.com/argoproj/argo-rollouts/cmd/rollouts-controller',
    seconds: 40,
  },
  'weights-plugin': { module: lab, package: './weights-plugin', sources: ['weights-plugin/main.go'], seconds: 30 },
  traefik: { module: gateway, package: 'github.com/traefik/traefik/v3/cmd/traefik', seconds: 300 },
  'metrics-server': { module: gateway, package: 'sigs.k8s.io/metrics-server/cmd/metrics-server', seconds: 60 },
  buildkitd: { module: buildkit, package: 'github.com/moby/buildkit/cmd/buildkitd', seconds: 200 },
  versitygw: { module: s3, package: 'github.com/versity/versitygw/cmd/versitygw', seconds: 60 },
  coredns: { module: lab, package: 'github.com/coredns/coredns', seconds: 60 },
} as const satisfies Record<string, Tool>;

export type GoTool = keyof typeof tools;

export const goTools: Readonly<Record<GoTool, Tool>> = tools;

const root = join(import.meta.dirname, '..');

function moduleOf(name: GoTool): string {
  return join(root, goTools[name].module ?? 'tools');
}

/** Where a Go tool lies once it is built; the directory is named by the hash of all that it is made of, so other pins are other files. */
export async function toolFile(name: GoTool): Promise<string> {
  const { sources = [], stamp } = goTools[name];
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', ...sources]) hash.update(await readFile(join(moduleOf(name), file)));
  if (stamp !== undefined) hash.update(JSON.stringify(stamp));
  return join(cacheDir('tools', hash.digest('hex').slice(0, 16), 'bin'), name);
}

/** Whether the tool has been built already (nothing is built here). */
export async function toolIsBuilt(name: GoTool): Promise<boolean> {
  return exists(await toolFile(name));
}

/**
 * The path of a pinned Go tool; built on first use (one line on standard error says so), at once afterwards.
 * @throws Error with Go's own message when the build fails
 */
export async function toolPath(name: GoTool): Promise<string> {
  const tool: Tool = goTools[name];
  const stamps = Object.entries(tool.stamp ?? {}).map(([variable, value]) => ` -X ${variable}=${value}`);
  const about = tool.seconds > 90 ? `${Math.round(tool.seconds / 60)} minutes` : `${tool.seconds} seconds`;
  return makeOnce({
    target: await toolFile(name),
    script: 'go build -trimpath -ldflags "$3" -o "$1" "$2"',
    // Without the tables for debuggers the programs are smaller by a third.
    args: [tool.package, `-s -w${stamps.join('')}`],
    cwd: moduleOf(name),
    env: {
      GOFLAGS: '-mod=readonly -buildvcs=false -p=2',
      CGO_ENABLED: '0',
      GOTOOLCHAIN: 'local',
      GOWORK: 'off',
      ...(tool.experiment === undefined ? {} : { GOEXPERIMENT: tool.experiment }),
    },
    onStart: () => process.stderr.write(`building ${name} (once, about ${about}) …\n`),
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the Go tool ${name}: ${reason}\nGo ≥ 1.26 and a Go module proxy are needed; \`go env GOPROXY\` names it`,
    );
  });
}
