import { isGone } from '../machine/identity.ts';
import { readLease } from './file.ts';

/**
 * Has a run a process? `gone` only where that is certain: nobody holds the environment, another run does, or the process that took the
 * lease on this machine is not there any more. Of another machine nobody here can tell, so it counts as `there`.
 */
export async function processOf(
  store: string,
  { run, environment }: { readonly run: string; readonly environment: string },
): Promise<'there' | 'gone'> {
  const holder = (await readLease(store, environment))?.lease.holder ?? null;
  if (holder === null || holder.run !== run) return 'gone';
  return holder.pid === 0 || isGone(holder) ? 'gone' : 'there';
}
