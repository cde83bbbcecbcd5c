import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Announcer, createAnnouncer } from '../../src/announce/announcer.ts';
import type { Posted } from '../../src/announce/post.ts';
import { type Entry, type Story, storyOf } from '../../src/announce/story.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let store: string;
let clock: VirtualClock;
let notes: string[];
/** Moments of requests, in seconds. */
let posts: number[];
let answer: () => Promise<Posted>;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'shiplock-announcer-'));
  clock = virtualClock();
  notes = [];
  posts = [];
  answer = async () => ({ kind: 'taken' });
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const DOWN = async (): Promise<Posted> => ({ kind: 'refused', again: true, why: 'Alertmanager is down' });

function announcer(before: Story | null = null): Announcer {
  const over = new AbortController();
  return createAnnouncer({
    desk: {
      store,
      clock,
      outlet: { alertmanagers: [{ name: 'a', url: 'http://a', authorization: null }], webhook: null, lastsMs: 1e9 },
      post: async () => {
        posts.push(clock.monotonic() / 1000);
        return answer();
      },
    },
    settings: {
      service: 'shop',
      environment: 'production',
      labels: {},
      links: { run: null, runbook: null },
      eventsMs: 3_600_000,
      mask: (text) => text,
    },
    clock,
    before,
    patienceMs: 4_000,
    over,
    note: (text) => void notes.push(text),
  });
}

let seq = 0;
function entry(type: Entry['record']['type'], node: string, payload: Entry['payload']): Entry {
  const time = new Date(clock.now()).toISOString();
  return { record: { run: 'r1', seq: seq++, time, type, node }, ...(payload === undefined ? {} : { payload }) };
}
const HASH = 'a'.repeat(64);
const started = () =>
  entry('run.started', '', {
    procedure: { id: 'release', title: 'Release shop', version: 1, inputs: {} },
    environment: 'production',
    who: 'ann',
    planHash: HASH,
    outline: {},
  });
const opened = (node: string) =>
  entry('gate.opened', node, { title: 'Look', role: 'r', evidence: [], guard: 'g', judged: false, planHash: HASH });
const resumed = () => entry('run.resumed', '', { who: 'ann', planHash: HASH, tornBytes: 0 });
const stopped = () => entry('run.paused', '', { reason: 'stopped', problems: [] });

describe('while the run goes on', () => {
  test('tells what began, and nothing without news', async () => {
    const one = announcer();
    one.observe(started());
    await clock.advance(1_000);
    expect(posts).toEqual([]);
    one.observe(opened('g'));
    await clock.advance(1_000);
    await clock.runUntil(one.close());
    expect(posts).toEqual([1]);
    expect(notes).toEqual(['announced: ShiplockGateOpen (alertmanager)']);
  });

  test('tries again after growing rests, says the trouble once, and says when it is over', async () => {
    answer = DOWN;
    const one = announcer();
    one.observe(started());
    one.observe(opened('g'));
    await clock.advance(20_000);
    expect(posts).toEqual([0, 1, 3, 7, 15]);
    answer = async () => ({ kind: 'taken' });
    await clock.advance(20_000);
    await clock.runUntil(one.close());
    expect(posts).toEqual([0, 1, 3, 7, 15, 31]);
    expect(notes).toEqual(['not announced: Alertmanager is down', 'announced: ShiplockGateOpen (alertmanager)']);
  });

  test('news ends the rest between two attempts', async () => {
    answer = DOWN;
    const one = announcer();
    one.observe(started());
    one.observe(opened('g'));
    await clock.advance(16_000);
    one.observe(opened('h'));
    await clock.advance(100);
    expect(posts).toEqual([0, 1, 3, 7, 15, 16]);
    await clock.runUntil(one.close());
  });
});

describe('at the end of a run', () => {
  test('one more attempt where the last failed, and no more', async () => {
    answer = DOWN;
    const one = announcer();
    one.observe(started());
    one.observe(opened('g'));
    await clock.advance(5_000);
    await clock.runUntil(one.close());
    expect(posts).toEqual([0, 1, 3, 5]);
    await clock.advance(100_000);
    expect(posts).toHaveLength(4);
  });

  test('an answer that never comes is given up', async () => {
    answer = () => new Promise(() => undefined);
    const one = announcer();
    one.observe(started());
    one.observe(opened('g'));
    await clock.advance(100);
    await clock.runUntil(one.close());
    expect(clock.monotonic()).toBe(4_100);
  });

  test('a lost lease is told, unless the run is over', async () => {
    const one = announcer();
    one.observe(started());
    one.lost('fence 3 is over');
    await clock.runUntil(one.close());
    expect(notes).toEqual(['announced: ShiplockLeaseLost (alertmanager)']);
    const other = announcer(storyOf('r1', [started(), entry('run.finished', '', { outcome: 'done', problems: [] })]));
    other.lost('too late');
    await clock.runUntil(other.close());
    expect(notes).toHaveLength(1);
  });
});

describe('a run that is gone on with', () => {
  test('what an earlier process left untold is told with the first record', async () => {
    const one = announcer(storyOf('r1', [started(), opened('g')]));
    await clock.advance(1_000);
    expect(posts).toEqual([]);
    one.observe(resumed());
    await clock.runUntil(one.close());
    expect(notes).toEqual(['announced: ShiplockGateOpen (alertmanager)']);
  });

  test('that it was held is not told any more', async () => {
    const one = announcer(storyOf('r1', [started(), stopped()]));
    one.observe(resumed());
    await clock.runUntil(one.close());
    expect(posts).toEqual([]);
  });

  test('a resume that is refused tells it all the same', async () => {
    const one = announcer(storyOf('r1', [started(), stopped()]));
    await clock.runUntil(one.close());
    expect(notes).toEqual(['announced: ShiplockRunHeld (alertmanager)']);
  });
});
