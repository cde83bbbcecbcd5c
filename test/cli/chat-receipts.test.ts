import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { doOnce } from '../../src/cli/chat/receipts.ts';
import { EXIT } from '../../src/model/exit.ts';
import { ProblemError } from '../../src/model/problem.ts';

let store = '';
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'shiplock-receipts-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const RESULT = { exit: EXIT.done, text: 'locked', json: { waitsFor: [] } };

function counted() {
  const seen = { times: 0 };
  const work = async () => {
    seen.times++;
    return RESULT;
  };
  return { seen, work };
}

describe('what a comment has done', () => {
  test('is done once, and said again', async () => {
    const { seen, work } = counted();
    expect(await doOnce(store, 1, false, work)).toEqual(RESULT);
    expect(await doOnce(store, 1, false, work)).toEqual(RESULT);
    expect(await doOnce(store, 2, false, work)).toEqual(RESULT);
    expect(seen.times).toBe(2);
  });

  test('what was refused was not done: it is asked again', async () => {
    const { seen, work } = counted();
    const refuse = async (): Promise<never> => {
      throw new ProblemError({ code: 'gate.four-eyes', where: '', found: '', expected: '', remedy: '' });
    };
    await expect(doOnce(store, 1, false, refuse)).rejects.toThrow('gate.four-eyes');
    expect(await doOnce(store, 1, false, work)).toEqual(RESULT);
    expect(seen.times).toBe(1);
  });

  test('a job that died in between leaves a question, where a second time is not the same', async () => {
    const { seen, work } = counted();
    await doOnce(store, 1, false, work);
    writeFileSync(join(store, 'chat', '1.json'), '{"state":"begun"}\n');
    await expect(doOnce(store, 1, false, work)).rejects.toThrow('chat.unsure');
    expect(await doOnce(store, 1, true, work)).toEqual(RESULT);
    expect(seen.times).toBe(2);
    expect(JSON.parse(readFileSync(join(store, 'chat', '1.json'), 'utf8'))).toMatchObject({ state: 'done' });
  });
});
