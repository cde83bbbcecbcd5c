import type { Complaint } from '../model/scalars.ts';
import type { EnvironmentSettings } from './schema.ts';

/** What belongs together where a service runs in a cluster, and what is not to be had there. Paths are relative to the environment. */
export function clusterChecks(settings: EnvironmentSettings): readonly Complaint[] {
  const { platform, traffic } = settings;
  const inCluster = platform.kind === 'kubernetes';
  if (inCluster !== (traffic.kind === 'argo-rollouts')) {
    return [
      {
        path: ['traffic', 'kind'],
        code: 'config.cluster-traffic',
        found: `\`${traffic.kind}\` with the platform \`${platform.kind}\``,
        expected: inCluster ? 'argo-rollouts' : 'haproxy or nginx',
        remedy: inCluster
          ? 'write `kind: argo-rollouts` and its `entry`'
          : 'write `kind: haproxy`, or use the platform kubernetes',
      },
    ];
  }
  if (!inCluster) {
    if (settings.gitops?.scale !== undefined) {
      return [
        {
          path: ['gitops', 'scale'],
          code: 'config.gitops-scale',
          found: `\`scale\` with the platform \`${platform.kind}\``,
          expected: 'the platform kubernetes, where git says how many pods there are',
          remedy: 'delete `gitops.scale`: on hosts `platform.hosts` says where it runs',
        },
      ];
    }
    const images = Object.entries(settings.components).filter(([, one]) => one.kind === 'image');
    return images.map(([name]) => ({
      path: ['components', name, 'kind'],
      code: 'config.image-without-cluster',
      found: 'an image',
      expected: `a component that the platform \`${platform.kind}\` can run`,
      remedy: 'write `kind: go` or `kind: static`, or use the platform kubernetes',
    }));
  }
  return [...componentChecks(settings), ...gitChecks(settings), ...rolloutChecks(settings)];
}

/** What a Dockerfile says itself. */
const BY_DOCKERFILE = ['base', 'entrypoint', 'port', 'certificates'] as const;

/** Of two that say what is in an image one would be overlooked. */
function buildxChecks({ components }: EnvironmentSettings): readonly Complaint[] {
  return Object.entries(components).flatMap(([name, one]) => {
    if ((one.kind !== 'go' && one.kind !== 'static') || one.image?.buildx === undefined) return [];
    const { image } = one;
    const given = [
      ...BY_DOCKERFILE.filter((key) => image[key] !== undefined),
      ...(image.files.length > 0 ? ['files'] : []),
      ...(image.arguments.length > 0 ? ['arguments'] : []),
      ...(Object.keys(image.env).length > 0 ? ['env'] : []),
    ];
    return given.map((key) => ({
      path: ['components', name, 'image', key],
      code: 'config.image-by-dockerfile',
      found: `\`${key}\` beside \`buildx\``,
      expected: 'one place that says what is in the image: the Dockerfile',
      remedy: `delete \`${key}\`, and say it in the Dockerfile; or delete \`buildx\``,
    }));
  });
}

/** An image of a program needs a program that containers can run. */
export function imageChecks(settings: EnvironmentSettings): readonly Complaint[] {
  const { components } = settings;
  const platforms = Object.entries(components).flatMap(([name, one]) =>
    one.kind !== 'go' || one.image === undefined || one.platforms.some((platform) => platform.startsWith('linux/'))
      ? []
      : [
          {
            path: ['components', name, 'platforms'],
            code: 'config.image-platform',
            found: one.platforms.join(', '),
            expected: 'a platform of Linux among them, for the image',
            remedy: 'add `linux/amd64`, or delete `image:`',
          },
        ],
  );
  return [...platforms, ...buildxChecks(settings)];
}

function componentChecks({ components, buckets = {} }: EnvironmentSettings): readonly Complaint[] {
  // Files in a bucket are served from there, whatever runs in the cluster.
  const all = Object.entries(components).filter(([name]) => !Object.hasOwn(buckets, name));
  const others = all.filter(([, one]) => one.kind !== 'image' && (one.kind === 'script' || one.image === undefined));
  const tell = (path: readonly string[], found: string) => ({
    path,
    code: 'config.cluster-component',
    found,
    expected: 'one component, of `kind: image` or with an `image:` of its own',
    remedy: 'give it an `image:`, put the files into the image, or release them as a service of their own',
  });
  if (others.length === all.length) return [tell(['components'], 'no image')];
  return [
    ...others.map(([name, one]) =>
      tell(['components', name, 'kind'], `a component of kind \`${one.kind}\` without an image`),
    ),
    ...all.flatMap(([name, one]) => runsNothing(name, one)),
  ];
}

/** Files are no program: their image needs one from somewhere. */
function runsNothing(name: string, one: EnvironmentSettings['components'][string]): readonly Complaint[] {
  if (one.kind !== 'static' || one.image === undefined) return [];
  if (one.image.base !== undefined || one.image.entrypoint !== undefined || one.image.buildx !== undefined) return [];
  return [
    {
      path: ['components', name, 'image'],
      code: 'config.image-runs-nothing',
      found: 'files alone',
      expected: 'a program that serves them',
      remedy: 'name a `base` with a web server by its digest, or an `entrypoint` that is among the files',
    },
  ];
}

/** Git is what Argo CD brings: without a place in it, and one that names what runs, there is no release. */
function gitChecks({ gitops }: EnvironmentSettings): readonly Complaint[] {
  if (gitops === undefined) {
    return [
      {
        path: ['platform', 'kind'],
        code: 'config.cluster-without-git',
        found: 'no `gitops:`',
        expected: 'the repository that Argo CD brings into the cluster',
        remedy: 'add `gitops:` with the file that names the image',
      },
    ];
  }
  if (gitops.names !== 'version') return [];
  return [
    {
      path: ['gitops', 'names'],
      code: 'config.cluster-names-version',
      found: '`version`',
      expected: '`digest` or `image`: a tag can be moved, a digest cannot',
      remedy: 'write `names: digest`, and a digest at that place in the file',
    },
  ];
}

function rolloutChecks({ rollout, metrics }: EnvironmentSettings): readonly Complaint[] {
  const complaints: Complaint[] = [];
  if (rollout.strategy === 'rolling') {
    complaints.push({
      path: ['rollout', 'strategy'],
      code: 'config.cluster-rolling',
      found: '`rolling` with the platform `kubernetes`',
      expected: '`canary` or `blue-green`',
      remedy: 'write `strategy: canary`: pods are replaced beside the ones that serve',
    });
  }
  if (rollout.smoke.length > 0) {
    complaints.push({
      path: ['rollout', 'smoke'],
      code: 'config.cluster-smoke',
      found: 'requests to each instance',
      expected: 'none: pods have addresses inside of the cluster only',
      remedy: 'let the readiness probe of the pod ask them, or `verify` through the entry',
    });
  }
  const queries = metrics.prometheus?.queries ?? [];
  if (!queries.some(({ metric }) => metric === 'errors')) {
    complaints.push({
      path: ['metrics'],
      code: 'config.cluster-without-errors',
      found: queries.length === 0 ? 'no Prometheus' : 'no metric `errors`',
      expected: 'a query with the name `errors`: it is the source of verdicts where no proxy of ours counts',
      remedy: 'add `metrics.prometheus` with a query whose `metric` is `errors`',
    });
  }
  return complaints;
}
