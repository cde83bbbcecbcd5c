import { z } from 'zod';
import { formatProblem } from '../../model/problem.ts';
import { action, type Gate, gate, type Node, opaque, type RunResult, sequence, step } from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { planRestore, restoreDatabase } from './restore.ts';
import type { RestoreRequest } from './restore-wish.ts';

/** A restore inside of a runbook: the server is made, a person looks at it, and a person switches to it. */

const DAY_MS = 24 * 3_600_000;
const QUICK_MS = 60_000;

const madeSchema = z.strictObject({
  /** Its own run, with its own journal. */
  run: z.string(),
  startedAt: z.string(),
  /** Until the server was there and compared. */
  seconds: z.number(),
  predictedSeconds: z.number().nullable(),
  transactions: z.number(),
  last: z.string().nullable(),
  lostTransactions: z.number(),
  lostSeconds: z.number().nullable(),
  rtoSeconds: z.number().nullable(),
  rpoSeconds: z.number().nullable(),
  start: z.array(z.string()).readonly(),
});
type Made = Readonly<z.infer<typeof madeSchema>>;

const switchedSchema = z.strictObject({
  /** From the beginning of the restore until the switch was recorded, people included. */
  seconds: z.number(),
});

export interface RestoreNodes {
  readonly root: Node;
  told(outputs: RunResult['outputs']): {
    readonly made: Made | undefined;
    readonly switched: Readonly<z.infer<typeof switchedSchema>> | undefined;
  };
}

/** The tree. Pure; the catalogue is looked at when a step is read or run. */
export function restoreNodes(
  service: ServiceEnvironment,
  request: RestoreRequest & { readonly into: string },
): RestoreNodes {
  const look = lookStep(service, request);
  const made = serverStep(service, request);
  const switched = step({
    id: 'switched',
    title: 'Record how long it took',
    outputs: switchedSchema,
    timeoutMs: QUICK_MS,
    read: async (ctx) => ({ now: service.clock.now(), startedAt: Date.parse(ctx.outputOf(made).startedAt) }),
    decide: () => ({ kind: 'nothing', why: 'it is only counted' }),
    collect: (_results, { now, startedAt }) => ({ seconds: Math.max(0, (now - startedAt) / 1000) }),
    planned: () => ({ seconds: 0 }),
    probe: 'repeatable',
  });
  return {
    root: sequence({
      id: 'restore',
      title: `Restore to ${request.text}`,
      steps: [look, made, ...checkpoints(service, request.into), switched],
    }),
    told: (outputs) => ({ made: outputs(made), switched: outputs(switched) }),
  };
}

/** In a plan it tells what comes back and what is lost. A run hears the same of the step behind it, and need not fetch the logs twice. */
function lookStep({ door }: ServiceEnvironment, request: RestoreRequest) {
  return action<string>({
    id: 'look',
    title: 'Look what comes back and what is lost',
    timeoutMs: DAY_MS,
    read: async ({ mode }) => {
      if (mode === 'run') return 'told by the restore itself';
      const { full, logs, cut, prediction } = await planRestore(door, request);
      const takes =
        prediction.seconds === null ? 'a time that is not known' : `about ${prediction.seconds.toFixed(0)} s`;
      return `${full.id} (${full.state}), ${logs.count} binary logs, ${cut.transactions} transactions, the last ${cut.last ?? 'as the full backup'}; ${cut.lost.transactions} that are backed up are lost; it takes ${takes}`;
    },
    decide: (why) => ({ kind: 'nothing', why }),
    probe: 'repeatable',
  });
}

function serverStep({ door }: ServiceEnvironment, request: RestoreRequest & { readonly into: string }) {
  return opaque({
    id: 'server',
    title: `Restore into a new server in ${request.into}`,
    inputs: { target: request.text, into: request.into },
    outputs: madeSchema,
    promise: `a server is made in ${request.into} from the best full backup, rows and sums are compared, exactly the transactions up to the target are replayed, and it is shut down; it has a journal of its own, and goes on where it was cut`,
    probe: 'repeatable',
    timeoutMs: DAY_MS,
    run: async (ctx) => {
      const { run, startedAt, seconds, prediction, cut, lostSeconds, objectives, start, problems } =
        await restoreDatabase(door, request);
      ctx.note(`restored, ${cut.transactions} transactions, the last ${cut.last ?? 'as the full backup'}`);
      ctx.note(`to start it: ${start.join(' ')}`);
      // A missed objective makes the server no worse: it is told, and people go on.
      for (const problem of problems) ctx.note(formatProblem(problem));
      return {
        ...{ run, startedAt, seconds: seconds.whole, predictedSeconds: prediction.seconds },
        ...{ transactions: cut.transactions, last: cut.last, lostTransactions: cut.lost.transactions },
        ...{ lostSeconds, ...objectives, start: [...start] },
      };
    },
  });
}

/** Nobody's traffic goes to a server at which no person has looked; who finds it wrong ends the run there. */
function checkpoints({ environment }: ServiceEnvironment, into: string): readonly Gate[] {
  const { role } = environment.rollout;
  return [
    gate({
      id: 'inspect',
      title: 'Inspect the restored server before anything is switched to it',
      description: `Start it with the words that the restore has told; the same words of \`shiplock restore run … --into ${into}\` tell them again.`,
      role,
      evidence: [
        { kind: 'check', name: 'right', question: 'Are the rows there that must be, and those gone that must not?' },
        { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
      ],
      guard: { kind: 'nothing-shifted' },
      judge: (evidence) =>
        evidence['right'] === true
          ? { kind: 'pass' }
          : { kind: 'reject', why: 'the restored server is not what was wanted; nothing was switched to it' },
    }),
    gate({
      id: 'switch',
      title: 'Switch the service to the restored server, and record it',
      description:
        'Keep the old server and its logs. Give the restored one accounts, let it listen, change where the service finds its database, and restart the service.',
      role,
      evidence: [
        { kind: 'check', name: 'serves', question: 'Does the service work on the restored server?' },
        { kind: 'text', name: 'how', question: 'What was changed, and where is the old server?', minLength: 10 },
      ],
      guard: { kind: 'nothing-shifted' },
      judge: (evidence) =>
        evidence['serves'] === true
          ? { kind: 'pass' }
          : { kind: 'reject', why: 'the service does not work on the restored server: switch it back to the old one' },
    }),
  ];
}
