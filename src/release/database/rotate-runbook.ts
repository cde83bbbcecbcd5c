import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { action, gate, type Node, sequence, type Watch, watch } from '../../procedure/index.ts';
import { restartNode, type System, type SystemService } from '../../system/index.ts';
import { inUse, odd } from './rotate-problems.ts';
import { backNodes, beginNodes, finishNodes } from './rotate-steps.ts';
import { type Found, lookAtPasswords, olderOf, type Rotation, stateIn } from './rotate-work.ts';

/** A new password as one procedure: made, services restarted with it, the first host alone, and the old one let in no more at the very end. */

export interface RotateAll {
  readonly work: Rotation;
  readonly system: System;
  /** What uses the account, in starting order. */
  readonly services: readonly SystemService[];
  /** Makes their hosts ready; null: all of it is on this machine. */
  readonly prepare: Node | null;
  /** How long connections from before are waited for until a person is asked. */
  readonly waitMs: number;
}

/** Until the last part both passwords are let in: what fails before puts the old one behind its reference again, and cuts nobody off. */
export function rotateNodes({ work, system, services, prepare, waitMs }: RotateAll): Node {
  const { role, user, from } = work.account;
  return sequence({
    id: 'password-rotate',
    title: `Exchange the password of ${user}@${from} (${role})`,
    steps: [
      lookStep(work),
      ...(prepare === null ? [] : [prepare]),
      sequence({
        id: 'exchange',
        title: 'Exchange it while both are let in',
        steps: [
          sequence({ id: 'begin', title: 'Let a new password in beside the old one', steps: beginNodes(work) }),
          restartNode(system, services),
          olderWatch(work, system, waitMs),
          beforeLast(work, system, services),
        ],
        rollback: sequence({
          id: 'back',
          title: 'Put the old password behind its reference again; both are let in',
          steps: backNodes(work),
        }),
      }),
      sequence({ id: 'finish', title: 'Let in only the new password', steps: finishNodes(work) }),
    ],
  });
}

function lookStep(work: Rotation): Node {
  const { account } = work;
  return action<Found>({
    id: 'look',
    title: `Look which passwords of ${account.user}@${account.from} are let in`,
    inputs: { role: account.role, user: account.user, from: account.from },
    read: () => lookAtPasswords(work),
    decide: (found) => {
      const state = stateIn(found);
      if (state === 'odd') return { kind: 'refuse', problems: [odd(account)] };
      if (isTakenBack(found, state)) return { kind: 'refuse', problems: [takenBack(work)] };
      return {
        kind: 'nothing',
        why: state === 'one' ? 'one, that behind its reference' : 'two: an exchange that is under way is gone on with',
      };
    },
    probe: 'repeatable',
  });
}

/** Both are let in, and the new one stands nowhere any more: gone on with, it would end with the old one alone. */
function isTakenBack({ own, before, next }: Found, state: ReturnType<typeof stateIn>): boolean {
  return state === 'both' && next === null && own !== null && own === before;
}

const sampleSchema = z.strictObject({
  /** Wall clock, milliseconds. */
  time: z.number(),
  older: z.number().nullable(),
});
type Sample = z.infer<typeof sampleSchema>;
interface Waiting {
  readonly from: number | null;
  readonly last: Sample | null;
}
const LOOK_EVERY_MS = 1_000;

/** A connection from before the exchange belongs to a program that has not read the new password yet. */
function olderWatch(work: Rotation, system: System, waitMs: number): Watch<Waiting, Sample, { older: number }> {
  const { account } = work;
  return watch<Waiting, Sample, { older: number }>({
    id: 'older',
    title: 'Wait until nobody is connected from before the exchange',
    inputs: { user: account.user, waitMs },
    everyMs: LOOK_EVERY_MS,
    samples: sampleSchema,
    outputs: z.strictObject({ older: z.number() }),
    sample: async (ctx) => ({ older: await olderOf(work), time: ctx.clock.now() }),
    start: () => ({ from: null, last: null }),
    fold: ({ from }, sample) => ({ from: from ?? sample.time, last: sample }),
    decide: ({ from, last }) => {
      if (from === null || last === null) return { kind: 'look-on', status: 'nothing seen yet' };
      if (last.older === 0) return { kind: 'pass', status: 'nobody is', outputs: { older: 0 } };
      if (last.older === null) return { kind: 'fail', problem: inUse(account, null) };
      const status = `${last.older} connections from before`;
      return last.time - from < waitMs ? { kind: 'look-on', status } : { kind: 'ask', status };
    },
    ask: {
      gate: gate({
        id: 'still-there',
        title: `Somebody is connected as ${account.user} since before the exchange: find out who`,
        description:
          '`SHOW PROCESSLIST` on the server tells from which host. Restart it by hand, or have it read the new password; then wait on.',
        role: system.role,
        evidence: [{ kind: 'check', name: 'wait', question: 'Wait on? No takes the exchange back' }],
        guard: { kind: 'nothing-shifted' },
      }),
      goOn: (evidence, state) =>
        evidence['wait'] === true
          ? { answer: { kind: 'look-on', status: 'waiting on' }, state: { ...state, from: null } }
          : { answer: { kind: 'fail', problem: inUse(account, state.last?.older ?? null) }, state },
    },
    forecast: async () => `looks every second, and asks a person after ${Math.round(waitMs / 1000)} s`,
  });
}

/** A program that has the old password and no open connection cannot be seen by anybody but a person who knows it. */
function beforeLast({ account }: Rotation, { role }: System, services: readonly SystemService[]): Node {
  return gate({
    id: 'checkpoint',
    title: `Confirm that everything that uses ${account.user} has the new password`,
    description:
      'From then on the old one is let in no more. Until then “no” takes the exchange back, and nobody is cut off.',
    role,
    evidence: [
      {
        ...{ kind: 'check', name: 'works' },
        question: `Does ${services.map(({ name }) => name).join(', ')} do its work, with the new password where it reads it?`,
      },
      { kind: 'check', name: 'others', question: 'Have jobs, reports and people got it that use the account too?' },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    judge: (evidence) =>
      evidence['works'] === true && evidence['others'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: 'somebody still needs the old password' },
  });
}

function takenBack({ account, service }: Rotation): Problem {
  return {
    code: 'database.exchange-taken-back',
    where: `account ${account.user}@${account.from}`,
    found: 'an exchange that was taken back: the password that nobody needs is still let in',
    expected: 'one password, or an exchange that goes on',
    remedy: `drop it first: shiplock database rotate ${service.environment.environment} ${account.role} --finish; then run this again`,
  };
}
