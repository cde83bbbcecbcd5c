import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRun } from '../../src/procedure/index.ts';
import { runCommits } from '../../src/release/index.ts';
import { type ChatPlace, openChatPlace } from './support/chat-place.ts';
import { servedVersion } from './support/doors.ts';

/**
 * From a comment to what came of it, through everything: the event of the simulated forge, the caller that a service's repository has, the reusable
 * workflow and the bundled action in act, a real release with a load on it; and back to the comment, the deployment and the journal.
 */

let place: ChatPlace;

beforeAll(async () => {
  place = await openChatPlace();
});
afterAll(async () => {
  expect(place?.world.sim.wrong()).toEqual([]);
  await place?.[Symbol.asyncDispose]();
});

/** People who use the service, until the work is done; how often they asked. */
async function underLoad<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly asked: number }> {
  let [on, asked] = [true, 0];
  const person = async (): Promise<void> => {
    while (on) {
      await fetch(`${place.lab.entry}/api/v1/ping`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const people = Promise.all([person(), person(), person(), person()]);
  try {
    return { value: await work(), asked };
  } finally {
    on = false;
    await people;
  }
}

test('a comment releases: comment, deployment and journal agree', async () => {
  const commit = await place.publish('1.0.0');
  const { ran, run, answers, shown, acknowledgedMs } = await place.say('/deploy production --reason "first"');
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(await servedVersion(place.lab.entry)).toBe('1.0.0');
  expect(await runCommits(place.lab.state, run)).toEqual({ release: commit, checkedOut: commit });
  expect(shown).toEqual([{ sha: commit, environment: 'production', state: 'success' }]);
  expect(answers).toHaveLength(1);
  expect(answers[0]).toContain('✅ **Ended**');
  expect(answers[0]).toContain(commit);
  expect(answers[0]).toContain(run);
  expect(ran.stdout).toContain('::set-output:: outcome=done');
  expect(ran.stdout).toContain(`::set-output:: commit=${commit}`);
  // How fast it is tells `npm run bench chat`: this machine may be busy.
  expect(acknowledgedMs).toBeDefined();
});

test('the bad version is taken back, and the comment says why', async () => {
  const commit = await place.publish('2.0.0', { tags: ['faults'], env: { CERTKEEPER_FAULT_ERROR_RATE: '0.5' } });
  const { value, asked } = await underLoad(() => place.say('/deploy production'));
  const { ran, run, answers, shown } = value;
  expect(asked).toBeGreaterThan(100);
  expect(ran.code, ran.stdout + ran.stderr).not.toBe(0);
  expect(await servedVersion(place.lab.entry)).toBe('1.0.0');
  const { entries } = await readRun(place.lab.state, run);
  const verdicts = entries.filter(({ record }) => record.type === 'analysis.verdict');
  expect(JSON.stringify(verdicts)).toContain('"rollout.worse"');
  expect(await runCommits(place.lab.state, run)).toEqual({ release: commit, checkedOut: commit });
  expect(shown).toEqual([{ sha: commit, environment: 'production', state: 'failure' }]);
  expect(answers).toHaveLength(1);
  expect(answers[0]).toContain('⚠️ **Ended**');
  expect(answers[0]).toMatch(/taken back/);
  expect(answers[0]).toMatch(/errors: \d+ bad of \d+, beside 0 bad of \d+ for the stable version/);
  expect(answers[0]).toContain('(`rollout.worse`)');
  expect(ran.stdout).toContain('::set-output:: outcome=ended-badly');
});

test('what people write to each other takes no runner', async () => {
  const from = place.world.sim.seen.length;
  const { ran, answers } = await place.say('looks good to me: /deploy it');
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(answers).toEqual([]);
  expect(place.world.sim.seen.slice(from).map(({ route }) => route)).toEqual([
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  ]);
});
