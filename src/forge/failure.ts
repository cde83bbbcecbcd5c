import { type Problem, ProblemError } from '../model/problem.ts';

/** A call that failed, with what a caller may want to know of it besides the problem. */
export class ForgeError extends ProblemError {
  /** Status of the answer; null: there was none, or it could not be understood. */
  readonly status: number | null;
  readonly reason: Failure['cause'];
  /** What the forge said. */
  readonly said: string;

  constructor(failure: Failure) {
    super(problemOf(failure));
    this.name = 'ForgeError';
    this.status = failure.status;
    this.reason = failure.cause;
    this.said = failure.said;
  }
}

export type Cause = 'refused' | 'limited' | 'unreachable' | 'unsure' | 'not-understood';

export interface Failure {
  readonly cause: Cause;
  readonly status: number | null;
  /** `POST https://api.github.com/repos/acme/certkeeper/deployments`, without a query. */
  readonly where: string;
  /** Masked. */
  readonly said: string;
  /** Permissions that GitHub names for this call; empty: it names none. */
  readonly permissions: string;
}

function problemOf(failure: Failure): Problem {
  const { cause, status, where, said, permissions } = failure;
  const found = status === null ? said : `status ${status}: ${said}`;
  switch (cause) {
    case 'unreachable':
      return {
        code: 'forge.unreachable',
        where,
        found,
        expected: 'an answer from the forge',
        remedy: 'see whether the forge is up and this machine reaches it; then the same again',
      };
    case 'limited':
      return {
        code: 'forge.rate-limited',
        where,
        found,
        expected: 'a rate limit that is not used up',
        remedy: 'wait until the limit is over, then the same again; a token of an App has a limit of its own',
      };
    case 'unsure':
      return {
        code: 'forge.unsure',
        where,
        found,
        expected: 'an answer that says whether it took effect',
        remedy: 'the same again: it looks first whether it is done',
      };
    case 'not-understood':
      return {
        code: 'forge.unexpected-answer',
        where,
        found,
        expected: 'an answer as GitHub describes it',
        remedy: 'see whether something between changes answers; which version of the forge is it?',
      };
    case 'refused':
      return refusal(status, where, found, permissions);
  }
}

function refusal(status: number | null, where: string, found: string, permissions: string): Problem {
  const needed = permissions === '' ? 'the permission for this call' : `the permission ${permissions}`;
  switch (status) {
    case 401:
      return {
        code: 'forge.credentials',
        where,
        found,
        expected: 'a token, or the key of an App, that the forge knows',
        remedy: 'make a new token, or mend the reference to the key; an App’s clock must be right within a minute',
      };
    case 403:
      return {
        code: 'forge.forbidden',
        where,
        found,
        expected: `a token with ${needed}`,
        remedy: 'give the App this permission and approve it in the installation, or use a token that has it',
      };
    case 404:
      return {
        code: 'forge.not-found',
        where,
        found,
        expected: 'something that is there, and that this token may see',
        remedy: `check the name; a token without ${needed} gets the same answer`,
      };
    default:
      return {
        code: 'forge.refused',
        where,
        found,
        expected: 'a request that the forge takes',
        remedy: 'the forge says why; mend that, then the same again',
      };
  }
}
