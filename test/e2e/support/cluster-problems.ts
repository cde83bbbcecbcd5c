import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { POD } from '../../../src/model/kube.ts';
import { ProblemError } from '../../../src/model/problem.ts';
import { kubeClient } from '../../../src/procedure/index.ts';

/** Ways into a real cluster that are wrong in one thing each, and what is said of them. */

interface Cluster {
  readonly kubeconfig: string;
  must(args: readonly string[], input?: string): Promise<string>;
}

const fileSchema = z.looseObject({
  clusters: z.array(z.looseObject({ cluster: z.looseObject({ server: z.string() }) })).min(1),
  users: z.array(z.looseObject({ user: z.looseObject({}) })).min(1),
});
type File = z.infer<typeof fileSchema>;

export interface WrongWays {
  /** Codes and remedies of the problem, by what is wrong. */
  readonly problems: Readonly<
    Record<string, { readonly code: string; readonly found: string; readonly remedy: string }>
  >;
}

const rollouts = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Rollout',
  plural: 'rollouts',
  namespace: 'default',
};

export async function wrongWays(cluster: Cluster, dir: string): Promise<WrongWays> {
  const good = fileSchema.parse(parse(await readFile(cluster.kubeconfig, 'utf8')));
  const change = async (name: string, make: (file: File) => File): Promise<string> => {
    const path = join(dir, `${name}.kubeconfig`);
    await writeFile(path, stringify(make(structuredClone(good))));
    return path;
  };
  const server = (over: Readonly<Record<string, unknown>>) => (file: File) => ({
    ...file,
    clusters: file.clusters.map((one) => ({ ...one, cluster: { ...one.cluster, ...over } })),
  });
  const user = (over: Readonly<Record<string, unknown>>) => (file: File) => ({
    ...file,
    users: file.users.map((one) => ({ ...one, user: over })),
  });
  await cluster.must(['create', 'serviceaccount', 'nobody', '-n', 'default']);
  const token = (await cluster.must(['create', 'token', 'nobody', '-n', 'default'])).trim();
  const problems: Record<string, { code: string; found: string; remedy: string }> = {};
  const ask = async (
    name: string,
    kubeconfig: string,
    look: (kube: ReturnType<typeof kubeClient>) => Promise<unknown>,
    context?: string,
  ) => {
    const kube = kubeClient({ kubeconfig: [kubeconfig], ...(context === undefined ? {} : { context }) });
    try {
      await look(kube);
      problems[name] = { code: 'none', found: '', remedy: '' };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const [problem] = error.problems;
      problems[name] = { code: problem?.code ?? '', found: problem?.found ?? '', remedy: problem?.remedy ?? '' };
    }
  };
  const pods = (kube: ReturnType<typeof kubeClient>) => kube.list({ ...POD, namespace: 'default' });
  await ask('good', cluster.kubeconfig, pods);
  await ask('unreachable', await change('unreachable', server({ server: 'https://127.0.0.1:1' })), pods);
  await ask(
    'another authority',
    await change('authority', server({ 'certificate-authority': undefined, 'certificate-authority-data': undefined })),
    pods,
  );
  await ask('expired token', await change('token', user({ token: `${token.slice(0, -8)}AAAAAAAA` })), pods);
  await ask('no right', await change('nobody', user({ token })), (kube) => kube.get(rollouts, 'certkeeper'));
  await ask('unknown context', cluster.kubeconfig, pods, 'elsewhere');
  await ask('no definition', cluster.kubeconfig, (kube) => kube.list({ ...rollouts, kind: 'Fleet', plural: 'fleets' }));
  await ask('no file', join(dir, 'nowhere'), pods);
  await ask(
    'exec plugin',
    await change('exec', user({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'false' } })),
    pods,
  );
  const echo = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'sh',
    args: ['-c', `echo '${JSON.stringify({ kind: 'ExecCredential', status: { token } })}'`],
  };
  await ask('token of a plugin', await change('plugin', user({ exec: echo })), pods);
  return { problems };
}
