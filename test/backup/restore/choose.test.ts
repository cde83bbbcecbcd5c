import { describe, expect, it, test } from 'vitest';
import type { Target } from '../../../src/backup/replay/cut.ts';
import { chooseChain } from '../../../src/backup/restore/choose.ts';
import { ProblemError } from '../../../src/model/problem.ts';
import { catalogue, fullAt, HOUR, iso, SERVER, START, segmentAt } from '../sample.ts';

/** A restore begins with a backup that leads to its target, or is refused with the last time to which one does. */

const UUID = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const until = (number: number): string => `${UUID}:1-${number}`;
const log = (hour: number, number: number, more: Parameters<typeof segmentAt>[2] = {}) =>
  segmentAt(START + hour * HOUR, number, {
    ...{ gtidsBefore: until(number * 10), gtidsAfter: until(number * 10 + 10), ...more },
  });
const full = (hour: number, number: number, more: Parameters<typeof fullAt>[2] = {}) =>
  fullAt(START + hour * HOUR, number, {
    coordinates: { file: `binlog.00000${number}`, position: 157, gtid: until(number * 10) },
    ...more,
  });
const verified = { state: 'verified', verified: { at: iso(START), seconds: 10, segments: 0 } } as const;
const old = full(0, 3, verified);
const newer = full(2, 5);
const logs = [log(1, 3), log(2, 4), log(3, 5), log(4, 6)];
const all = catalogue([old, newer], logs);
const at = (hours: number): Target => ({ kind: 'time', time: (START + hours * HOUR) * 1000 });

const chosen = (target: Target, from = all, id?: string) => chooseChain(from, target, { where: 'production', id });
function refusal(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0];
    throw error;
  }
  return undefined;
}

describe('the backup of a restore', () => {
  it('is one that was verified, before a newer one that nobody has restored', () => {
    expect(chosen(at(3.5)).full.id).toBe(old.id);
    expect(chosen({ kind: 'end' }).full.id).toBe(old.id);
    expect(chosen({ kind: 'before', table: 'shop.items' }).full.id).toBe(old.id);
  });
  it('is not one that a clock which was ahead has timed, unless there is no other or it is named', () => {
    const ahead = full(100, 6, verified);
    const now = START + 5 * HOUR;
    const both = catalogue([old, ahead], logs.slice(0, 2));
    const to = (from: typeof both, id?: string) => chooseChain(from, { kind: 'end' }, { where: 'production', id, now });
    expect(to(both).full.id).toBe(old.id);
    expect(to(both, ahead.id).full.id).toBe(ahead.id);
    expect(to(catalogue([ahead])).full.id).toBe(ahead.id);
  });
  it('is the newest before the target, of those that are alike', () => {
    const proven = catalogue([old, { ...newer, ...verified }], logs);
    expect(chosen(at(3.5), proven).full.id).toBe(newer.id);
    expect(chosen(at(1.5), proven).full.id).toBe(old.id);
    expect(chosen(at(2), proven).full.id).toBe(newer.id);
  });
  it('is the one that is predicted to be back first, and the newest where that is not known', () => {
    const proven = catalogue([old, { ...newer, ...verified }], logs);
    const quick = (id: string, seconds: number | null) =>
      chooseChain(proven, at(3.5), {
        where: 'production',
        predict: ({ full: { id: one } }) => (one === id ? seconds : 10),
      }).full.id;
    expect(quick(old.id, 9)).toBe(old.id);
    expect(quick(old.id, 10)).toBe(newer.id);
    expect(quick(old.id, null)).toBe(newer.id);
    expect(quick(newer.id, null)).toBe(newer.id);
    // One that nobody has restored is not taken for being quick.
    const one = chooseChain(all, at(3.5), {
      where: 'production',
      predict: ({ full: { id } }) => (id === newer.id ? 1 : 10),
    });
    expect(one.full.id).toBe(old.id);
  });
  it('is not a physical one that was not over at the target', () => {
    const files = { ...newer, ...verified, form: 'physical', seconds: 600 } as const;
    const with9 = catalogue([old, files], logs);
    expect(chosen(at(2 + 9 / 60), with9).full.id).toBe(old.id);
    expect(chosen(at(2 + 11 / 60), with9).full.id).toBe(files.id);
  });
  it('is one that nobody has restored where no other leads to the target', () => {
    const gap = catalogue([old, newer], logs.toSpliced(1, 1));
    expect(chosen(at(3.5), gap).full.id).toBe(newer.id);
    expect(chosen({ kind: 'end' }, gap).full.id).toBe(newer.id);
  });
  it('has all logs behind it, also those behind the target: what is lost stands there', () => {
    expect(chosen(at(0.5)).segments.map(({ file }) => file)).toEqual(logs.map(({ file }) => file));
  });
  it('does not hold the transaction that is asked for', () => {
    const gtid = (number: number): Target => ({ kind: 'gtid', gtid: `${UUID}:${number}` });
    const proven = catalogue([old, { ...newer, ...verified }], logs);
    expect(chosen(gtid(45), proven).full.id).toBe(old.id);
    expect(chosen(gtid(55), proven).full.id).toBe(newer.id);
    expect(refusal(() => chosen(gtid(71)))?.code).toBe('restore.not-in-backups');
    expect(refusal(() => chosen(gtid(30)))?.code).toBe('restore.not-in-backups');
    expect(refusal(() => chosen({ kind: 'gtid', gtid: '0-1-7' }))?.code).toBe('restore.not-in-backups');
  });
  it('is the one that was named', () => {
    expect(chosen(at(3.5), all, newer.id).full.id).toBe(newer.id);
    expect(refusal(() => chosen(at(3.5), all, 'none'))?.found).toBe('no full backup none');
  });
});

describe('a target to which no backup leads', () => {
  it('lies past the first gap: the last possible time is said', () => {
    const gap = catalogue([old], logs.toSpliced(1, 1));
    const told = refusal(() => chosen(at(1.5), gap));
    expect(told).toMatchObject({
      code: 'restore.past-gap',
      expected: `a time before ${iso(START + HOUR)}, to which ${old.id} leads`,
    });
    expect(told?.found).toContain('binlog.000004 is missing, binlog.000005 is there');
    expect(chosen(at(0.99), gap).full.id).toBe(old.id);
  });
  it('lies in the last second, in which others may follow', () => {
    expect(refusal(() => chosen(at(4)))?.code).toBe('restore.past-gap');
    expect(chosen({ kind: 'time', time: (START + 4 * HOUR) * 1000 - 1 }).full.id).toBe(old.id);
  });
  it('lies before the oldest full backup', () => {
    expect(refusal(() => chosen(at(-1)))?.code).toBe('restore.before-backups');
  });
  test.each(['suspect', 'failed'] as const)('has only backups that are %s', (state) => {
    const told = refusal(() => chosen({ kind: 'end' }, catalogue([full(0, 3, { state, why: 'bits' })], logs)));
    expect(told).toMatchObject({ code: 'restore.no-backup', found: `the full backup is ${state}: bits` });
  });
  it('is a statement, and there are no logs', () => {
    const bare = catalogue([fullAt(START, 3, { server: SERVER, coordinates: null })]);
    expect(refusal(() => chosen({ kind: 'before', table: 'shop.items' }, bare))?.code).toBe('restore.no-logs');
    expect(chosen({ kind: 'end' }, bare).segments).toEqual([]);
  });
});
