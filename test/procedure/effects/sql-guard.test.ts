import { describe, expect, it } from 'vitest';
import { pauseFor, STALL, type Stall } from '../../../src/procedure/effects/sql-guard.ts';
import { withoutValues } from '../../../src/procedure/effects/sql-holders.ts';
import { refusalOf } from '../../../src/procedure/effects/sql-problems.ts';

describe('pauseFor', () => {
  it('whatever the moments of the tries, stalls in any stretch stay within the bound', () => {
    for (const lockWaitMs of [1000, 2000]) {
      let now = 0;
      const stalls: Stall[] = [];
      for (let round = 0; round < 40; round += 1) {
        now += pauseFor(stalls, now, lockWaitMs) + ((round * 137) % 700);
        now += pauseFor(stalls, now, lockWaitMs) + lockWaitMs;
        stalls.push({ at: now, ms: lockWaitMs });
        const sum = stalls.filter(({ at }) => at > now - STALL.within).reduce((total, { ms }) => total + ms, 0);
        expect([round, sum <= STALL.most]).toEqual([round, true]);
      }
    }
  });

  it('a first try waits for nothing', () => expect(pauseFor([], 5, 1000)).toBe(0));
});

describe('withoutValues', () => {
  it.each([
    ["SELECT * FROM a WHERE k = 'it''s \\' secret' AND n = 42", 'SELECT * FROM a WHERE k = ? AND n = ?'],
    ["UPDATE a SET t = 'cut off he", 'UPDATE a SET t = ?'],
    ['SELECT t1.x\n FROM t1', 'SELECT t1.x FROM t1'],
  ])('%s', (sql, expected) => expect(withoutValues(sql)).toBe(expected));
});

describe('refusalOf', () => {
  it.each([
    [{ errno: 1845, message: 'ALGORITHM=INSTANT is not supported' }, 'algorithm'],
    [{ errno: 1205, message: 'Lock wait timeout exceeded' }, 'busy'],
    [{ code: 'PROTOCOL_CONNECTION_LOST', message: 'Connection lost' }, 'gone'],
    [{ errno: 1290, message: 'running with the --read-only option' }, 'read-only'],
    [{ errno: 1030, message: 'Got error 28 "No space left on device"' }, 'disk-full'],
    [{ errno: 1142, message: 'ALTER command denied' }, 'privilege'],
    [{ errno: 1064, message: 'You have an error in your SQL syntax' }, 'failed'],
    [new Error('something else'), 'failed'],
  ])('%o is %s', (error, expected) => expect(refusalOf(error)).toBe(expected));
});
