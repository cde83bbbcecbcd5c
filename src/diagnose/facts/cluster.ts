import { CORE, type Kube, type KubeKind, type KubeObject, kubeText, POD } from '../../model/kube.ts';
import type { Clock } from '../../model/ports.ts';
import { problemsOf } from '../../model/problem.ts';
import type { LogQuestion, PodLogs } from '../../procedure/kube/logs.ts';
import type { Collector, Keep, Place } from '../collector.ts';
import { rowsText } from '../text.ts';
import { endpointRows, eventRow, jsonText, nodeRow, podRow, replicaSetRow, worstFirst } from './cluster-rows.ts';

/** Facts of a service in a cluster: its pods, what the controllers say of them, and what they wrote. Everything is asked of the API server. */

export interface ClusterFacts {
  readonly kube: Kube;
  readonly logs: PodLogs;
  readonly clock: Clock;
  readonly namespace: string;
  /** Objects that are looked at by name, with the question that each answers. */
  readonly objects: readonly { readonly kind: KubeKind; readonly name: string; readonly answers: string }[];
  /** How far back logs are read. */
  readonly minutes: number;
}

const PLACE: Place = { name: 'cluster' };
const KB = 1000;

/** Pure: nothing is asked before a collector looks. */
export function clusterCollectors(facts: ClusterFacts): readonly Collector[] {
  const { kube, namespace, objects, minutes } = facts;
  const listed = (
    file: string,
    answers: string,
    kind: KubeKind,
    { shown, keep = 'beginning', maxBytes = 300 * KB }: Shown,
  ) =>
    collector(file, answers, {
      what: `list ${kind.plural}${kind.namespace === undefined ? '' : ` in ${kind.namespace}`}`,
      ...{ keep, maxBytes },
      look: async (signal) => shown((await kube.list(kind, undefined, signal)).items),
    });
  const pods = { ...POD, namespace };
  return [
    listed('pods.txt', 'Which pods are there, are they ready, how often did they die, and why?', pods, {
      shown: (items) => rowsText(items.map(podRow)),
    }),
    listed('pods.json', 'What was asked for each pod, and what became of it?', pods, {
      shown: (items) => jsonText(items.map(({ body }) => body)),
      maxBytes: 2000 * KB,
    }),
    listed(
      'replica-sets.txt',
      'Which versions are wanted in how many pods?',
      { ...REPLICA_SETS, namespace },
      {
        shown: (items) => rowsText(items.map(replicaSetRow)),
      },
    ),
    listed(
      'endpoints.txt',
      'Which pods get requests?',
      { ...ENDPOINT_SLICES, namespace },
      {
        shown: (items) => rowsText(items.flatMap(endpointRows)),
      },
    ),
    listed(
      'events.txt',
      'What did schedulers, kubelets and controllers say, the newest last?',
      { ...EVENTS, namespace },
      {
        shown: (items) => rowsText(items.map(eventRow).toSorted((a, b) => a.time.localeCompare(b.time))),
        keep: 'end',
        maxBytes: 1000 * KB,
      },
    ),
    listed('nodes.txt', 'Are the nodes well, and is there room on them?', NODES, {
      shown: (items) => rowsText(items.map(nodeRow)),
    }),
    ...objects.map(({ kind, name, answers }) =>
      collector(`${kind.kind.toLowerCase()}.json`, answers, {
        what: `get ${kubeText(kind, name)}`,
        ...{ keep: 'beginning', maxBytes: 1000 * KB },
        look: async (signal) => {
          const found = await kube.get(kind, name, signal);
          return found === null ? `there is no ${kubeText(kind, name)}\n` : jsonText([found.body]);
        },
      }),
    ),
    logsCollector(facts, false, `What did the containers write in the last ${minutes} minutes?`),
    logsCollector(facts, true, 'What did containers write before they died last?'),
  ];
}

interface Shown {
  shown(items: readonly KubeObject[]): string;
  readonly keep?: Keep;
  readonly maxBytes?: number;
}

interface Look {
  readonly what: string;
  readonly keep: Keep;
  readonly maxBytes: number;
  look(signal: AbortSignal): Promise<string>;
}

function collector(file: string, answers: string, { maxBytes, ...work }: Look): Collector {
  return {
    file: `cluster/${file}`,
    answers,
    place: PLACE,
    timeoutMs: 25_000,
    maxBytes,
    work: { kind: 'look', ...work },
  };
}

const LOGS_BYTES = 4000 * KB;
/** Of a service with hundreds of pods, those that are worst. */
const MOST_LOGS = 40;

/** One file for all pods: those that are not well come first, so that they are in it whatever its limit. */
function logsCollector(facts: ClusterFacts, previous: boolean, answers: string): Collector {
  const { kube, namespace, minutes } = facts;
  const file = previous ? 'logs-before-restart.txt' : 'logs.txt';
  return collector(file, answers, {
    what: `logs of the pods in ${namespace}${previous ? ', before their last restart' : ''}`,
    ...{ keep: 'beginning', maxBytes: LOGS_BYTES },
    look: async (signal) => {
      const { items } = await kube.list({ ...POD, namespace }, undefined, signal);
      const all = worstFirst(items).filter(({ restarts }) => !previous || restarts > 0);
      const asked = all.slice(0, MOST_LOGS);
      const maxBytes = Math.floor(LOGS_BYTES / Math.max(1, asked.length)) - 2 * KB;
      const parts: string[] = [];
      for (const { pod, container } of asked) {
        const question = { namespace, pod, container, previous, sinceSeconds: minutes * 60, maxBytes };
        parts.push(`--- ${pod} ${container}\n${await logText(facts, question, signal)}`);
      }
      if (all.length > asked.length) parts.push(`--- ${all.length - asked.length} containers more were not asked\n`);
      return parts.length === 0 ? '(no containers)\n' : parts.join('');
    },
  });
}

/** A kubelet that has just removed a dead container, and has not told yet which one is the last: its words instead of a log, without an error. */
const GONE = /^unable to retrieve container logs for \S+\s*$/;
const PAUSE_MS = 1000;

/** One container that has nothing to say keeps no other silent. */
async function logText({ logs, clock }: ClusterFacts, question: LogQuestion, signal: AbortSignal): Promise<string> {
  try {
    let text = await logs(question, signal);
    if (GONE.test(text)) {
      await clock.sleep(PAUSE_MS, signal);
      text = await logs(question, signal);
    }
    // Only the newest dead one is kept: while that is not called the last one yet, it is the newest of all.
    if (question.previous && GONE.test(text)) {
      text = `(the container before is gone already: this is the newest one)\n${await logs({ ...question, previous: false }, signal)}`;
    }
    return text === '' ? '(nothing)\n' : text.endsWith('\n') ? text : `${text}\n`;
  } catch (error) {
    signal.throwIfAborted();
    return `(not read: ${problemsOf(error, question.pod)
      .map(({ found }) => found)
      .join('; ')})\n`;
  }
}

const REPLICA_SETS = { group: 'apps', version: 'v1', kind: 'ReplicaSet', plural: 'replicasets' } as const;
const ENDPOINT_SLICES = {
  ...{ group: 'discovery.k8s.io', version: 'v1' },
  ...{ kind: 'EndpointSlice', plural: 'endpointslices' },
} as const;
const EVENTS = { ...CORE, kind: 'Event', plural: 'events' } as const;
const NODES = { ...CORE, kind: 'Node', plural: 'nodes' } as const;
