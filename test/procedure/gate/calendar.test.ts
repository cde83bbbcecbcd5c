import { describe, expect, test } from 'vitest';
import { closuresOf } from '../../../src/procedure/gate/calendar.ts';
import { windowAt } from '../../../src/procedure/gate/windows.ts';

const calendar = (...events: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//', ...events, 'END:VCALENDAR', ''].join('\r\n');
const event = (uid: string, ...lines: readonly string[]): string =>
  ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', `SUMMARY:${uid}`, ...lines, 'END:VEVENT'].join('\r\n');
const at = (text: string): number => Date.parse(text);
const read = (
  text: string,
  from = '2026-01-01T00:00:00Z',
  until = '2027-12-31T00:00:00Z',
  timeZone = 'Europe/Berlin',
) => closuresOf(text, { file: 'holidays.ics', timeZone, from: at(from), until: at(until) });
const spans = (text: string, from?: string, until?: string, timeZone?: string): readonly string[] => {
  const found = read(text, from, until, timeZone);
  return found.ok
    ? found.value.map((one) => `${new Date(one.from).toISOString()} ${new Date(one.until).toISOString()} ${one.why}`)
    : found.problems.map(({ code, found: what }) => `${code} ${what}`);
};

describe('what a calendar closes', () => {
  test('a whole day is one on the clock on the wall', () => {
    expect(spans(calendar(event('Christmas', 'DTSTART;VALUE=DATE:20261225', 'DTEND;VALUE=DATE:20261227')))).toEqual([
      '2026-12-24T23:00:00.000Z 2026-12-26T23:00:00.000Z Christmas',
    ]);
  });

  test('a day without an end lasts a day; DURATION counts too', () => {
    expect(
      spans(
        calendar(
          event('one', 'DTSTART;VALUE=DATE:20260501'),
          event('two', 'DTSTART:20260601T080000Z', 'DURATION:PT90M'),
        ),
      ),
    ).toEqual([
      '2026-04-30T22:00:00.000Z 2026-05-01T22:00:00.000Z one',
      '2026-06-01T08:00:00.000Z 2026-06-01T09:30:00.000Z two',
    ]);
  });

  test('a weekly event keeps its hour when summer time begins and ends', () => {
    const weekly = event(
      'board',
      'DTSTART;TZID=Europe/Berlin:20260322T090000',
      'DTEND;TZID=Europe/Berlin:20260322T100000',
      'RRULE:FREQ=WEEKLY;COUNT=3',
    );
    expect(spans(calendar(weekly))).toEqual([
      '2026-03-22T08:00:00.000Z 2026-03-22T09:00:00.000Z board',
      '2026-03-29T07:00:00.000Z 2026-03-29T08:00:00.000Z board',
      '2026-04-05T07:00:00.000Z 2026-04-05T08:00:00.000Z board',
    ]);
  });

  test('an hour that comes twice is closed both times; one that does not come closes nothing else', () => {
    const night = (uid: string, day: string): string =>
      event(uid, `DTSTART;TZID=Europe/Berlin:${day}T023000`, `DTEND;TZID=Europe/Berlin:${day}T024500`);
    expect(spans(calendar(night('twice', '20261025'), night('never', '20260329')))).toEqual([
      '2026-03-29T00:30:00.000Z 2026-03-29T01:45:00.000Z never',
      '2026-10-25T00:30:00.000Z 2026-10-25T01:45:00.000Z twice',
    ]);
  });

  test('exceptions: a turn that is left out, one that was moved, one that was cancelled', () => {
    const series = event(
      'freeze',
      'DTSTART:20260105T000000Z',
      'DTEND:20260105T120000Z',
      'RRULE:FREQ=WEEKLY;COUNT=4',
      'EXDATE:20260112T000000Z',
    );
    const moved = event(
      'freeze',
      'RECURRENCE-ID:20260119T000000Z',
      'DTSTART:20260120T000000Z',
      'DTEND:20260120T060000Z',
    );
    const cancelled = event(
      'freeze',
      'RECURRENCE-ID:20260126T000000Z',
      'DTSTART:20260126T000000Z',
      'DTEND:20260126T120000Z',
      'STATUS:CANCELLED',
    );
    expect(spans(calendar(series, moved, cancelled))).toEqual([
      '2026-01-05T00:00:00.000Z 2026-01-05T12:00:00.000Z freeze',
      '2026-01-20T00:00:00.000Z 2026-01-20T06:00:00.000Z freeze',
    ]);
  });

  test('a turn that was moved here from far away counts', () => {
    const series = event('audit', 'DTSTART:20260105T000000Z', 'DTEND:20260105T120000Z', 'RRULE:FREQ=MONTHLY;COUNT=12');
    const moved = event(
      'audit',
      'RECURRENCE-ID:20261205T000000Z',
      'DTSTART:20260210T000000Z',
      'DTEND:20260210T120000Z',
    );
    expect(spans(calendar(series, moved), '2026-02-08T00:00:00Z', '2026-02-20T00:00:00Z')).toEqual([
      '2026-02-10T00:00:00.000Z 2026-02-10T12:00:00.000Z audit',
    ]);
  });

  test('a zone of the file itself, by a name that is nobody else’s', () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Works Time',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0300',
      'TZOFFSETTO:+0300',
      'END:STANDARD',
      'END:VTIMEZONE',
    ].join('\r\n');
    const one = event('shift', 'DTSTART;TZID=Works Time:20260601T080000', 'DTEND;TZID=Works Time:20260601T090000');
    expect(spans(calendar(zone, one))).toEqual(['2026-06-01T05:00:00.000Z 2026-06-01T06:00:00.000Z shift']);
    expect(spans(calendar(one))[0]).toMatch(/^policy\.calendar-unreadable the time zone Works Time/);
  });

  test('a long event that began before still closes', () => {
    const long = event('rebuild', 'DTSTART:20260101T000000Z', 'DTEND:20260601T000000Z');
    expect(spans(calendar(long), '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z')).toHaveLength(1);
    expect(spans(calendar(long), '2026-06-02T00:00:00Z', '2026-06-03T00:00:00Z')).toEqual([]);
  });

  test('cancelled events close nothing; a yearly rule from long ago does', () => {
    const gone = event('gone', 'DTSTART;VALUE=DATE:20261225', 'STATUS:CANCELLED');
    const yearly = event('new year', 'DTSTART;VALUE=DATE:19990101', 'RRULE:FREQ=YEARLY');
    expect(spans(calendar(gone, yearly), '2026-12-20T00:00:00Z', '2027-01-10T00:00:00Z', 'UTC')).toEqual([
      '2027-01-01T00:00:00.000Z 2027-01-02T00:00:00.000Z new year',
    ]);
  });

  test.each([
    ['no calendar', 'hello', /^policy\.calendar-unreadable/],
    ['half of one', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n', /^policy\.calendar-unreadable/],
    ['a card', 'BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n', /^policy\.calendar-unreadable `vcard`/],
    [
      'each second for ever',
      calendar(event('x', 'DTSTART:20000101T000000Z', 'DTEND:20000101T000001Z', 'RRULE:FREQ=SECONDLY')),
      /more than 10000 turns/,
    ],
    ['too much of it', 'x'.repeat(1_000_001), /more than 1000000 bytes/],
  ])('refused: %s', (_name, text, why) => {
    expect(spans(text).join()).toMatch(why);
  });

  test('the window says what closes it, and when it opens', () => {
    const found = read(calendar(event('Christmas', 'DTSTART;VALUE=DATE:20261225', 'DTEND;VALUE=DATE:20261227')));
    const windows = { timeZone: 'Europe/Berlin', open: [], freezes: [], closures: found.ok ? found.value : [] };
    expect(windowAt(windows, at('2026-12-25T10:00:00Z'))).toEqual({
      kind: 'closed',
      why: 'closed until 2026-12-27 00:00 Europe/Berlin: Christmas',
      opens: at('2026-12-26T23:00:00Z'),
    });
    expect(windowAt(windows, at('2026-12-24T22:59:00Z'))).toEqual({ kind: 'open' });
  });
});
