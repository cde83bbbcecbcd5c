import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { until } from '../../test/lab/cluster/namespaces.ts';
import { buildLabTools, whyNoCluster } from '../../test/lab/cluster/needed.ts';
import { type Cluster, startCluster } from '../../test/lab/cluster/start.ts';
import { type Answer, type ClusterLab, openClusterLab, startRequests } from '../../test/support/cluster-release.ts';
import { command } from '../lab/lab.ts';
import { paint, parse, type Summary, say, show, told, verdict } from './tell.ts';

/**
 * The same job in Kubernetes: a real cluster of one node on this machine, with Argo CD and Argo Rollouts. Nothing → 1.0.0; 1.1.0 is healthy and is promoted share by
 * share; 1.2.0 fails 30 % of its requests and is taken back, on the cluster and in git; a bot that writes it into git again gets no pod of it; a change by hand is
 * explained; a person goes back to 1.0.0. Everything ends with it.
 */

const RATE = 60;
const WITH = { argocd: true, rollouts: true } as const;

/** @returns the exit code: 0 it did what it says · 1 it did not · 2 no cluster can be had here */
export async function kubernetesDemo(): Promise<number> {
  const why = await whyNoCluster();
  if (why !== null) {
    process.stderr.write(`no cluster can be had here: ${why}\nthe demo without one: npm run demo\n`);
    return 2;
  }
  say(paint('bold', 'Building what a cluster is made of; at once where it was built before'));
  await buildLabTools(WITH);
  say(paint('bold', 'Starting a real Kubernetes of one node, with Argo CD and Argo Rollouts'));
  await using cluster = await startCluster({ ...WITH, started: (name) => say(`  ${name} answers`) });
  const digests = await images(cluster);
  await using lab = await openClusterLab(cluster, { namespace: 'shop', strategy: 'canary', nodePort: 30_080 });
  say(`Its API server answers on https://${cluster.address}:6443; git lies in ${lab.gitops}`);
  const good = await story(cluster, lab, digests);
  verdict(good);
  say('Now the cluster ends, and nothing of it is left');
  return good ? 0 : 1;
}

type Digests = Readonly<Record<'1.0.0' | '1.1.0' | '1.2.0', string>>;

async function images(cluster: Cluster): Promise<Digests> {
  say('Pushing three versions of the service into a registry of its own');
  const push = async (version: string, faults?: Readonly<Record<string, string>>): Promise<string> => {
    const image = await cluster.pushService(faults === undefined ? { version } : { version, faults });
    say(`  ${version} is ${image}`);
    return image.slice(image.indexOf('@') + 1);
  };
  return {
    '1.0.0': await push('1.0.0'),
    '1.1.0': await push('1.1.0'),
    '1.2.0': await push('1.2.0', { CERTKEEPER_FAULT_ERROR_RATE: '0.3' }),
  };
}

async function story(cluster: Cluster, lab: ClusterLab, digests: Digests): Promise<boolean> {
  say(paint('bold', 'Nothing serves. Releasing 1.0.0: a commit, Argo CD brings it, four pods'));
  const one = await release(lab, '1.0.0');
  await print(lab, 'status', 'production');
  say(paint('bold', `1.1.0 is healthy. Canary 25 % → 50 % → all, under ${RATE} requests/s on new connections`));
  const two = await underLoad(lab, () => release(lab, '1.1.0'));
  say(paint('bold', '1.2.0 fails 30 % of its requests. Canary under the same load'));
  const three = await underLoad(lab, () => release(lab, '1.2.0'));
  for (const problem of three.value.problems) say(`because: ${problem.found}`);
  const takenBack = await agree(lab, digests['1.1.0'], '1.1.0');
  await print(lab, 'pipeline');
  const refused = await bot(cluster, lab, digests);
  const explained = await byHand(cluster, lab);
  say(paint('bold', 'A person goes back to 1.0.0: without pauses, in git and on the cluster'));
  const back = await told(lab, ['rollback', 'production', '--reason', 'the demo goes back'], 'rollback');
  const wentBack = await agree(lab, digests['1.0.0'], '1.0.0');
  const log = await command(['git', '-C', lab.gitops, 'log', '--format=%h %an: %s', 'main']);
  show('git log', log.stdout);
  const lost = [...two.answers, ...three.answers].filter(
    ({ status, version }) => status !== 200 && version !== '1.2.0',
  );
  const sent = two.answers.length + three.answers.length;
  say(`${sent} requests in all, ${lost.length} lost to the releases themselves`);
  return (
    [one, two.value, back].every(({ outcome }) => outcome === 'done') &&
    three.value.outcome === 'rolled-back' &&
    takenBack &&
    refused &&
    explained &&
    wentBack &&
    lost.length === 0
  );
}

function release(lab: ClusterLab, version: string): Promise<Summary> {
  const words = ['release', 'production', '--release', version, '--reason', `demo ${version}`];
  return told(lab, words, `release ${version}`);
}

async function print(lab: ClusterLab, ...words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await lab.shiplock(words);
  show(`shiplock ${words.join(' ')}`, stdout || stderr);
  return stdout;
}

async function underLoad<T>(
  lab: ClusterLab,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly answers: readonly Answer[] }> {
  const load = startRequests(lab.entry, RATE);
  try {
    const value = await work();
    const answers = await load.stop();
    say(`clients saw ${tally(answers)}`);
    return { value, answers };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

/** Answers by version, as the clients saw them. */
function tally(answers: readonly Answer[]): string {
  const versions = [...new Set(answers.map(({ version }) => version))].toSorted();
  const rows = versions.map((version) => {
    const all = answers.filter((one) => one.version === version);
    const good = all.filter(({ status }) => status === 200).length;
    return `${version || 'no answer'}: ${good} good, ${all.length - good} failures`;
  });
  return rows.join(' · ');
}

/** Whether git, the Rollout and every ready pod are of this digest. */
async function agree(lab: ClusterLab, digest: string, version: string): Promise<boolean> {
  const agreed = await until(`everything to be ${version}`, async () => {
    const [head, serving, ready] = await Promise.all([lab.head(), lab.serving(), lab.ready()]);
    return [head, serving, ...ready].every((one) => one === digest) && ready.length > 0;
  }).then(
    () => true,
    () => false,
  );
  say(
    agreed
      ? `git names ${version}, the cluster serves ${version}, every ready pod is ${version}`
      : paint('red', `git, the cluster and its pods do not agree on ${version}`),
  );
  return agreed;
}

/** Somebody writes into git what was taken back. */
async function bot(cluster: Cluster, lab: ClusterLab, digests: Digests): Promise<boolean> {
  say(paint('bold', 'A bot does not know and writes 1.2.0 into git again; Argo CD brings what git says'));
  await lab.bump(digests['1.2.0'], 'the bot');
  const events = ['get', 'events', '-n', 'shop', '--field-selector', 'reason=FailedCreate'];
  let refusal = '';
  await until('the refusal', async () => {
    const said = await cluster.must([...events, '-o', 'jsonpath={.items[-1:].message}']);
    if (said.includes('is in quarantine')) refusal = said;
    return refusal !== '';
  });
  say(`the API server: ${/image \S+ is in quarantine: [^"]*/.exec(refusal)?.[0] ?? refusal}`);
  for (let look = 0; look < 5; look++) {
    const ready = await lab.ready();
    if (ready.some((one) => one !== digests['1.1.0'])) return false;
    await sleep(500);
  }
  say('no pod of it came, and 1.1.0 goes on');
  say(paint('bold', 'A person takes the commit of the bot back'));
  await lab.bump(digests['1.1.0'], 'a person');
  return agree(lab, digests['1.1.0'], '1.1.0');
}

const driftSchema = z.object({
  resources: z.array(z.object({ fields: z.array(z.object({ path: z.string() })) })),
});

/** Somebody changes the cluster past git. Self-heal would be quicker than a look: it is off for that long. */
async function byHand(cluster: Cluster, lab: ClusterLab): Promise<boolean> {
  say(paint('bold', 'Self-heal is off for a moment, and somebody changes the number of pods by hand'));
  const heal = (selfHeal: boolean): Promise<string> => {
    const change = JSON.stringify({ spec: { syncPolicy: { automated: { selfHeal } } } });
    return cluster.must(['patch', 'application', 'shop', '-n', 'argocd', '--type=merge', '-p', change]);
  };
  await heal(false);
  await cluster.must(['scale', 'rollout', 'certkeeper', '-n', 'shop', '--replicas=5']);
  const look = async (): Promise<number> => {
    const found = driftSchema.parse(parse(await lab.shiplock(['drift', 'production', '--json'])));
    return found.resources.flatMap(({ fields }) => fields).length;
  };
  await until('the difference', async () => (await look()) > 0);
  const text = await print(lab, 'drift', 'production');
  await heal(true);
  await until('self-heal', async () => (await look()) === 0);
  say('self-heal is on again: nothing differs');
  return text.includes('spec.replicas');
}
