import { type Gate, gate } from '../../procedure/index.ts';

/** Where people are asked before a key is let in no more: somebody may have a copy of it that nobody here can see. */

export interface RotateWords {
  /** Who answers. */
  readonly role: string;
  /** What is exchanged, for a title: `the key of the hosts`. */
  readonly what: string;
  readonly works: string;
  readonly others: string;
}

/** Pure. */
export function confirmed({ role, what, works, others }: RotateWords, description: string): Gate {
  return gate({
    ...{ id: 'checkpoint', title: `Confirm that everything that uses ${what} has the new one`, description, role },
    evidence: [
      { kind: 'check', name: 'works', question: works },
      { kind: 'check', name: 'others', question: others },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    judge: (evidence) =>
      evidence['works'] === true && evidence['others'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: 'somebody still needs the old one' },
  });
}

/** The first host lets the old one in no more. Pure. */
export function inspected({ role }: RotateWords, host: string): Gate {
  return gate({
    id: 'first',
    title: `Inspect ${host} before the other hosts let the old key in no more`,
    description: 'On “no” the other hosts keep both keys; once mended, run it again.',
    role,
    evidence: [
      {
        kind: 'check',
        name: 'works',
        question: `Does everybody get in to ${host} who must, jobs of other machines too?`,
      },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    judge: (evidence) =>
      evidence['works'] === true ? { kind: 'pass' } : { kind: 'reject', why: `somebody does not get in to ${host}` },
  });
}
