import type { AsideLog, LogFile, LogRules, LogsLook } from '../model/logs.ts';

/** Which logs are due, and which of those that were put aside are too many or too old. Pure. */

const DAY_MS = 24 * 3_600_000;
const EVERY_DAYS = { daily: 1, weekly: 7, monthly: 30 } as const;
const MIB = 1024 * 1024;

/** An empty log is never due. @param now all that are not empty, whatever their size and age */
export function dueLogs({ logs, aside, nowMs }: LogsLook, rules: LogRules, now: boolean): readonly LogFile[] {
  return logs.filter((log) => {
    if (log.bytes === 0) return false;
    if (now || log.bytes > rules.maxMiB * MIB) return true;
    // Births are not known on every disk, and a copy has a new one: the last time it was put aside counts too.
    const last = Math.max(0, ...aside.filter(({ path }) => baseOf(path) === log.path).map(({ atMs }) => atMs));
    return nowMs - Math.max(log.sinceMs, last) >= EVERY_DAYS[rules.every] * DAY_MS;
  });
}

/** `/var/log/nginx/access.log-20261123-1795408598.gz` → `/var/log/nginx/access.log`. */
export function baseOf(path: string): string {
  return path.replace(/-\d{8}-\d+(?:\.gz)?$/, '');
}

/** Those that go: behind the newest `keep` of each log, or put aside longer ago than `keepDays`. */
export function surplus(
  { aside, nowMs }: LogsLook,
  rules: LogRules,
  coming: readonly LogFile[] = [],
): readonly AsideLog[] {
  const byLog = Map.groupBy(aside, ({ path }) => baseOf(path));
  return [...byLog].flatMap(([base, those]) => {
    const room = rules.keep - (coming.some(({ path }) => path === base) ? 1 : 0);
    const times = [...new Set(those.map(({ atMs }) => atMs))].toSorted((one, other) => other - one);
    const kept = times.slice(0, room).filter((atMs) => nowMs - atMs <= rules.keepDays * DAY_MS);
    return those.filter(({ atMs, writers }) => !kept.includes(atMs) && writers.length === 0);
  });
}

/** Put aside, and not yet as it is to be: still written to, or not compressed where that is our work. */
export function unfinished({ aside, rotator }: LogsLook): readonly AsideLog[] {
  return aside.filter(({ compressed, writers }) => writers.length > 0 || (!compressed && rotator === null));
}
