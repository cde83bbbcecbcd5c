import { DAYS, type Day, type Freeze, type Windows } from '../../model/people.ts';

/**
 * Is it time? Pure. A weekly window is read off the clock on the wall of its time zone, so it keeps its hours when summer time begins or
 * ends. A freeze runs from the first instant that reads its beginning to the last that reads its end.
 */
export type WindowAnswer =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      readonly why: string;
      /** Milliseconds since 1970; undefined when it does not open within two weeks. */
      readonly opens: number | undefined;
    };

const HALF_HOUR = 1_800_000;
const DAY_MS = 86_400_000;
const SEARCH_DAYS = 15;

export function windowAt(windows: Windows, now: number): WindowAnswer {
  const why = closedBecause(windows, now);
  if (why === undefined) return { kind: 'open' };
  return { kind: 'closed', why, opens: nextOpening(windows, now) };
}

/** Time on the clock on the wall, with the name of the zone: `2026-12-20 00:00 Europe/Berlin`. */
export function wallText(timeZone: string, at: number): string {
  return `${wallOf(timeZone, at).text.replace('T', ' ')} ${timeZone}`;
}

/** Is this the name of a time zone that this machine knows? */
export function isTimeZone(name: string): boolean {
  try {
    formatter(name);
    return true;
  } catch {
    return false;
  }
}

function closedBecause(windows: Windows, at: number): string | undefined {
  const freeze = windows.freezes.find((one) => inFreeze(one, windows.timeZone, at));
  if (freeze !== undefined) {
    return `a freeze until ${freeze.until.replace('T', ' ')} ${windows.timeZone}: ${freeze.why}`;
  }
  const closure = windows.closures?.find((one) => one.from <= at && at < one.until);
  if (closure !== undefined) return `closed until ${wallText(windows.timeZone, closure.until)}: ${closure.why}`;
  if (windows.open.length === 0 || inWeek(windows, at)) return undefined;
  const hours = windows.open.map((one) => `${one.days.join(', ')} ${one.from}–${one.to}`);
  return `${wallText(windows.timeZone, at)}, outside of ${hours.join('; ')}`;
}

function inWeek({ timeZone, open }: Windows, at: number): boolean {
  const { day, time } = wallOf(timeZone, at);
  return open.some(({ days, from, to }) => {
    if (from < to) return days.includes(day) && from <= time && time < to;
    return (days.includes(day) && from <= time) || (days.includes(dayBefore(day)) && time < to);
  });
}

function inFreeze({ from, until }: Freeze, timeZone: string, at: number): boolean {
  return Math.min(...instantsOf(timeZone, from)) <= at && at < Math.max(...instantsOf(timeZone, until));
}

/** A window opens when its hour is read, when a freeze ends, or when the clock is put forward over its beginning (then on a half hour). */
function nextOpening(windows: Windows, now: number): number | undefined {
  const { timeZone, open, freezes, closures = [] } = windows;
  const days = Array.from({ length: SEARCH_DAYS }, (_, day) => wallOf(timeZone, now + day * DAY_MS).text.slice(0, 10));
  const begins = days.flatMap((date) => open.flatMap(({ from }) => instantsOf(timeZone, `${date}T${from}`)));
  const thaws = [...freezes.flatMap(({ until }) => instantsOf(timeZone, until)), ...closures.map(({ until }) => until)];
  const first = Math.ceil(now / HALF_HOUR) * HALF_HOUR;
  const halfHours = Array.from({ length: SEARCH_DAYS * 48 }, (_, index) => first + index * HALF_HOUR);
  return [...begins, ...thaws, ...halfHours]
    .filter((at) => at > now && at < now + SEARCH_DAYS * DAY_MS)
    .toSorted((a, b) => a - b)
    .find((at) => closedBecause(windows, at) === undefined);
}

/**
 * Instants at which the clock on the wall reads this: one, two when it is put back, and where it is put forward over it the two readings
 * of the hour that is left out.
 */
export function instantsOf(timeZone: string, wall: string): readonly number[] {
  const plain = Date.parse(`${wall}:00Z`);
  const offsets = [plain - DAY_MS, plain + DAY_MS].map(
    (near) => Date.parse(`${wallOf(timeZone, near).text}:00Z`) - near,
  );
  const candidates = offsets.map((offset) => plain - offset);
  const exact = candidates.filter((at) => wallOf(timeZone, at).text === wall);
  return exact.length > 0 ? exact : candidates;
}

interface Wall {
  readonly day: Day;
  /** `09:00` */
  readonly time: string;
  /** `2026-12-20T09:00` */
  readonly text: string;
}

function wallOf(timeZone: string, at: number): Wall {
  const parts = new Map(
    formatter(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}`;
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return { day: DAYS[weekday] ?? 'mon', time, text: `${date}T${time}` };
}

function dayBefore(day: Day): Day {
  return DAYS[(DAYS.indexOf(day) + 6) % 7] ?? 'sun';
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formatters.set(timeZone, made);
  return made;
}
