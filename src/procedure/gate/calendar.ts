import ICAL from 'ical.js';
import type { Closure } from '../../model/people.ts';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { instantsOf, isTimeZone } from './windows.ts';

/** Calendars of days on which nothing is released (RFC 5545): each event closes for as long as it lasts. Pure. */
export interface CalendarQuestion {
  /** How the file is called in problems. */
  readonly file: string;
  /** For days and times that name no zone. */
  readonly timeZone: string;
  /** Milliseconds since 1970: what ends before or begins after is left out. */
  readonly from: number;
  readonly until: number;
}

const MAX_BYTES = 1_000_000;
/** Turns of recurring events that are gone through, in one file: a rule that recurs each second has no end. */
const MAX_TURNS = 10_000;

/** What is closed by the calendar between two moments, oldest first. */
export function closuresOf(text: string, question: CalendarQuestion): Result<readonly Closure[]> {
  if (Buffer.byteLength(text) > MAX_BYTES) return bad(unreadable(question, `more than ${MAX_BYTES} bytes`));
  try {
    const root = new ICAL.Component(ICAL.parse(text));
    if (root.name !== 'vcalendar') return bad(unreadable(question, `\`${root.name}\``));
    const budget = { turns: MAX_TURNS };
    const found = masters(root).flatMap((event) => occurrences(event, question, budget));
    return ok(found.toSorted((a, b) => a.from - b.from));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return bad(unreadable(question, why));
  }
}

/** Events with the single turns that were moved related to them, as the library wants it. */
function masters(root: ICAL.Component): readonly ICAL.Event[] {
  const all = root.getAllSubcomponents('vevent');
  const moved = all.filter((one) => one.hasProperty('recurrence-id'));
  const uidOf = (one: ICAL.Component): string => String(one.getFirstPropertyValue('uid') ?? '');
  const heads = all.filter((one) => !moved.includes(one));
  const uids = new Set(heads.map(uidOf));
  return [
    ...heads.map((one) => new ICAL.Event(one, { exceptions: moved.filter((turn) => uidOf(turn) === uidOf(one)) })),
    // A single turn without the series that it belongs to is an event by itself.
    ...moved.filter((one) => !uids.has(uidOf(one))).map((one) => new ICAL.Event(one, { exceptions: [] })),
  ];
}

function occurrences(event: ICAL.Event, question: CalendarQuestion, budget: { turns: number }): readonly Closure[] {
  if (cancelled(event)) return [];
  if (!event.isRecurring()) return within([closure(event, event.startDate, event.endDate, question)], question);
  const found: Closure[] = [];
  const turns = event.iterator();
  for (let turn = turns.next(); turn; turn = turns.next()) {
    if (budget.turns-- <= 0) throw new Error(`more than ${MAX_TURNS} turns of its events`);
    // By the rule's own time: a turn that was moved may lie elsewhere.
    if (turn.toUnixTime() * 1000 > question.until + DAY_MS) break;
    const { item, startDate, endDate } = event.getOccurrenceDetails(turn);
    if (!cancelled(item)) found.push(closure(item, startDate, endDate, question));
  }
  // Turns that were moved here from later than the rule was followed.
  for (const moved of Object.values(event.exceptions)) {
    if (!cancelled(moved)) found.push(closure(moved, moved.startDate, moved.endDate, question));
  }
  const unique = new Map(found.map((one) => [`${one.from} ${one.until} ${one.why}`, one]));
  return within([...unique.values()], question);
}

const DAY_MS = 86_400_000;

function cancelled(event: ICAL.Event): boolean {
  return String(event.component.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED';
}

function within(closures: readonly Closure[], { from, until }: CalendarQuestion): readonly Closure[] {
  return closures.filter((one) => one.until > from && one.from < until);
}

function closure(event: ICAL.Event, start: ICAL.Time, end: ICAL.Time, question: CalendarQuestion): Closure {
  return {
    from: Math.min(...instants(event, start, question)),
    until: Math.max(...instants(event, end, question)),
    why: event.summary ?? 'an event without a title',
  };
}

/** A time that is read twice, or not at all, when the clock is changed has two instants. */
function instants(event: ICAL.Event, time: ICAL.Time, { timeZone }: CalendarQuestion): readonly number[] {
  const two = (value: number): string => String(value).padStart(2, '0');
  const wall = `${String(time.year).padStart(4, '0')}-${two(time.month)}-${two(time.day)}T${two(time.hour)}:${two(time.minute)}`;
  if (time.zone === ICAL.Timezone.utcTimezone) return [time.toUnixTime() * 1000];
  const named = time.isDate ? undefined : event.component.getFirstProperty('dtstart')?.getFirstParameter('tzid');
  const zone = named === undefined || named === '' ? timeZone : named;
  if (isTimeZone(zone)) return instantsOf(zone, wall).map((at) => at + time.second * 1000);
  // A name of the calendar's own, described in the file itself.
  if (time.zone !== ICAL.Timezone.localTimezone && time.zone.tzid === zone) return [time.toUnixTime() * 1000];
  throw new Error(`the time zone ${zone}, which is neither known nor described in the file`);
}

function unreadable({ file }: CalendarQuestion, found: string): Problem {
  return {
    code: 'policy.calendar-unreadable',
    where: file,
    found,
    expected: 'an iCalendar file (RFC 5545) of events',
    remedy: 'mend it on the protected branch; what cannot be read closes nothing, so nothing goes forward meanwhile',
  };
}
