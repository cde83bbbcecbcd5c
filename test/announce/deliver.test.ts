import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Alert } from '../../src/announce/alert.ts';
import { type Announced, type Desk, deliver } from '../../src/announce/deliver.ts';
import { dueAtAlertmanager } from '../../src/announce/due.ts';
import type { Place, Posted } from '../../src/announce/post.ts';
import { readReceipts } from '../../src/announce/receipts.ts';

let store: string;
let now: number;
/** What each place answers, and what it was sent. */
let answers: Record<string, Posted>;
let sent: { readonly place: string; readonly alerts: readonly { readonly name: string; readonly over: boolean }[] }[];
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'shiplock-announce-'));
  now = Date.UTC(2026, 10, 21, 6);
  answers = {};
  sent = [];
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const TAKEN: Posted = { kind: 'taken' };
const DOWN: Posted = { kind: 'refused', again: true, why: 'down' };
const LASTS = 7 * 86_400_000;
const place = (name: string): Place => ({ name, url: `http://${name}`, authorization: null });

const one = z.looseObject({ labels: z.record(z.string(), z.string()), endsAt: z.iso.datetime() });
const hookSchema = z.looseObject({ status: z.string(), alerts: z.array(one) });
const bodySchema = z.union([z.array(one), hookSchema]);

function desk(alertmanagers: readonly string[], webhook: string | null = null): Desk {
  return {
    store,
    clock: { now: () => now },
    outlet: {
      alertmanagers: alertmanagers.map(place),
      webhook: webhook === null ? null : place(webhook),
      lastsMs: LASTS,
    },
    post: async ({ name }, body) => {
      const parsed = bodySchema.parse(JSON.parse(body));
      const alerts = Array.isArray(parsed) ? parsed : parsed.alerts;
      sent.push({
        place: name,
        alerts: alerts.map(({ labels, endsAt }) => ({
          name: labels['alertname'] ?? '',
          over: Date.parse(endsAt) <= now,
        })),
      });
      return answers[name] ?? TAKEN;
    },
  };
}
const alert = (name: string, startsAt: number, endsAt: number | null): Alert => ({
  labels: { alertname: name, run: 'r1' },
  annotations: { summary: name },
  startsAt,
  endsAt,
  link: null,
});
const tell = (to: Desk, alerts: readonly Alert[], again = false): Promise<Announced> =>
  deliver(to, 'r1', alerts, again);
const log = () =>
  sent.map((one) => `${one.place}: ${one.alerts.map(({ name, over }) => `${name}${over ? ' over' : ''}`).join(', ')}`);

describe('an Alertmanager that answers', () => {
  test('hears of a beginning and of an end, each once', async () => {
    const to = desk(['a', 'b']);
    const begin = now;
    await tell(to, [alert('Gate', begin, null)]);
    await tell(to, [alert('Gate', begin, null)]);
    now += 60_000;
    await tell(to, [alert('Gate', begin, now)]);
    await tell(to, [alert('Gate', begin, now)]);
    expect(log()).toEqual(['a: Gate', 'b: Gate', 'a: Gate over', 'b: Gate over']);
  });

  test('is told again when asked to, and when the time that it was told runs out', async () => {
    const to = desk(['a']);
    const open = [alert('Gate', now, null)];
    await tell(to, open);
    await tell(to, open, true);
    now += LASTS + 1;
    await tell(to, open);
    expect(log()).toEqual(['a: Gate', 'a: Gate', 'a: Gate']);
  });

  test('what ends by itself is told once, and once more when its end moves', async () => {
    const to = desk(['a']);
    const begin = now;
    await tell(to, [alert('Rollback', begin, begin + 3_600_000)]);
    now += 1_000;
    await tell(to, [alert('Rollback', begin, begin + 3_601_000)]);
    now += 7_200_000;
    await tell(to, [alert('Rollback', begin, begin + 3_601_000)], true);
    expect(log()).toEqual(['a: Rollback', 'a: Rollback']);
  });

  test('what was over before anybody heard of it is not told', async () => {
    await tell(desk(['a']), [alert('Gate', now - 10, now - 5)], true);
    expect(sent).toEqual([]);
  });

  test('a gate that opens again is a new one', async () => {
    const to = desk(['a']);
    await tell(to, [alert('Gate', now, null)]);
    now += 1_000;
    await tell(to, [alert('Gate', now, null)]);
    expect(log()).toEqual(['a: Gate', 'a: Gate']);
  });

  test('what is no longer among the alerts of the run is taken back', async () => {
    const to = desk(['a']);
    await tell(to, [alert('NoProcess', now, null), alert('Gate', now, null)]);
    await tell(to, [alert('Gate', now, null)]);
    expect(log()).toEqual(['a: NoProcess, Gate', 'a: NoProcess over']);
  });

  test('what ends by itself is left to end, also when the journal does not have it', async () => {
    const to = desk(['a']);
    await tell(to, [alert('LeaseLost', now, now + 3_600_000)]);
    await tell(to, []);
    expect(log()).toEqual(['a: LeaseLost']);
  });

  test('one of a cluster is enough, and the other is named', async () => {
    answers = { b: DOWN };
    const told = await tell(desk(['a', 'b']), [alert('Gate', now, null)]);
    expect(told).toMatchObject({ told: [{ state: 'firing', via: 'alertmanager' }], problems: ['down'], again: false });
  });
});

describe('an Alertmanager that does not answer', () => {
  test('is told later; what it may have heard is taken back', async () => {
    answers = { a: DOWN };
    const to = desk(['a']);
    const begin = now;
    expect(await tell(to, [alert('Gate', begin, null)])).toEqual({ told: [], problems: ['down'], again: true });
    expect((await readReceipts(store, 'r1'))[0]).toMatchObject({ alertmanager: { sure: false }, problem: 'down' });
    now += 1_000;
    answers = {};
    // It may have taken the alert and died before its answer: nobody knows, so its end is told.
    expect(await tell(to, [alert('Gate', begin, now)])).toMatchObject({ told: [{ state: 'resolved' }] });
    expect(log()).toEqual(['a: Gate', 'a: Gate over']);
  });

  test('the webhook hears it instead, begin and end, and Alertmanager when it is back', async () => {
    answers = { a: DOWN };
    const to = desk(['a'], 'hook');
    const begin = now;
    expect(await tell(to, [alert('Gate', begin, null)])).toMatchObject({ told: [{ via: 'webhook' }], again: true });
    await tell(to, [alert('Gate', begin, null)]);
    answers = {};
    await tell(to, [alert('Gate', begin, null)]);
    now += 1_000;
    await tell(to, [alert('Gate', begin, now)]);
    await tell(to, [alert('Gate', begin, now)]);
    expect(log()).toEqual(['a: Gate', 'hook: Gate', 'a: Gate', 'a: Gate', 'a: Gate over', 'hook: Gate over']);
  });

  test('a refusal that will not change is not tried again', async () => {
    answers = { a: { kind: 'refused', again: false, why: 'status 401' } };
    expect(await tell(desk(['a']), [alert('Gate', now, null)])).toMatchObject({
      problems: ['status 401'],
      again: false,
    });
  });
});

describe('a webhook alone', () => {
  test('hears each alert once, and the end of what lasts; what ends by itself only once', async () => {
    const to = desk([], 'hook');
    const begin = now;
    const rollback = alert('Rollback', begin, begin + 3_600_000);
    await tell(to, [alert('Gate', begin, null), rollback]);
    await tell(to, [alert('Gate', begin, null), rollback], true);
    now += 7_200_000;
    await tell(to, [alert('Gate', begin, now), rollback], true);
    expect(log()).toEqual(['hook: Gate, Rollback', 'hook: Gate over']);
  });
});

test('a file of receipts that cannot be read costs a repetition, nothing else', async () => {
  const to = desk(['a']);
  await tell(to, [alert('Gate', now, null)]);
  const file = join(store, 'announcements', 'r1.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40));
  await tell(to, [alert('Gate', now, null)]);
  expect(log()).toEqual(['a: Gate', 'a: Gate']);
});

test('whatever fails on the way: in the end Alertmanager has what is open, and not what is over', async () => {
  const steps = fc.array(
    fc.record({ down: fc.boolean(), again: fc.boolean(), wait: fc.integer({ min: 1, max: 3_600_000 }) }),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 0, max: 8 }), async (attempts, endsAfter) => {
      rmSync(join(store, 'announcements'), { recursive: true, force: true });
      sent = [];
      const begin = now;
      let end: number | null = null;
      for (const [index, { down, again, wait }] of attempts.entries()) {
        now += wait;
        if (index >= endsAfter) end ??= now;
        answers = { a: down ? DOWN : TAKEN };
        await tell(desk(['a']), [alert('Gate', begin, end)], again);
      }
      now += 1;
      answers = {};
      await tell(desk(['a']), [alert('Gate', begin, end)]);
      // Over: either the last thing it heard is the end, or it never heard of it.
      const last = sent.at(-1)?.alerts[0];
      if (end === null) expect(last).toEqual({ name: 'Gate', over: false });
      else if (last !== undefined) expect(last.over).toBe(true);
      expect(
        dueAtAlertmanager([alert('Gate', begin, end)], await readReceipts(store, 'r1'), { now, again: false }),
      ).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
