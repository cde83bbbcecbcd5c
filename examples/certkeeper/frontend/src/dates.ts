/** Dates as people read them. */

const DAY_MS = 86_400_000;
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

export function formatDay(date: Date): string {
  return day.format(date);
}

/** `in 12 days`, `3 days ago`, `today`. */
export function fromNow(date: Date, now: Date): string {
  const days = Math.floor((date.getTime() - now.getTime()) / DAY_MS);
  if (days >= 1) return days === 1 ? 'in 1 day' : `in ${days} days`;
  if (date.getTime() >= now.getTime()) return 'within a day';
  const ago = Math.ceil((now.getTime() - date.getTime()) / DAY_MS);
  return ago === 1 ? '1 day ago' : `${ago} days ago`;
}

export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY_MS);
}

/** For `<input type="date">`. */
export function dayValue(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The first moment of a day, or its last; in UTC, as certificates count. */
export function dayFrom(value: string, edge: 'begin' | 'end'): Date {
  return new Date(`${value}T${edge === 'begin' ? '00:00:00' : '23:59:59'}Z`);
}
