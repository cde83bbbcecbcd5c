import { expect, test } from 'vitest';
import { checkConfirmed, readValues } from '../../actions/runbook/values.ts';
import { outcomeSentence } from '../../src/cli/runbook/texts.ts';
import { EXIT } from '../../src/model/exit.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { optionalText, text } from '../../src/release/runbook/index.ts';

/** What a job may say to a runbook, and how it is read. */

const restart = {
  id: 'restart',
  inputs: [
    text({ name: 'reason', question: 'Why?' }),
    text({ name: 'service', question: 'Which?' }),
    optionalText({ name: 'host', question: 'Where?' }),
  ],
};

function refused(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ProblemError)
      return error.problems.map(({ code, where, found, expected, remedy }) =>
        [`${code} ${where}: ${found}`, expected, remedy].join('; '),
      );
    throw error;
  }
  return [];
}

test.each([
  [undefined, {}],
  ['', {}],
  ['service=api', { service: 'api' }],
  ['service=api reason="memory grows"', { service: 'api', reason: 'memory grows' }],
  ['\n reason=\'it says "no"\'\r\n\r\n\tservice=api\n', { reason: 'it says "no"', service: 'api' }],
  ['reason=a=b host=', { reason: 'a=b', host: '' }],
  // No shell has a part in it, and no name of an object means anything.
  ['reason="$(id) `id` ; rm -rf $HOME"', { reason: '$(id) `id` ; rm -rf $HOME' }],
])('%j', (given, values) => {
  expect(readValues(restart, given)).toEqual(values);
});

test('all that is wrong is said at once', () => {
  const pair = 'name=text; put a text of several words into quotes: reason="two words"';
  expect(refused(() => readValues(restart, 'api servce=api --reason=x\nservice=a service=b'))).toEqual([
    `cli.action-input input values: "api"; ${pair}`,
    'cli.action-input input values: servce; one of reason, service, host; did you mean service?',
    `cli.action-input input values: "--reason=x"; ${pair}`,
    'cli.action-input input values: service twice; each input once; leave one service= out',
  ]);
  expect(refused(() => readValues(restart, 'constructor=x')).join()).toContain('input values: constructor; one of');
  expect(refused(() => readValues({ id: 'look', inputs: [] }, 'a=b')).join()).toContain('nothing: look has no inputs');
});

test('a line that cannot be read is refused, and the place is the input', () => {
  expect(refused(() => readValues(restart, 'reason="open')).join()).toMatch(/^chat\.open-quote input values: /);
  expect(refused(() => readValues(restart, 'reason=a\u202eb')).join()).toMatch(
    /^chat\.unseen-character input values: /,
  );
});

test('what cannot be brought back needs the name of the environment once more', () => {
  const wipe = { id: 'wipe', severity: 'destructive' } as const;
  expect(refused(() => checkConfirmed(wipe, 'production', 'production'))).toEqual([]);
  expect(refused(() => checkConfirmed({ id: 'restart', severity: 'changes' }, 'production', undefined))).toEqual([]);
  for (const [said, found] of [
    [undefined, 'nothing'],
    ['staging', '"staging"'],
    ['yes', '"yes"'],
  ] as const)
    expect(refused(() => checkConfirmed(wipe, 'production', said)).join()).toContain(
      `cli.action-input input confirm: ${found}; production: wipe takes away what cannot be brought back`,
    );
});

test('the sentence of a job says which, where, how and which run', () => {
  const ended = { runbook: 'wipe', environment: 'staging', problems: [], gate: null, report: null } as const;
  expect(outcomeSentence({ ...ended, run: 'r1', outcome: 'waiting', exit: EXIT.waiting })).toBe(
    'wipe of staging waits for a person (run r1)',
  );
  expect(outcomeSentence({ ...ended, run: null, outcome: 'done', exit: EXIT.done })).toBe('wipe of staging is done');
});
