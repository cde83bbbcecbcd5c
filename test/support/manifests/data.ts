/** Manifests as data, of the kinds that GitOps repositories hold. Names and numbers are made up from the seed. */

export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

export type Random = () => number;

export function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

const words = [
  'api',
  'web',
  'worker',
  'cache',
  'auth',
  'billing',
  'search',
  'mail',
  'gateway',
  'proxy',
  'ledger',
  'cron',
];
const hex = (random: Random, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

function version(random: Random): string {
  const n = (): number => Math.floor(random() * 20);
  return pick(random, [
    `${n()}.${n()}.${n()}`,
    `v${n()}.${n()}.${n()}`,
    `${n()}.${n()}`,
    hex(random, 7),
    `2026.${n()}`,
    'latest',
    `1e${n()}`,
  ]);
}

function image(random: Random, name: string): string {
  const host = pick(random, [
    'ghcr.io/acme',
    'registry.example.org:5000/team',
    'docker.io/library',
    'quay.io/acme/tools',
  ]);
  return `${host}/${name}${pick(random, [`:${version(random)}`, `@sha256:${hex(random, 64)}`, `:${version(random)}@sha256:${hex(random, 64)}`])}`;
}

function metadata(random: Random, name: string): Data {
  const annotations: Record<string, Data> = {};
  if (random() < 0.6) annotations['argocd.argoproj.io/sync-wave'] = pick(random, ['-1', '0', '10']);
  if (random() < 0.4) annotations['prometheus.io/scrape'] = 'true';
  if (random() < 0.3)
    annotations['note'] = pick(random, ['do not touch: see the wiki', 'yes', 'on # call', "it's", '{"a": [1, 2]}']);
  return {
    name,
    ...(random() < 0.5 ? { namespace: pick(random, ['prod', 'staging', 'default']) } : {}),
    labels: {
      'app.kubernetes.io/name': name,
      'app.kubernetes.io/version': version(random),
      tier: pick(random, ['1', 'front', 'back']),
    },
    ...(Object.keys(annotations).length > 0 || random() < 0.3 ? { annotations } : {}),
  };
}

function container(random: Random, name: string): Data {
  const ports = ['http', 'metrics', 'grpc']
    .slice(0, Math.floor(random() * 4))
    .map((port, index) => ({ name: port, containerPort: 8080 + index, protocol: 'TCP' }));
  const env = ['LOG_LEVEL', 'DB_HOST', 'FEATURE_X', 'RETRIES']
    .slice(0, Math.floor(random() * 5))
    .map((key) => ({ name: key, value: pick(random, ['info', '5', 'true', 'db.prod.svc:3306', '', 'a,b', '0123']) }));
  return {
    name,
    image: image(random, name),
    ...(random() < 0.5 ? { imagePullPolicy: pick(random, ['Always', 'IfNotPresent']) } : {}),
    ...(random() < 0.3 ? { args: ['serve', '--port=8080', '--verbose', '-c', 'sleep 1; exec "$0"\nexit 1\n'] } : {}),
    ...(ports.length > 0 ? { ports } : {}),
    ...(env.length > 0 ? { env } : {}),
    resources:
      random() < 0.2
        ? {}
        : {
            requests: { cpu: pick(random, ['100m', '1', '0.5']), memory: '128Mi' },
            limits: { memory: pick(random, ['256Mi', '1Gi']) },
          },
    ...(random() < 0.4
      ? {
          readinessProbe: {
            httpGet: { path: '/readyz', port: pick<Data>(random, ['http', 8080]) },
            periodSeconds: 5,
            failureThreshold: 0.5 > random() ? 3 : 30,
          },
        }
      : {}),
  };
}

function workload(random: Random): Data {
  const name = pick(random, words);
  const sidecars = words.filter((word) => word !== name && random() < 0.12);
  return {
    apiVersion: pick(random, ['apps/v1', 'argoproj.io/v1alpha1']),
    kind: pick(random, ['Deployment', 'Rollout', 'StatefulSet']),
    metadata: metadata(random, name),
    spec: {
      replicas: Math.floor(random() * 12),
      ...(random() < 0.3 ? { paused: random() < 0.5 } : {}),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [container(random, name), ...sidecars.map((word) => container(random, word))],
          ...(random() < 0.3 ? { nodeSelector: null } : {}),
          terminationGracePeriodSeconds: 30,
        },
      },
    },
  };
}

function values(random: Random): Data {
  return {
    replicaCount: Math.floor(random() * 9),
    image: {
      repository: 'ghcr.io/acme/api',
      tag: pick<Data>(random, [version(random), 1.5, '', '1.10']),
      pullPolicy: 'IfNotPresent',
      pullSecrets: [],
    },
    nameOverride: '',
    serviceAccount: { create: true, annotations: {}, name: null },
    service: { type: 'ClusterIP', port: 80, nodePort: null },
    ingress: {
      enabled: random() < 0.5,
      className: 'traefik',
      hosts: [{ host: 'api.example.org', paths: [{ path: '/', pathType: 'Prefix' }] }],
    },
    autoscaling: { enabled: false, minReplicas: 1, maxReplicas: 100, targetCPUUtilizationPercentage: 80 },
    extraConfig: 'server {\n  listen 80;\n  # not a comment\n\n  location / { return 204; }\n}\n',
    affinity: {},
    tolerations: [],
    date: '2026-11-21',
    window: '12:30:45',
  };
}

export function kustomization(random: Random): Data {
  const images = words
    .filter(() => random() < 0.3)
    .map((word) => ({ name: `ghcr.io/acme/${word}`, newTag: version(random) }));
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: 'prod',
    resources: ['../../base', 'ingress.yaml'],
    images: [{ name: 'app', newName: 'ghcr.io/acme/app', newTag: version(random) }, ...images],
    patches: [
      { target: { kind: 'Deployment', name: 'app' }, patch: '- op: replace\n  path: /spec/replicas\n  value: 3\n' },
    ],
    configMapGenerator: [{ name: 'env', literals: ['A=1', 'B=two'] }],
  };
}

function configMap(random: Random): Data {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(random, `${pick(random, words)}-config`),
    data: {
      'app.yaml': 'log:\n  level: info\nlist:\n- a\n',
      'run.sh': '#!/bin/sh\nset -e\n\texec "$@"\n',
      PLAIN: 'x',
      NUMBER: '8080',
      FLAG: 'no',
      EMPTY: '',
    },
  };
}

function application(random: Random): Data {
  const name = pick(random, words);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: metadata(random, name),
    spec: {
      project: 'default',
      source: {
        repoURL: 'https://git.example.org/acme/deploy.git',
        path: `apps/${name}`,
        targetRevision: pick(random, ['HEAD', 'main', version(random)]),
        helm: {
          valueFiles: ['values.yaml'],
          parameters: [{ name: 'image.tag', value: version(random), forceString: true }],
        },
      },
      destination: { server: 'https://kubernetes.default.svc', namespace: name },
      syncPolicy: { automated: { prune: true, selfHeal: random() < 0.5 }, syncOptions: ['CreateNamespace=true'] },
    },
  };
}

const KINDS = [workload, workload, values, kustomization, configMap, application];

/** One document. */
export function manifest(random: Random): Data {
  return pick(random, KINDS)(random);
}
