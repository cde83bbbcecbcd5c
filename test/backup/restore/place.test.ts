import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutRestoreIn, type Mark, markFile, markText, restoreIn, socketIn } from '../../../src/backup/restore/place.ts';
import { ProblemError } from '../../../src/model/problem.ts';

/** A restore is never written over anything but its own beginning. */

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'restore-place-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const wish = { environment: 'production', target: 'the latest', id: null };
const mark: Mark = {
  ...{ v: 1, wish, full: '20260301T020000000Z', segments: ['aa'] },
  ...{ run: 'r1', startedAt: '2026-11-22T14:00:00.000Z', finishedAt: null },
};
function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(root, 'd-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

it('begins in a directory that is empty, not there, or holds what a kill left of its mark', async () => {
  expect(await cutRestoreIn(join(root, 'none'), wish)).toBeNull();
  expect(await cutRestoreIn(directoryWith({}), wish)).toBeNull();
  expect(await cutRestoreIn(directoryWith({ 'restore.json.17.0a0b.tmp': '{"v"' }), wish)).toBeNull();
});
it('goes on with the same words', async () => {
  const directory = directoryWith({ 'restore.json': markText(mark), binlogs: '' });
  expect(markFile(directory)).toBe(join(directory, 'restore.json'));
  expect(await cutRestoreIn(directory, wish)).toEqual(mark);
});
it('knows one that is whole, by the same words alone', async () => {
  const whole = { ...mark, finishedAt: mark.startedAt };
  const directory = directoryWith({ 'restore.json': markText(whole) });
  expect(await restoreIn(directory, wish)).toEqual(whole);
  await expect(restoreIn(directory, { ...wish, target: '0-1-7' })).rejects.toThrow(/was finished at/);
});
it.each([
  ['something else', { letter: 'dear' }, 'letter'],
  ['a mark that is none', { 'restore.json': '{}' }, 'restore.json'],
  [
    'other words',
    { 'restore.json': markText({ ...mark, wish: { ...wish, target: '0-1-7' } }) },
    'to 0-1-7 that was cut',
  ],
  ['a whole restore', { 'restore.json': markText({ ...mark, finishedAt: mark.startedAt }) }, 'was finished at'],
])('is refused where there is %s', async (_what, files, found) => {
  const refused = await cutRestoreIn(directoryWith(files), wish).catch((error: unknown) => error);
  expect(refused).toMatchObject({ problems: [{ code: 'restore.not-empty', found: expect.stringContaining(found) }] });
});
it('is refused where no socket can be', () => {
  expect(socketIn('/srv/restored')).toBe('/srv/restored/server/run/s');
  expect(() => socketIn(`/${'x'.repeat(120)}`)).toThrow(ProblemError);
});
