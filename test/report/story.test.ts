import { expect, test } from 'vitest';
import { lastProblems, storyOf } from '../../src/report/index.ts';
import { CANARY, journal, NOTHING, storyJournal, takenBack, WORSE, wholeStory } from './fixture.ts';

/** What the records of a run say, as a story. */

const story = storyOf(takenBack(storyJournal()).entries);
const step = (path: string) => story.steps.find((one) => one.path === path);

test('a step has its title, its time, its attempts and what it said', () => {
  expect(step(`${CANARY}/install`)).toMatchObject({
    title: 'Install api 2.0.0',
    kind: 'step',
    state: 'done',
    attempts: 1,
    back: false,
  });
  expect(step('release/check')).toMatchObject({ state: 'nothing', note: 'it is as planned' });
  expect(step(`${CANARY}/smoke`)).toMatchObject({ state: 'done', attempts: 2, note: 'answers as said' });
  const migrated = step('release/migrate/0007');
  expect((migrated?.until ?? 0) - (migrated?.from ?? 0)).toBe(1_500);
});

test('a watch counts its looks, a gate says who filled it in, groups are left out', () => {
  expect(step(`${CANARY}/past`)).toMatchObject({ kind: 'watch', state: 'done', looks: 20 });
  expect(step(`${CANARY}/judge-50-percent`)).toMatchObject({ kind: 'watch', state: 'failed', problems: [WORSE] });
  expect(step(`${CANARY}/judge-10-percent/no-verdict#1`)).toMatchObject({
    kind: 'gate',
    state: 'done',
    title: 'No verdict on 2.0.0 at 10 % after 1 min',
    note: 'filled in by bea',
  });
  expect(step(CANARY)).toBeUndefined();
  expect(story.steps.filter(({ back }) => back).map(({ path }) => path.split('/').at(-1))).toEqual([
    'traffic-back',
    'all-traffic-back',
    'stop-candidate',
  ]);
});

test('commands stand with their results, secrets as their references', () => {
  expect(story.commands.map(({ kind, text, result }) => [kind, text, result])).toEqual([
    ['sql', 'ALTER TABLE orders ADD COLUMN note TEXT', '0 rows'],
    ['exec', "tar -xf '/artefacts/api 2.0.0.tar' -C /srv/shop", 'exit 0'],
    ['file', 'write /srv/shop/api/2.0.0/unit.json (2 bytes)', 'done'],
    ['http', 'POST http://127.0.0.1:8080/purge', 'status 204'],
    ['socket', '/run/haproxy.sock: set weight api/2.0.0 25.6', 'accepted'],
    ['socket', '/run/haproxy.sock: set weight api/2.0.0 0', 'accepted'],
  ]);
});

test('a gate has its questions with the answers, who gave them, and whatever else was recorded', () => {
  expect(story.gates).toMatchObject([
    {
      role: 'releaser',
      guard: 'guarded by the guard of 2.0.0',
      passed: true,
      given: [
        {
          by: 'bea',
          host: 'laptop-7',
          answers: [
            { name: 'decision', question: 'What now?', value: 'look-on' },
            { name: 'reason', question: 'Why?', value: 'traffic comes back at nine' },
          ],
          more: [],
        },
      ],
    },
  ]);
});

test('a gate that opens again stands there again, and several persons may fill one in', () => {
  const opened = {
    title: 'Check the first server',
    role: 'operator',
    evidence: [{ kind: 'check', name: 'logs', question: 'Are the logs clean?' }],
    guard: 'nothing is shifted here',
    judged: false,
    planHash: '',
  } as const;
  const given = (by: string) => ({ evidence: { logs: true }, by, host: 'h', planHash: '' });
  const { gates } = storyOf(
    journal()
      .add(0, 'gate.opened', 'a/g', opened)
      .add(1, 'gate.evidence', 'a/g', given('ann'))
      .add(1, 'gate.evidence', 'a/g', given('bea'))
      .add(1, 'step.done', 'a/g', NOTHING)
      .add(1, 'gate.opened', 'a/g', opened).entries,
  );
  expect(gates.map((gate) => [gate.passed, gate.given.map(({ by }) => by)])).toEqual([
    [true, ['ann', 'bea']],
    [false, []],
  ]);
  expect(gates[0]?.given[0]?.answers).toEqual([{ name: 'logs', question: 'Are the logs clean?', value: 'yes' }]);
});

test('whatever else was recorded at the start is told', () => {
  const { more } = storyOf(
    journal().add(0, 'run.started', '', {
      procedure: { id: 'p', title: 'P', version: 1, inputs: {} },
      environment: 'e',
      who: 'w',
      planHash: '',
      outline: {},
      policyCommit: 'f'.repeat(40),
    }).entries,
  );
  expect(more).toEqual([{ name: 'policyCommit', value: 'f'.repeat(40) }]);
});

test('decisions beside the gates are told: an override, a changed procedure, the outcome of a step', () => {
  expect(story.decisions).toMatchObject([
    { kind: 'outcome of a step', by: 'cho', what: 'Install api 2.0.0: applied', why: 'the files are there' },
    { kind: 'changed procedure', by: 'cho', role: 'releaser', why: 'the smoke test was wrong' },
    { kind: 'override', by: 'dan', role: 'incident-lead', why: 'customers cannot pay' },
  ]);
});

test('the time in which nobody worked is known: from the pause to the resume, whatever a person did meanwhile', () => {
  expect(story.pauses).toHaveLength(1);
  const [pause] = story.pauses;
  expect((pause?.until ?? 0) - (pause?.from ?? 0)).toBe(1_805_000);
  expect(story.processes.map(({ text }) => text)).toEqual([
    'started by ann',
    'paused: it waits for a person',
    'resumed by cho; 17 bytes of a record that a crash had cut were left out',
    'ended: rolled-back',
  ]);
});

test('a crash leaves a step that is not finished, its command without a result', () => {
  const crashed = storyOf(
    journal().add(0, 'step.intent', 'a/b', {
      what: 'do',
      effects: [{ kind: 'exec', argv: ['true'], okExitCodes: [0], timeoutMs: 1 }],
      facts: '',
    }).entries,
  );
  expect(crashed.steps).toMatchObject([{ title: 'b', state: 'open' }]);
  expect(crashed.commands).toMatchObject([{ result: 'no result recorded', durationMs: null }]);
});

test('an undo has a line of its own, and what begins again does too', () => {
  const undone = storyOf(
    journal()
      .add(0, 'step.intent', 'a/b', { what: 'do', effects: [], facts: '' })
      .add(1, 'step.done', 'a/b', NOTHING)
      .add(1, 'step.intent', 'a/b', { what: 'undo', effects: [], facts: '' }, 2)
      .add(1, 'step.undone', 'a/b', { by: 'undo', results: [] }, 2)
      .add(1, 'step.intent', 'a/b', { what: 'do', effects: [], facts: '' }, 3)
      .add(1, 'step.done', 'a/b', NOTHING, 3).entries,
  );
  expect(undone.steps.map(({ title, state }) => [title, state])).toEqual([
    ['b', 'done'],
    ['Undo: b', 'undone'],
    ['b', 'done'],
  ]);
});

test('a redacted record is counted, and its step is still there', () => {
  const { entries } = storyJournal();
  const redacted = entries.map(({ record, payload }) =>
    record.node.endsWith('/install') ? { record } : payload === undefined ? { record } : { record, payload },
  );
  const told = storyOf(redacted);
  expect(told.redacted).toBe(2);
  expect(told.steps.find(({ path }) => path.endsWith('/install'))).toMatchObject({ state: 'done', note: 'redacted' });
});

test('the problems of a run are those it ended or paused with', () => {
  expect(lastProblems(takenBack(storyJournal()).entries)).toEqual([WORSE]);
  expect(lastProblems(storyJournal().entries)).toEqual([]);
  expect(lastProblems([])).toEqual([]);
});

test('the course of the same journal: shares, verdicts and evidence', () => {
  const { course } = wholeStory();
  expect(course?.plots.map(({ kind }) => kind)).toEqual(['share', 'load', 'rates', 'evidence', 'evidence']);
  expect(course?.judged.map(({ share, verdict, tone }) => [share, verdict, tone])).toEqual([
    ['10 %', 'asked a person', 'waiting'],
    ['50 %', 'failed', 'bad'],
  ]);
  expect(course?.marks.map(({ label, text }) => `${label} ${text.slice(9, 40)}`)).toEqual([
    '1 10 % asked a person: undecided,',
    '2 50 % failed: errors: 123 bad of',
    '3 the way back began',
  ]);
  expect(course?.cuts).toHaveLength(1);
});

test('an order is a decision of a person; the process goes on', () => {
  const asked = { order: 'o1', by: 'ann', why: 'support asks', host: 'h', person: 'ann', signature: 'SIG' };
  const told = storyOf(
    storyJournal()
      .add(1, 'run.paused', '', { reason: 'asked', problems: [], asked })
      .add(1, 'run.resumed', '', { who: 'ben', planHash: '5'.repeat(64), tornBytes: 0, asked: { ...asked, by: 'ben' } })
      .add(1, 'run.paused', '', { reason: 'aborted', problems: [], asked }).entries,
  );
  expect(told.decisions.slice(-3)).toMatchObject([
    { kind: 'pause', by: 'ann', why: 'support asks', more: [{ name: 'host' }, { name: 'signature', value: 'SIG' }] },
    { kind: 'end of a pause', by: 'ben' },
    { kind: 'abort', by: 'ann' },
  ]);
  expect(told.pauses).toEqual(story.pauses);
  expect(told.processes).toEqual(storyOf(storyJournal().entries).processes);
});
