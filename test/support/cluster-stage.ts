import { z } from 'zod';
import { command } from '../../scripts/lab/lab.ts';
import { listRuns, type RunSummary } from '../../src/procedure/index.ts';
import { until } from '../lab/cluster/namespaces.ts';
import type { Cluster } from '../lab/cluster/start.ts';
import type { ClusterLab } from './cluster-release.ts';

/** What a sweep on a real cluster plays with: one service, and its versions. */
export interface Stage {
  readonly cluster: Cluster;
  readonly lab: ClusterLab;
  /** Digest by version. */
  readonly digests: Readonly<Record<string, string>>;
}

/** Versions of the service: three good ones, and one that fails half of its requests. */
export const GOOD = ['1.0.0', '1.1.0', '1.2.0'] as const;
export const BAD = '1.3.0';

export async function pushVersions(cluster: Cluster): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  const push = async (version: string, faults?: Readonly<Record<string, string>>): Promise<void> => {
    const image = await cluster.pushService(faults === undefined ? { version } : { version, faults });
    digests[version] = image.slice(image.indexOf('@') + 1);
  };
  for (const version of GOOD) await push(version);
  await push(BAD, { CERTKEEPER_FAULT_ERROR_RATE: '0.5' });
  return digests;
}

export function digestOf({ digests }: Stage, version: string): string {
  const digest = digests[version];
  if (digest === undefined) throw new Error(`no image of ${version}`);
  return digest;
}

/** @throws Error with what the command said when it does not end with 0 */
export async function must({ lab }: Stage, ...args: readonly string[]): Promise<string> {
  const ran = await lab.shiplock(args);
  if (ran.code !== 0) throw new Error(`shiplock ${args.join(' ')} (exit ${ran.code}): ${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

const heldSchema = z.object({ digests: z.array(z.string()) });

/** Lets a version be released that was taken back before, by the word of a person. */
export async function letReturn(stage: Stage, version: string): Promise<void> {
  const digest = digestOf(stage, version);
  const { digests } = heldSchema.parse(JSON.parse(await must(stage, 'quarantine', 'list', '--json')));
  if (digests.includes(digest)) await must(stage, 'quarantine', 'release', digest, '--reason', 'once more');
}

/** Git, what serves, and every ready pod are of this digest. */
export function agreed({ lab }: Stage, digest: string): Promise<void> {
  return until(`git and the cluster to agree on ${digest.slice(0, 19)}`, async () => {
    const [head, serving, ready] = await Promise.all([lab.head(), lab.serving(), lab.ready()]);
    return head === digest && serving === digest && ready.length > 0 && ready.every((one) => one === digest);
  });
}

/** Who made the head of the branch; the lab's own writers are one. */
export async function lastWriter({ lab }: Stage): Promise<string> {
  return (await command(['git', '-C', lab.gitops, 'log', '-1', '--format=%an', 'main'])).stdout.trim();
}

/** Runs that have begun and not ended. */
export async function unfinished({ lab }: Stage): Promise<readonly RunSummary[]> {
  return (await listRuns(lab.state)).filter(({ finished }) => finished === null);
}
