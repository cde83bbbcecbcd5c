import { describe, expect, test } from 'vitest';
import { commandLine, LONGEST_LINE, wordsOf } from '../../src/chatops/line.ts';

const KNOWN = ['deploy', 'rollback', 'status'];
const lineOf = (body: string) => {
  const found = commandLine(body, KNOWN);
  if (found === undefined) return undefined;
  return found.ok ? found.value : found.problems[0]?.code;
};
const words = (line: string) => {
  const found = wordsOf(line);
  return found.ok ? found.value : found.problems[0]?.code;
};

describe('the command in a comment', () => {
  test.each([
    ['its first line', '/deploy staging\nplease', '/deploy staging'],
    ['after blank lines, with line ends of Windows', '\r\n  \r\n/deploy staging  \r\nthanks', '/deploy staging'],
    ['nothing in an empty comment', ' \n\n', undefined],
    ['not a later line', 'please\n/deploy staging', undefined],
    ['not after a space: that is how code is quoted', '    /deploy staging', undefined],
    ['not what is quoted', '> /deploy staging\n\nwhy did you?', undefined],
    ['not in a block of code', '```\n/deploy staging\n```', undefined],
    ['not a path', '/Users/anna', undefined],
    ['not a second command', '/deploy staging\n/rollback production', 'chat.several-commands'],
    ['nor the same again', '/deploy staging\n\n/deploy staging', 'chat.several-commands'],
    ['but a quoted second one is talk', '/deploy staging\n> /rollback production', '/deploy staging'],
    ['and so is one in code', '/deploy staging\n```sh\n/rollback production\n```\n', '/deploy staging'],
    ['a fence that is not closed hides the rest', '/deploy staging\n~~~\n/rollback x', '/deploy staging'],
    ['a fence is closed by one as long', '/deploy a\n````\n```\n````\n/rollback x', 'chat.several-commands'],
    ['a command of somebody else below is talk', '/deploy staging\n/lgtm', '/deploy staging'],
  ])('%s', (_name, body, expected) => {
    expect(lineOf(body)).toBe(expected);
  });
});

describe('words', () => {
  test.each([
    ['/deploy staging --reason "two words"', ['/deploy', 'staging', '--reason', 'two words']],
    ["/deploy a --reason='it''s'", ['/deploy', 'a', '--reason=its']],
    ['/x "a \\"b\\" \\\\ c"', ['/x', 'a "b" \\ c']],
    ["/x 'a \\ b'", ['/x', 'a \\ b']],
    ['/x\ta  b', ['/x', 'a', 'b']],
    ['/x ""', ['/x', '']],
    [
      '/x $(id) `id` ${{ secrets.X }} ; rm -rf / | a > b & *',
      ['/x', '$(id)', '`id`', '${{', 'secrets.X', '}}', ';', 'rm', '-rf', '/', '|', 'a', '>', 'b', '&', '*'],
    ],
    ['/x "open', 'chat.open-quote'],
    ["/x it's", 'chat.open-quote'],
    ['/x “curved”', 'chat.open-quote'],
    ['/x "bad \\n escape"', 'chat.open-quote'],
    ['/x a\u0000b', 'chat.unseen-character'],
    ['/x a\u001b[31m', 'chat.unseen-character'],
    ['/x \u202eproduction', 'chat.unseen-character'],
    ['/x a\u200bb', 'chat.unseen-character'],
    ['/x a\u00a0b', 'chat.unseen-character'],
    ['/x \ud800', 'chat.unseen-character'],
    [`/x ${'a'.repeat(LONGEST_LINE)}`, 'chat.too-long'],
    [`/x ${'a '.repeat(60)}`, 'chat.too-long'],
  ])('%j', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });
});
