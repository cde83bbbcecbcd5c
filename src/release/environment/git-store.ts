import type { Clock } from '../../model/ports.ts';
import { unwrap } from '../../model/problem.ts';
import type { GitStoreConfig } from '../../procedure/config.ts';
import { gitStore, type SharedStore } from '../../procedure/index.ts';

/** The git store that the configuration names; undefined when it names none. Nothing is asked before it is needed. */
export function openShared(
  settings: GitStoreConfig | undefined,
  where: { readonly baseDir: string; readonly store: string; readonly clock: Clock },
): SharedStore | undefined {
  if (settings === undefined) return undefined;
  const { url, prefix, timeout, patience, every, lease } = settings;
  return unwrap(
    gitStore({ ...where, url, prefix, timeoutMs: timeout, patienceMs: patience, everyMs: every, leaseMs: lease }),
  );
}
