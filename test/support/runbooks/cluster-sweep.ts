import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProgram } from '../../../scripts/testing/children.ts';
import { fillGate, listRuns, readRun, showGates, systemClock, verifyRun } from '../../../src/procedure/index.ts';
import { until } from '../../lab/cluster/namespaces.ts';
import type { Cluster } from '../../lab/cluster/start.ts';
import { OBJECTS, type PodsLab } from '../cluster-pods.ts';
import type { SweepTry } from '../crash-sweep.ts';

/** Runbooks over workloads of one real cluster, each try with a state directory of its own, killed at the boundaries of its journal. */

const SCRIPT = childProgram('runbook');

export interface ClusterCase {
  readonly name: string;
  readonly runbook: string;
  readonly texts: Readonly<Record<string, string>>;
  /** Pods that git names before; 0: they are stopped there by hand. */
  readonly from: { readonly git: number; readonly running: boolean };
}

/** Everything that runs on workloads of a cluster and changes something. */
export const CLUSTER_CASES: readonly ClusterCase[] = [
  { name: 'stop', runbook: 'system-stop', texts: { reason: 'a sweep' }, from: { git: 2, running: true } },
  { name: 'start', runbook: 'system-start', texts: { reason: 'a sweep' }, from: { git: 2, running: false } },
  { name: 'restart', runbook: 'system-restart', texts: { reason: 'a sweep' }, from: { git: 2, running: true } },
  { name: 'out', runbook: 'scale', texts: { reason: 'a sweep', to: '3' }, from: { git: 2, running: true } },
  { name: 'in', runbook: 'scale', texts: { reason: 'a sweep', to: '1' }, from: { git: 2, running: true } },
];

const ROLLOUT = ['rollout', 'certkeeper'] as const;
const STORE = ['deployment', 'store'] as const;

export async function openClusterSweep(
  cluster: Cluster,
  stage: PodsLab,
  { runbook, texts, from }: ClusterCase,
): Promise<SweepTry> {
  const { lab, field, pods } = stage;
  const { namespace, service } = lab;
  const patch = (kind: string, name: string, body: object) =>
    cluster.must(['patch', kind, name, '-n', namespace, '--type', 'merge', '-p', JSON.stringify(body)]);
  const wanted = from.running ? from.git : 0;
  const line = `  replicas: ${from.git}`;
  if (!(await lab.shown(OBJECTS)).includes(`\n${line}\n`)) {
    await lab.edit(OBJECTS, (text) => text.replace(/^ {2}replicas: \d+$/m, line));
  }
  // A commit that comes to the cluster later would start what the run has stopped.
  const refresh = 'argocd.argoproj.io/refresh=hard';
  await cluster.must(['annotate', 'application', namespace, '-n', 'argocd', refresh, '--overwrite']);
  await until('Argo CD at the newest commit', async () => {
    const fields = '{.status.operationState.syncResult.revision} {.status.operationState.phase}';
    const words = ['get', 'application', namespace, '-n', 'argocd', '-o', `jsonpath=${fields}`];
    return (await cluster.must(words)).trim() === `${await lab.headCommit()} Succeeded`;
  });
  const note = from.running ? null : String(from.git);
  for (const [kind, name] of [ROLLOUT, STORE]) {
    const metadata = { annotations: { 'shiplock.dev/replicas': note } };
    await patch(kind, name, { metadata, spec: { replicas: wanted } });
  }
  const settled = (kind: string, name: string, app: string, count: number) =>
    until(`${count} pods of ${app}`, async () => {
      const available = await field(kind, name, '.status.availableReplicas');
      return (await pods(app)).length === count && Number(available === '' ? '0' : available) === count;
    });
  await settled(...ROLLOUT, 'certkeeper', wanted);
  await settled(...STORE, 'store', wanted);
  const generation = async ([kind, name]: readonly [string, string]) =>
    Number(await field(kind, name, '.metadata.generation'));
  const before = { rollout: await generation(ROLLOUT), store: await generation(STORE), commits: await lab.commits() };
  const dir = mkdtempSync(join(tmpdir(), 'slcs-'));
  const store = join(dir, 'state');
  const report = join(dir, 'report');
  // All tries write to one repository, which refuses a smaller fence than it has seen: so fences go on from one try to the next.
  const [kept, own] = [join(lab.dir, 'leases'), join(store, 'leases')];
  if (existsSync(kept)) cpSync(kept, own, { recursive: true });
  return {
    report,
    command: async (kill) => ({
      argv: [
        ...[process.execPath, SCRIPT, join(service, 'shiplock.yaml'), store, runbook, report],
        ...(kill === undefined ? [] : [String(kill)]),
      ],
      env: { SWEEP_TEXTS: JSON.stringify(texts) },
    }),
    async answer() {
      for (const gate of await showGates(store)) {
        const evidence = gate.path.startsWith('scale')
          ? { carries: true, seen: 'requests of each pod' }
          : { works: true, seen: 'an order was placed' };
        const filled = await fillGate(store, gate.run, gate.path, evidence, 'ann', systemClock);
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const runs = await listRuns(store);
      const run = runs.at(-1)?.run ?? '';
      const { entries, finished } = await readRun(store, run);
      const done = entries.filter(({ record }) => record.type === 'step.done').map(({ record }) => record.node);
      return {
        ...{ runs: runs.length, outcome: finished?.outcome, journal: (await verifyRun(store, run)).kind },
        twice: done.filter((node, index) => !node.includes('/bring/') && done.indexOf(node) !== index),
        git: /^ {2}replicas: (\d+)$/m.exec(await lab.shown(OBJECTS))?.[1],
        // One commit at most, and each workload changed at most once: what is done twice shows.
        commits: (await lab.commits()) - before.commits,
        changes: {
          rollout: (await generation(ROLLOUT)) - before.rollout,
          store: (await generation(STORE)) - before.store,
        },
        wanted: [await field(...ROLLOUT, '.spec.replicas'), await field(...STORE, '.spec.replicas')],
        pods: [(await pods('certkeeper')).length, (await pods('store')).length],
        noted: [
          await field(...ROLLOUT, '.metadata.annotations.shiplock\\.dev/replicas'),
          await field(...STORE, '.metadata.annotations.shiplock\\.dev/replicas'),
        ],
      };
    },
    async [Symbol.asyncDispose]() {
      if (existsSync(own)) cpSync(own, kept, { recursive: true });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
