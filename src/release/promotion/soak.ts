import { cameToServe, type EnvironmentRecord } from '../record.ts';

/** How long a version has served an environment, by its history. Pure. */
export interface Served {
  /** Since it came for the last time, all intervals together, milliseconds. */
  readonly ms: number;
  /** It serves now. */
  readonly now: boolean;
  /** It came there, and nothing has taken it back since. */
  readonly stands: boolean;
}

/** What was taken back begins anew when it comes again: the time before says nothing about what was found wrong. */
export function servedIn({ history }: Pick<EnvironmentRecord, 'history'>, version: string, now: number): Served {
  let [ms, stands] = [0, false];
  let since: number | null = null;
  let serves: string | null = null;
  const stop = (at: number): void => {
    if (since !== null) ms += Math.max(0, at - since);
    since = null;
  };
  for (const entry of history) {
    const at = Date.parse(entry.time);
    const comes = cameToServe(entry);
    const goesBackFrom: string | null = entry.outcome === 'went-back-to' && serves !== entry.version ? serves : null;
    const takenBack =
      goesBackFrom === version ||
      (entry.version === version && (entry.outcome === 'rolled-back' || entry.outcome === 'removed'));
    if (takenBack) {
      stop(at);
      [ms, stands] = [0, false];
    }
    if (entry.outcome === 'removed') serves = null;
    if (!comes) continue;
    if (entry.version !== version) stop(at);
    else if (since === null) since = at;
    if (entry.version === version && entry.outcome === 'released') stands = true;
    serves = entry.version;
  }
  const serving = since !== null;
  stop(now);
  return { ms, now: serving, stands };
}
