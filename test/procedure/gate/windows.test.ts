import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Windows } from '../../../src/model/people.ts';
import { isTimeZone, wallText, windowAt } from '../../../src/procedure/gate/windows.ts';

const berlin = (more: Partial<Windows>): Windows => ({ timeZone: 'Europe/Berlin', open: [], freezes: [], ...more });
const at = (text: string): number => Date.parse(text);
const office: Windows = berlin({ open: [{ days: ['mon', 'tue', 'wed', 'thu'], from: '09:00', to: '16:00' }] });
const kind = (windows: Windows, time: string): string => windowAt(windows, at(time)).kind;
const opens = (windows: Windows, time: string): string => {
  const answer = windowAt(windows, at(time));
  return answer.kind === 'open' || answer.opens === undefined ? answer.kind : new Date(answer.opens).toISOString();
};

describe('weekly windows', () => {
  test.each([
    ['in winter the hour before', '2026-12-01T07:59:59Z', 'closed'],
    ['in winter the first instant', '2026-12-01T08:00:00Z', 'open'],
    ['in winter the last', '2026-12-01T14:59:59Z', 'open'],
    ['in winter its end', '2026-12-01T15:00:00Z', 'closed'],
    ['in summer an hour earlier by UTC', '2026-07-01T07:00:00Z', 'open'],
    ['in summer its end', '2026-07-01T14:00:00Z', 'closed'],
    ['on a day that is not named', '2026-12-04T10:00:00Z', 'closed'],
  ])('%s', (_name, time, wanted) => expect(kind(office, time)).toBe(wanted));

  test('no hours and no freeze: always open', () => {
    expect(windowAt(berlin({}), 0)).toEqual({ kind: 'open' });
  });

  test('over midnight belongs to the day on which it begins', () => {
    const night = berlin({ open: [{ days: ['sun'], from: '22:00', to: '02:00' }] });
    expect(kind(night, '2026-11-22T20:59:59Z')).toBe('closed');
    expect(kind(night, '2026-11-22T21:00:00Z')).toBe('open');
    expect(kind(night, '2026-11-23T00:59:59Z')).toBe('open');
    expect(kind(night, '2026-11-23T01:00:00Z')).toBe('closed');
    expect(kind(night, '2026-11-23T21:30:00Z')).toBe('closed');
    const day = berlin({ open: [{ days: ['mon'], from: '00:00', to: '00:00' }] });
    expect(kind(day, '2026-11-23T12:00:00Z')).toBe('open');
    expect(kind(day, '2026-11-23T23:00:00Z')).toBe('closed');
  });

  test('the reason names the time there, the hours, and when it opens', () => {
    const answer = windowAt(office, at('2026-12-04T10:00:00Z'));
    expect(answer).toEqual({
      kind: 'closed',
      why: '2026-12-04 11:00 Europe/Berlin, outside of mon, tue, wed, thu 09:00–16:00',
      opens: at('2026-12-07T08:00:00Z'),
    });
  });
});

describe('summer time', () => {
  const early = berlin({ open: [{ days: ['sun'], from: '02:30', to: '03:30' }] });

  test('put forward over the beginning: it opens with the hour after', () => {
    expect(kind(early, '2026-03-29T00:59:00Z')).toBe('closed');
    expect(kind(early, '2026-03-29T01:00:00Z')).toBe('open');
    expect(kind(early, '2026-03-29T01:30:00Z')).toBe('closed');
    expect(opens(early, '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
  });

  test('put back: open whenever the clock on the wall says so', () => {
    expect(kind(early, '2026-10-25T00:30:00Z')).toBe('open');
    expect(kind(early, '2026-10-25T01:00:00Z')).toBe('closed');
    expect(kind(early, '2026-10-25T01:30:00Z')).toBe('open');
    expect(opens(early, '2026-10-25T01:10:00Z')).toBe('2026-10-25T01:30:00.000Z');
  });

  test('a freeze covers both readings of an hour that comes twice, and the hour that is left out', () => {
    const freeze = (from: string, until: string) => berlin({ freezes: [{ from, until, why: 'x' }] });
    const autumn = freeze('2026-10-25T02:30', '2026-10-25T02:45');
    expect(kind(autumn, '2026-10-25T00:29:59Z')).toBe('open');
    expect(kind(autumn, '2026-10-25T00:30:00Z')).toBe('closed');
    expect(kind(autumn, '2026-10-25T01:44:59Z')).toBe('closed');
    expect(kind(autumn, '2026-10-25T01:45:00Z')).toBe('open');
    const spring = freeze('2026-03-29T02:15', '2026-03-29T02:45');
    expect(kind(spring, '2026-03-29T00:14:59Z')).toBe('open');
    expect(kind(spring, '2026-03-29T01:00:00Z')).toBe('closed');
    expect(kind(spring, '2026-03-29T01:45:00Z')).toBe('open');
  });
});

describe('freezes', () => {
  const frozen = { ...office, freezes: [{ from: '2026-12-20T00:00', until: '2027-01-04T08:00', why: 'year end' }] };

  test('close what the hours leave open, from their first instant to their last', () => {
    expect(kind(frozen, '2026-12-17T10:00:00Z')).toBe('open');
    expect(kind(frozen, '2026-12-21T10:00:00Z')).toBe('closed');
    expect(kind(berlin({ freezes: frozen.freezes }), '2026-12-19T22:59:59Z')).toBe('open');
    expect(kind(berlin({ freezes: frozen.freezes }), '2026-12-19T23:00:00Z')).toBe('closed');
    expect(kind(berlin({ freezes: frozen.freezes }), '2027-01-04T06:59:59Z')).toBe('closed');
    expect(kind(berlin({ freezes: frozen.freezes }), '2027-01-04T07:00:00Z')).toBe('open');
  });

  test('say why, and when the next window opens after them', () => {
    expect(windowAt(frozen, at('2026-12-25T10:00:00Z'))).toEqual({
      kind: 'closed',
      why: 'a freeze until 2027-01-04 08:00 Europe/Berlin: year end',
      opens: at('2027-01-04T08:00:00Z'),
    });
    expect(opens(berlin({ freezes: frozen.freezes }), '2026-12-25T10:00:00Z')).toBe('2027-01-04T07:00:00.000Z');
  });

  test('one that ends later than in two weeks: no time is named', () => {
    expect(windowAt(frozen, at('2026-12-20T00:00:00Z'))).toMatchObject({ kind: 'closed', opens: undefined });
  });
});

test('what is named as the next opening is open, and the instant before it is not', () => {
  const zones = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];
  const time = fc.integer({ min: 0, max: 24 * 4 - 1 }).map((quarter) => {
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;
  });
  const window = fc.record({
    days: fc.constantFrom<'mon' | 'sun' | 'wed'>('mon', 'sun', 'wed').map((day) => [day]),
    from: time,
    to: time,
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.array(window, { minLength: 1, maxLength: 2 }),
      fc.integer({ min: Date.UTC(2026, 0, 1) / 1000, max: Date.UTC(2027, 0, 1) / 1000 }),
      (timeZone, open, seconds) => {
        const windows = { timeZone, open, freezes: [] };
        const answer = windowAt(windows, seconds * 1000);
        if (answer.kind === 'open') return;
        expect(answer.opens).toBeDefined();
        expect(windowAt(windows, answer.opens ?? 0).kind).toBe('open');
        expect(windowAt(windows, (answer.opens ?? 0) - 1).kind).toBe('closed');
      },
    ),
    { numRuns: 60 },
  );
});

test('time zones by name', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true);
  expect(isTimeZone('Europe/Bonn')).toBe(false);
  expect(wallText('Asia/Kathmandu', 0)).toBe('1970-01-01 05:30 Asia/Kathmandu');
});
