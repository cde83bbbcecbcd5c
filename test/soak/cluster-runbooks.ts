import { parseArgs } from 'node:util';
import { whyNoCluster } from '../lab/cluster/needed.ts';
import { startCluster } from '../lab/cluster/start.ts';
import { openPodsLab } from '../support/cluster-pods.ts';
import { crashSweep } from '../support/crash-sweep.ts';
import { CLUSTER_CASES, openClusterSweep } from '../support/runbooks/cluster-sweep.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * kill -9 at the journal boundaries of the runbooks over workloads of a cluster: stop, start, restart, and `scale` out and in, on a real cluster with Argo CD. Each
 * is gone on with, and the cluster and git at the end are those of a run that nobody killed.
 *   --only NAMES  of stop, start, restart, out, in, with commas between them (default: all)
 *   --singles (default: every boundary), --pairs (3), --dealt, --seed and the like: see support/crash.ts
 * Exit codes: 0 all good · 1 something is not · 2 it cannot run here
 */

const { values } = parseArgs({ options: { ...CRASH_OPTIONS, only: { type: 'string' } } });
const why = await whyNoCluster();
if (why !== null) {
  console.error(why);
  process.exit(2);
}
await using cluster = await startCluster({ argocd: true, rollouts: true });
const stage = await openPodsLab(cluster, { namespace: 'sweep', nodePort: 30_497, selfHeal: false });
for (const one of CLUSTER_CASES.filter(({ name }) => values.only?.split(',').includes(name) ?? true)) {
  const report = await crashSweep({
    open: () => openClusterSweep(cluster, stage, one),
    ...crashAsked(values, { pairs: 3 }, one.name),
    processMs: 240_000,
  });
  crashSaid(one.name, report);
}
await stage.lab[Symbol.asyncDispose]();
