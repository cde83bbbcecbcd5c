import { join } from 'node:path';
import type { Clock } from '../../model/ports.ts';
import { bad, ok, type Result } from '../../model/problem.ts';
import { addressProblem, gitAddress } from '../machine/git.ts';
import { gitRemote } from './git-remote.ts';
import { gitLeases } from './lease-git.ts';
import { gitReplica } from './replica-git.ts';
import type { SharedSettings, SharedStore } from './store.ts';

export interface GitStoreOptions extends SharedSettings {
  /** Path or address of the operations repository. */
  readonly url: string;
  /** Branches begin with this: `<prefix>/lease/…`, `<prefix>/journal/…`. */
  readonly prefix: string;
  /** How long one git command may take. */
  readonly timeoutMs: number;
  /** What a relative path is taken from. */
  readonly baseDir: string;
  /** State directory. */
  readonly store: string;
  readonly clock: Clock;
}

/** Leases and journals on branches of a git repository. Nothing is asked before it is needed. */
export function gitStore(options: GitStoreOptions): Result<SharedStore> {
  const { url, prefix, timeoutMs, clock, leaseMs, patienceMs, everyMs } = options;
  const found = gitAddress(url, options.baseDir);
  if ('found' in found) return bad(addressProblem('store.git.url', found));
  const remote = gitRemote({ address: found.address, workDir: join(options.store, 'git'), clock, timeoutMs });
  return ok({
    where: remote.where,
    leases: gitLeases(remote, prefix),
    replica: gitReplica(remote, prefix),
    settings: { leaseMs, patienceMs, everyMs },
  });
}
