import { describe, expect, test } from 'vitest';
import { answerText, readComment } from '../../src/chatops/index.ts';
import { argvOf, sharedCommands } from '../../src/cli/chat/view.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { clean } from '../../src/model/text.ts';
import { COMMANDS } from '../support/chat/commands.ts';
import { HOSTILE } from '../support/chat/hostile.ts';
import { terminal } from '../support/terminal.ts';

/** What people write stays what they wrote: a value of one parameter, a text in a block of code. */

const shared = sharedCommands(buildProgram(terminal(), () => undefined));

/** The comment in a shell that a person of good will would write: the text in quotes. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** What commander makes of the words, without doing it. */
async function parsed(
  argv: readonly string[],
): Promise<{ readonly args: readonly string[]; readonly options: object }> {
  let seen: { args: readonly string[]; options: object } = { args: [], options: {} };
  const program = buildProgram(terminal(), () => undefined);
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
  }
  command.action(() => {
    seen = { args: command.args, options: command.opts() };
  });
  await program.parseAsync([...argv], { from: 'user' });
  return seen;
}

test('the corpus', () => {
  expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(100);
});

describe('a value never becomes anything else', () => {
  test.each(HOSTILE.map((text) => [text]))('as a reason: %j', async (text) => {
    const said = readComment(`/rollback production --reason ${quoted(text)}`, COMMANDS);
    if (said?.ok !== true) {
      expect(said?.problems[0]?.code).toMatch(
        /^chat\.(unseen-character|wrong-value|several-commands|open-quote|too-long)$/,
      );
      return;
    }
    const command = shared.find(({ name }) => name === 'rollback');
    const argv = command === undefined ? [] : argvOf(command, said.value.values);
    expect(argv).toEqual(['rollback', `--reason=${text.replaceAll('\t', ' ')}`, 'production']);
    const { args, options } = await parsed(argv);
    expect(args).toEqual(['production']);
    expect(options).toEqual({ reason: text });
  });

  test.each(HOSTILE.map((text) => [text]))('bare, as an environment, an option, a commit: %j', (text) => {
    for (const body of [
      `/deploy ${text}`,
      `/deploy ${quoted(text)}`,
      `/deploy staging ${text}`,
      `/deploy staging --commit ${quoted(text)}`,
      `/${text}`,
    ]) {
      const said = readComment(body, COMMANDS);
      if (said?.ok !== true) continue;
      const open = new Set(['environment', 'commit', 'release', 'reason', 'command']);
      expect([...said.value.values.keys()].filter((name) => !open.has(name))).toEqual([]);
      // An environment that is none is refused by its name, before anything is asked of it; an option it can never be.
      expect(said.value.values.get('environment')?.[0] ?? '').not.toMatch(/^-/);
      expect(said.value.values.get('commit')?.[0] ?? 'c0ffee00c0ff').toMatch(/^[0-9a-f]{12,64}$/);
    }
  });
});

test('what is answered holds it as a text: every line of it lies in a block that it cannot end', () => {
  for (const text of HOSTILE) {
    const problem = { code: 'chat.x', where: text, found: text, expected: text, remedy: text };
    const answer = answerText(`/deploy ${text}`, { kind: 'refused', problems: [problem] });
    const lines = answer.split('\n');
    const [open = '', ...rest] = lines.slice(2);
    const fence = /^`{3,}/.exec(open)?.[0] ?? '';
    expect(fence.length).toBeGreaterThanOrEqual(3);
    expect(rest.indexOf(fence), JSON.stringify(text)).toBe(rest.length - 1);
    // The line above holds the command in a span whose fence does not occur inside.
    const [, ticks = '', inside = ''] = /: (`+)(.*)\1$/.exec(lines[0] ?? '') ?? [];
    expect(ticks).not.toBe('');
    expect((inside.match(/`+/g) ?? []).some((run) => run === ticks)).toBe(false);
    // Nothing in it that a reader takes for an order, besides the ends of its lines.
    const flat = answer.replaceAll('\n', ' ');
    expect(clean(flat), JSON.stringify(text)).toBe(flat);
  }
});

test('an answer that is too long is cut where nothing stays open', () => {
  const problem = { code: 'chat.x', where: 'w', found: `${'x\n'.repeat(900)}`, expected: 'e', remedy: 'r' };
  const answer = answerText('/x', { kind: 'refused', problems: Array.from({ length: 60 }, () => problem) });
  expect(answer.length).toBeLessThan(65_536);
  expect(answer.split('\n').filter((line) => line === '```').length % 2).toBe(1);
});
