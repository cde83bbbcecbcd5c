import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findRunbook } from '../../src/cli/runbook/registry.ts';
import { ownUsage } from '../../src/cli/runbook/texts.ts';
import { askMissing, readOwnWords, readWords } from '../../src/cli/runbook/words.ts';
import { problemsOf } from '../../src/model/problem.ts';
import { terminal } from '../support/terminal.ts';

const { runbook } = await findRunbook('system-start', null);
const HELP = 'see it';

function refused(work: () => unknown): string {
  try {
    work();
    return 'accepted';
  } catch (error) {
    const [problem] = problemsOf(error, '');
    return `${problem?.found}; ${problem?.remedy}`;
  }
}

test('inputs are given as options, as pairs, or both', () => {
  expect(readWords(runbook, ['production', '--reason', 'a=b'], ['service=api'], HELP)).toEqual({
    environment: 'production',
    texts: { reason: 'a=b', service: 'api' },
  });
  expect(readWords(runbook, ['--environment', 'production', '--input', 'reason=x y'], [], HELP)).toEqual({
    environment: 'production',
    texts: { reason: 'x y' },
  });
});

test.each([
  [['--reasn', 'x'], "Unknown option '--reasn'; did you mean --reason? Otherwise see `see it`"],
  [['--reason', 'x', '--input', 'reason=y'], '--reason twice; see `see it`'],
  [['--input', 'serice=y'], '--input serice=y; did you mean service? Otherwise see `see it`'],
  [['--input', 'reason'], '--input reason; see `see it`'],
  [['one', 'two'], '2 environments: one, two; see `see it`'],
  [['one', '--environment', 'two'], '2 environments: two, one; see `see it`'],
] as const)('%j', (argv, words) => {
  expect(refused(() => readWords(runbook, argv, [], HELP))).toBe(words);
});

test('started by its file it has the options of every door', () => {
  const argv = ['production', '--reason', 'x', '--plan', '--state', '/s', '--as', 'ann', '--json'];
  expect(readOwnWords(runbook, argv, HELP)).toMatchObject({
    ...{ environment: 'production', mode: 'plan', help: false },
    options: { state: '/s', as: 'ann', json: true },
  });
  expect(readOwnWords(runbook, ['-h'], HELP).help).toBe(true);
  expect(ownUsage(runbook, 'node system-start.ts')).toContain(
    '$ node system-start.ts production --reason "power is back" --plan',
  );
});

describe('what is missing', () => {
  const missing = { environment: undefined, texts: {} };

  test('is asked for at a terminal, again until it fits', async () => {
    const io = { ...terminal({}, 'production\nno\npower is back\n'), asks: true };
    expect(await askMissing(io, runbook, missing, HELP)).toEqual({
      environment: 'production',
      texts: { reason: 'power is back' },
    });
    expect(io.written.err).toContain('a text of at least 3 characters');
  });

  test('stays missing where nobody sits', async () => {
    await expect(askMissing(terminal(), runbook, missing, HELP)).rejects.toThrow('no environment');
    const words = { environment: 'production', texts: {} };
    expect(await askMissing(terminal(), runbook, words, HELP)).toEqual(words);
  });
});

describe('what a comment may name', () => {
  const found = (name: string, directory = '/nowhere') =>
    findRunbook(name, { directory, env: {}, byComment: true }).then(
      ({ runbook: { id } }) => id,
      (error: unknown) => problemsOf(error, '')[0]?.code,
    );

  test('those of this program; one that has a command of its own is asked for by that', async () => {
    expect(await found('system-stop')).toBe('system-stop');
    expect(await found('rollback')).toBe('runbook.has-command');
    expect(await found('sytem-stop')).toBe('cli.unknown-runbook');
  });

  test('none of the service, whose file is not even loaded', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'shiplock-comment-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'warm.mjs'), "throw new Error('it was loaded');\n");
    expect(await found('warm', directory)).toBe('runbook.from-comment');
  });
});
