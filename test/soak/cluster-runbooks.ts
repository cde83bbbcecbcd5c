import { parseArgs } from 'node:util';
import { whyNoCluster } from '../lab/cluster/needed.ts';
import { startCluster } from '../lab/cluster/start.ts';
import { openPodsLab } from '../support/cluster-pods.ts';
import { crashSweep } from '../support/crash-sweep.ts';
import { CLUSTER_CASES, openClusterSweep } from '../support/runbooks/cluster-sweep.ts';

/**
 * kill -9 at the journal boundaries of the runbooks over workloads of a cluster: stop, start, restart, and `scale` out and in, on a real cluster with Argo CD. Each
 * is gone on with, and the cluster and git at the end are those of a run that nobody killed.
 *   --only NAMES  of stop, start, restart, out, in, with commas between them (default: all)
 *   --singles N  boundaries of each, chosen by the seed (default: every one)
 *   --pairs N    that die twice (default: 3)
 *   --seed N     (default: 1)
 * Exit codes: 0 all good · 1 something is not · 2 it cannot run here
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { only: option, singles: option, pairs: option, seed: option } });
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
    ...(values.singles === undefined ? {} : { singles: Number(values.singles) }),
    pairs: Number(values.pairs ?? '3'),
    seed: Number(values.seed ?? '1'),
    processMs: 240_000,
    onTry: (text) => console.log(`  ${one.name} ${text}`),
  });
  const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
  console.log(
    `${one.name}: exit ${report.exit}, ${boundaries} boundaries, ${report.singles} killed once and ${report.pairs} twice, ${report.killed} processes killed, ${report.differences.length} different ends`,
  );
  console.log(JSON.stringify(report.endState));
  for (const difference of report.differences) console.log(JSON.stringify(difference));
  if (report.differences.length > 0 || report.exit !== 0) process.exitCode = 1;
}
await stage.lab[Symbol.asyncDispose]();
