import type { Config } from '../../config/index.ts';
import type { Clock } from '../../model/ports.ts';
import { unwrap } from '../../model/problem.ts';
import { gitStore, type SharedStore } from '../../procedure/index.ts';

/** The git store that the configuration names; undefined when it names none. Nothing is asked before it is needed. */
export function openShared(
  config: Config,
  where: { readonly baseDir: string; readonly store: string; readonly clock: Clock },
): SharedStore | undefined {
  const settings = config.service.store.git;
  if (settings === undefined) return undefined;
  const { url, prefix, timeout, patience, every, lease } = settings;
  return unwrap(
    gitStore({ ...where, url, prefix, timeoutMs: timeout, patienceMs: patience, everyMs: every, leaseMs: lease }),
  );
}
