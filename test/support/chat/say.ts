import { expect } from 'vitest';
import { command, type Lab } from '../../../scripts/lab/lab.ts';
import {
  type Account,
  type ChatForge,
  commentIn,
  handleComment,
  markOf,
  runOf,
  whyNoProof,
} from '../../../src/chatops/index.ts';
import { holdsCommit } from '../../../src/cli/chat/checkout.ts';
import { chatCommands, openDoing } from '../../../src/cli/chat/doing.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { ok } from '../../../src/model/problem.ts';
import { createExec, systemClock } from '../../../src/procedure/index.ts';
import { terminal } from '../terminal.ts';
import type { fakeForge } from './fake-forge.ts';

/** Comments of people, each with the job that runs for it: real commands on a real checkout, and a forge that is played. */

/** What the jobs find, once it is there. */
export interface Surroundings {
  readonly lab: Pick<Lab, 'env' | 'state'>;
  /** The repository that the forge holds, bare. */
  readonly origin: string;
  /** The checkout of the runner. */
  readonly runner: string;
}

export interface Said {
  readonly id: number;
  /** The living comment. */
  readonly told: string;
  readonly run: string;
  readonly kind: string;
}

/** Somebody writes a comment, and the job for it runs; with the number of a comment the job of that one is run again. */
export type Say = (author: Account, body: string, again?: number) => Promise<Said>;

/** @param first number of the first comment */
export function speaker(forge: ReturnType<typeof fakeForge>, first: number, around: () => Surroundings): Say {
  let next = first;
  return async (author, body, again) => {
    const { lab, origin, runner } = around();
    const id = again ?? next++;
    const createdAt = forge.comments.get(id)?.createdAt ?? Math.floor(Date.now() / 1000) * 1000;
    forge.comments.set(id, { id, issue: 7, author, body, createdAt, edited: false });
    forge.startedBy = author;
    const tree = { exec: createExec(systemClock), baseDir: runner };
    const io = terminal({ cwd: runner, env: { ...process.env, ...lab.env } });
    const program = buildProgram(io, () => undefined);
    const commands = chatCommands(program);
    const proofs = {
      knows: (signature: string) => commentIn(signature) !== undefined,
      verify: async (question: Parameters<typeof whyNoProof>[1]) =>
        whyNoProof(forge.comments.get(commentIn(question.signature) ?? 0) ?? null, question, commands),
    };
    const registry = { io, program, done: () => undefined, again: buildProgram };
    const doing = await openDoing(registry, { state: lab.state, job: undefined, proofs });
    const real: ChatForge = {
      ...forge,
      holds: (branch, commit) => holdsCommit(tree, branch, commit),
      defaultBranch: async () => 'main',
      commitNamed: async (digits) => ok((await git(origin, 'rev-parse', digits)).trim()),
    };
    const handled = await handleComment({ action: 'created', thread: 7, comment: id, body }, real, doing);
    return { id, kind: handled.kind, told: forge.told.get(`7 ${markOf(id)}`) ?? '', run: runOf({ id, createdAt }) };
  };
}

/** What git writes; it must succeed. */
export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const ran = await command(['git', '-C', cwd, ...args]);
  expect(ran.code, ran.stderr).toBe(0);
  return ran.stdout;
}
