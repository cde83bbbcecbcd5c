import { describe, expect, test } from 'vitest';
import { helpOf, helpTable, readComment, usageOf, valueFor } from '../../src/chatops/index.ts';
import { COMMANDS } from '../support/chat/commands.ts';

const read = (body: string) => {
  const said = readComment(body, COMMANDS);
  if (said === undefined) return undefined;
  if (!said.ok) return said.problems.map(({ code, remedy }) => `${code}: ${remedy}`);
  return [said.value.command.name, ...[...said.value.values].map(([name, values]) => `${name}=${values.join('+')}`)];
};

describe('what a comment says', () => {
  test.each([
    ['/deploy staging', ['deploy', 'environment=staging']],
    [
      '/deploy production --commit c0ffee00c0ffee --reason "faster search"',
      ['deploy', 'commit=c0ffee00c0ffee', 'reason=faster search', 'environment=production'],
    ],
    ['/deploy --reason=-x staging', ['deploy', 'reason=-x', 'environment=staging']],
    ['/deploy staging --reason --config', ['deploy', 'reason=--config', 'environment=staging']],
    ['/promote --to production --commit 0123456789ab', ['promote', 'to=production', 'commit=0123456789ab']],
    ['/rollback production --reason "checkout fails"', ['rollback', 'reason=checkout fails', 'environment=production']],
    ['/rollout abort production --reason x', ['rollout abort', 'reason=x', 'run=production']],
    [
      '/gate fill r g --item a=1 --item "b=two words" --asked 0011223344556677',
      ['gate fill', 'item=a=1+b=two words', 'asked=0011223344556677', 'run=r', 'gate=g'],
    ],
    ['/gate approve r g --asked 0011223344556677', ['gate approve', 'asked=0011223344556677', 'run=r', 'gate=g']],
    ['/lock production --reason "by hand"', ['lock', 'reason=by hand', 'environment=production']],
    ['/unlock production --reason done', ['unlock', 'reason=done', 'environment=production']],
    ['/status production', ['status', 'environment=production']],
    ['/why production', ['why', 'run=production']],
    ['/help', ['help']],
    ['/help deploy', ['help', 'command=deploy']],
  ])('%s', (body, expected) => {
    expect(read(body)).toEqual(expected);
  });

  test.each([
    ['a command of another program', '/lgtm'],
    ['talk', 'deploy it, please'],
    ['a short word that is near to everything', '/cc @anna'],
  ])('nothing of ours: %s', (_name, body) => {
    expect(read(body)).toBeUndefined();
  });

  test.each([
    ['/depoly staging', 'chat.unknown-command: did you mean /deploy?'],
    ['/rollout stop production', 'chat.unknown-command: '],
    ['/gate', 'chat.unknown-command: '],
    ['/gate aprove r g', 'chat.unknown-command: did you mean /gate approve?'],
    ['/deploy', 'chat.wrong-value: write `/deploy <environment>'],
    ['/deploy staging production', 'chat.too-many-words: put a text of several words into quotes'],
    ['/deploy staging --raeson x', 'chat.unknown-option: did you mean --reason?'],
    ['/deploy staging --reason', 'chat.wrong-value: '],
    ['/deploy staging --reason a --reason b', 'chat.wrong-value: '],
    ['/deploy staging --reason " "', 'chat.wrong-value: '],
    ['/deploy staging --commit c0ffee', 'chat.wrong-value: '],
    ['/deploy staging --commit C0FFEE00C0FFEE00', 'chat.wrong-value: '],
    ['/deploy staging --commit main', 'chat.wrong-value: '],
    ['/rollback production', 'chat.wrong-value: '],
    ['/promote --to production', 'chat.wrong-value: '],
    ['/gate approve r g', 'chat.wrong-value: '],
    ['/deploy -f staging', 'chat.unknown-option: '],
    // What belongs to a machine is not open, whatever it is called.
    ['/deploy staging --config x', 'chat.unknown-option: '],
    ['/deploy staging --state x', 'chat.unknown-option: '],
    ['/deploy staging --sign-key x', 'chat.unknown-option: '],
    ['/deploy staging --as ben', 'chat.unknown-option: '],
    ['/deploy staging --break-glass x', 'chat.unknown-option: '],
    ['/deploy staging --allow-dirty', 'chat.unknown-option: '],
    ['/gate fill r g --signature x', 'chat.unknown-option: '],
    ['/gate override r g --reason x', 'chat.unknown-command: '],
  ])('refused: %s', (body, expected) => {
    expect(read(body)?.[0]).toContain(expected);
  });
});

test('help comes from the commands themselves', () => {
  const table = helpTable(COMMANDS);
  for (const command of COMMANDS) expect(table).toContain(`| \`${usageOf(command)}\` | ${command.summary} |`);
  const deploy = COMMANDS.find(({ name }) => name === 'deploy');
  expect(deploy === undefined ? '' : helpOf(deploy)).toContain('| `--commit` (optional) | first digits of the commit');
});

test('what a comment may say is a view on the command line', () => {
  expect(COMMANDS.map(({ name, kind }) => `${kind} ${name}`).toSorted()).toEqual(
    [
      'back rollback',
      'changes change close',
      'changes gate approve',
      'changes gate fill',
      'changes lock',
      'changes rollout abort',
      'changes rollout pause',
      'changes rollout resume',
      'changes unlock',
      'forward deploy',
      'forward migrate apply',
      'forward promote',
      'looks change list',
      'looks change show',
      'looks help',
      'looks runbook plan',
      'looks runbook show',
      'looks status',
      'looks why',
      'plans change new',
      'plans migrate plan',
      'plans scan',
      'runs runbook run',
      'changes runbook resume',
    ].toSorted(),
  );
});

test('a value is found by its name', () => {
  const said = readComment('/deploy staging --reason x', COMMANDS);
  expect(said?.ok === true ? valueFor(said.value, 'reason') : '').toBe('x');
});
