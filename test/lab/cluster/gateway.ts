import { joined } from '../manifests/check.ts';
import type { Target } from './argo.ts';
import { canConnect } from './kubernetes.ts';
import { gatewayDefinitions, TRAEFIK } from './modules.ts';
import { until } from './namespaces.ts';

/** Where users arrive: Traefik listens there, on the node. */
export const GATEWAY_PORT = 8000;

/**
 * Traefik as a process beside the cluster, and the Gateway `public` that its chart makes (gitops/platform/applications/gateway.yaml). Pods are reached at their own addresses, as from a pod.
 */
export async function addGateway({ lab, kubectl, start }: Target): Promise<void> {
  const files = await gatewayDefinitions(TRAEFIK);
  await kubectl(['apply', '--server-side', ...files.flatMap((file) => ['-f', file])]);
  await until('Gateways', async () => {
    await kubectl(['get', 'gateways,httproutes']);
    return true;
  });
  const api = 'gateway.networking.k8s.io/v1';
  const listener = {
    name: 'web',
    port: GATEWAY_PORT,
    protocol: 'HTTP',
    allowedRoutes: { namespaces: { from: 'All' } },
  };
  const made = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gateway' } },
    {
      apiVersion: api,
      kind: 'GatewayClass',
      metadata: { name: 'traefik' },
      spec: { controllerName: 'traefik.io/gateway-controller' },
    },
    {
      apiVersion: api,
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'gateway' },
      spec: { gatewayClassName: 'traefik', listeners: [listener] },
    },
  ];
  await kubectl(['apply', '-f', '-'], joined(made));
  await start({
    name: 'traefik',
    argv: [
      ...['traefik', `--entrypoints.web.address=${lab.address}:${GATEWAY_PORT}`],
      ...[`--entrypoints.traefik.address=${lab.address}:8089`, '--ping=true', '--providers.kubernetesgateway=true'],
      // Nobody is asked for newer versions, and nothing is told to anybody.
      ...['--global.checknewversion=false', '--global.sendanonymoususage=false', '--log.level=INFO'],
    ],
    ready: () => canConnect({ host: lab.address, port: GATEWAY_PORT }),
  });
}

const METRICS_PORT = 4443;

/** metrics-server beside the cluster, and the API `metrics.k8s.io` behind a Service whose address is the node's. */
export async function addMetrics({ lab, kubectl, start }: Target): Promise<void> {
  const kubeconfig = `${lab.dir}/pki/admin.kubeconfig`;
  await start({
    name: 'metrics-server',
    argv: [
      ...['metrics-server', '--kubeconfig', kubeconfig, '--authentication-kubeconfig', kubeconfig],
      ...['--authorization-kubeconfig', kubeconfig, '--kubelet-certificate-authority', `${lab.dir}/pki/ca.crt`],
      ...[
        '--bind-address',
        lab.address,
        '--secure-port',
        String(METRICS_PORT),
        '--cert-dir',
        `${lab.dir}/metrics-server`,
      ],
      // The shortest that it takes.
      ...[
        '--kubelet-preferred-address-types',
        'InternalIP',
        '--metric-resolution',
        '10s',
        '--kubelet-request-timeout',
        '8s',
      ],
    ],
    ready: () => canConnect({ host: lab.address, port: METRICS_PORT }),
  });
  const where = { name: 'metrics-server', namespace: 'kube-system' };
  const made = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: where,
      spec: { ports: [{ name: 'https', port: 443, targetPort: METRICS_PORT }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...where, labels: { 'kubernetes.io/service-name': 'metrics-server' } },
      addressType: 'IPv4',
      ports: [{ name: 'https', port: METRICS_PORT }],
      endpoints: [{ addresses: [lab.address], conditions: { ready: true } }],
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        service: { name: 'metrics-server', namespace: 'kube-system' },
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  ];
  await kubectl(['apply', '-f', '-'], joined(made));
}
