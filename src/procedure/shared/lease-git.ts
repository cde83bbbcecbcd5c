import { randomBytes } from 'node:crypto';
import { type Lease, leaseSchema } from '../../model/journal.ts';
import { ProblemError } from '../../model/problem.ts';
import { canonical, toJson } from '../journal/canonical.ts';
import type { LeaseStore } from '../lease/store.ts';
import { branchPart, type GitRemote } from './git-remote.ts';

const FILE = 'lease.json';

/**
 * The lease of an environment as the branch `<prefix>/lease/<environment>`: each change is a commit on the one that was seen, and the push of it
 * is the compare-and-swap.
 */
export function gitLeases(remote: GitRemote, prefix: string): LeaseStore {
  /** By environment: a commit of ours of whose push we never heard. */
  const unconfirmed = new Map<string, string>();
  const branch = (environment: string): string => `${prefix}/lease/${branchPart(environment)}`;
  return {
    where: remote.where,
    remote: true,
    async read(environment, signal) {
      const version = await remote.head(branch(environment), signal);
      if (version === undefined) return undefined;
      const lease = parse(await remote.read(version, [FILE]), `${remote.where}, branch ${branch(environment)}`);
      return { version, lease, ...(unconfirmed.get(environment) === version ? { unconfirmed: true } : {}) };
    },
    async swap(before, lease) {
      const { environment } = lease;
      const version = await remote.commit({
        parent: before?.version,
        files: { [FILE]: `${canonical(toJson(lease))}\n` },
        message: message(lease),
      });
      unconfirmed.set(environment, version);
      if ((await remote.push(version, branch(environment))) === 'rejected') return undefined;
      unconfirmed.delete(environment);
      return { version, lease };
    },
  };
}

/** Two who write the same must still make two commits: else both would believe that theirs was taken. */
function message(lease: Lease): string {
  const { holder, lock } = lease;
  const who =
    holder === null ? 'free' : `${holder.pid === 0 ? 'kept for' : 'held by'} run ${holder.run} of ${holder.who}`;
  const locked = lock?.on === true ? `, locked by ${lock.by}` : '';
  return `${lease.environment}: ${who}${locked}\n\nShiplock-Fence: ${lease.fence}\nShiplock-Nonce: ${randomBytes(8).toString('hex')}\n`;
}

function parse(text: string, where: string): Lease {
  try {
    const parsed: unknown = JSON.parse(text);
    return leaseSchema.parse(parsed);
  } catch (error) {
    throw new ProblemError({
      code: 'lease.unreadable',
      where,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a lease of format version 1',
      remedy: 'check that the branch was written by this version of shiplock',
    });
  }
}
