#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { type Problem, ProblemError } from '../src/model/problem.ts';
import { sequence } from '../src/procedure/index.ts';
import type { PodsTarget } from '../src/release/environment/pods.ts';
import { type Built, optionalText, runbook, text } from '../src/release/runbook/index.ts';
import { podsMeant, podsNodes, podsText, scaleNodes } from '../src/release/scale/index.ts';

/** SOP: more hosts or pods, or fewer, for what serves. `node runbooks/scale.ts production --to 3 --reason "the sale begins at eight"`. */

const reason = text({ name: 'reason', question: 'Why? It stands in the journal.', minLength: 3 });
const to = text({
  name: 'to',
  question:
    'How many hosts are to serve, counted as they are configured? Or their names, with commas between them. In a cluster: how many pods, or where an autoscaler counts them, between which numbers (3-9)?',
  check: (given) =>
    /^(?:\d+|[A-Za-z0-9.-]+(?:,[A-Za-z0-9.-]+)*)$/.test(given) ? undefined : 'a number, or names of hosts',
});
const workload = optionalText({
  name: 'workload',
  question: 'In a cluster: which workload of its namespace? Left out: the Rollout that releases change',
  check: (given) => (/^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(given) ? undefined : 'the name of a workload'),
});

const scale = runbook({
  id: 'scale',
  title: 'Let more hosts or pods serve, or fewer',
  summary:
    'Brings the version that serves to further hosts of the environment, one after the other: laid down, started, asked, and only then given requests. Or takes hosts out of service: no new requests, those that they have are finished, a person looks how the others carry the load, and then they are stopped. In a cluster git is told how many pods there shall be, or the bounds of the autoscaler; Argo CD brings it, and the run waits until all of them are ready.',
  when: 'Out: before a peak, or in one; or when an empty host stands in the place of one that was lost. In: when hosts are needed for something else, or must be looked at in peace. It holds until the next release or rollback, which brings its version to all of `platform.hosts`: to make it last, change that list. In a cluster it lasts, since git says it. Not for another version: that is a release.',
  requirements: ['F1', 'C5'],
  roles: [
    { role: 'operator', does: 'runs it' },
    {
      role: 'releaser',
      does: 'looks how the others carry the load, and fills in the checkpoint (the role of the rollout); in a cluster before anything is changed',
    },
  ],
  severity: 'changes',
  inputs: [reason, to, workload],
  prerequisites: [
    'One version serves, and no release is under way (`shiplock status ENVIRONMENT`).',
    'Hosts that are to serve stand in `platform.hosts`, answer, and can reach what the service needs.',
    'In a cluster `gitops.scale` says where git counts the pods, and git and the cluster agree about it.',
  ],
  wayBack:
    'Out: run it again with the number before. In: “no” at the checkpoint brings the host back into the traffic at once, since it still runs; afterwards run it again with the number before. A host that does not become ready gets no requests, and the others serve as before. In a cluster: run it again with the number before; pods that do not become ready in time are taken back in git by the run itself, and “no” leaves all as it is.',
  clauses: [
    {
      id: 'F1',
      says: 'The service is scaled out host by host: a host gets requests only once it is ready and answers; and in: no request is lost, and nothing is stopped before a person has looked how the others carry the load.',
      nodes: [
        'scale/look',
        'scale/out',
        'scale/in/web2/drained',
        'scale/in/web2/checkpoint',
        'scale/in/web2/stop',
        'scale/after',
      ],
      test: 'test/e2e/rolling.test.ts',
    },
    {
      id: 'C5',
      says: 'On an empty host in place of one that was lost, the application is brought back at the version that serves, with its units, before it gets requests.',
      nodes: ['scale/hosts', 'scale/out/web1/install', 'scale/out/web1/start', 'scale/out/web1/traffic'],
      test: 'test/e2e/hosts.test.ts',
    },
  ],
  sample: { reason: 'the sale is over', to: '1' },
  how: {
    kind: 'tree',
    build(given, { service }) {
      const { cluster } = service.target;
      if (cluster !== null) return inCluster(cluster.pods(given(workload)), given(to), `Reason: ${given(reason)}`);
      if (given(workload) !== undefined) throw new ProblemError(noWorkloads(service.target.environment));
      const { environment, service: about } = service.target;
      const { nodes, after, wanted } = scaleNodes(service, given(to));
      const what = `${wanted.length} of ${service.target.hosts.length} hosts`;
      return {
        title: `Let ${what} serve ${about} in ${environment}`,
        description: `Reason: ${given(reason)}`,
        root: sequence({ id: 'scale', title: `Let ${wanted.join(', ')} serve`, steps: nodes }),
        report(outputs) {
          const found = outputs(after);
          const rows = (found?.rows ?? []).map((row) => ({ ...row }));
          return {
            text: rows
              .map(({ host, running, taking }) => `${host}: ${running} instances, ${taking} of them in the traffic`)
              .join('\n'),
            json: { version: found?.version ?? null, rows },
          };
        },
      };
    },
  },
});

function inCluster(target: PodsTarget, to: string, description: string): Built {
  const wanted = podsMeant(to, target.counts);
  const { nodes, after } = podsNodes(target, wanted);
  const what = `${podsText(wanted)} of ${target.workload}`;
  return {
    title: `Let ${what} serve in ${target.environment}`,
    description,
    root: sequence({ id: 'scale', title: `Let ${what} serve`, steps: nodes }),
    report(outputs) {
      const found = outputs(after);
      return {
        text:
          found === undefined
            ? ''
            : `${target.workload}: ${found.available} of ${found.wanted} pods are ready; git has ${podsText(wanted)}`,
        json: {
          workload: target.workload,
          ...wanted,
          pods: found === undefined ? null : { wanted: found.wanted, ready: found.available, there: found.there },
        },
      };
    },
  };
}

function noWorkloads(environment: string): Problem {
  return {
    code: 'cli.runbook-input',
    where: '--workload',
    found: `a workload, and ${environment} runs on hosts`,
    expected: 'no workload: the hosts of what serves are counted',
    remedy: 'leave it out',
  };
}

export default scale;

await runIfStarted(import.meta.url, scale);
