import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CountsLog, countsLog } from '../../src/traffic/nginx/counts-log.ts';

let dir = '';
let path = '';
let old = '';
let log: CountsLog;
let written = false;
const isWritten = async (): Promise<boolean> => written;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'counts-'));
  path = join(dir, 'counts.log');
  old = join(dir, 'counts.log.1');
  written = false;
  log = countsLog(path, old, isWritten);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const seen = async (reader = log): Promise<unknown> => Object.fromEntries((await reader.read()).counts);

describe('the log of counts', () => {
  it('is counted line by line, each once, a line that is not finished later', async () => {
    await writeFile(path, 'a\na\nb\nhal');
    expect(await seen()).toEqual({ a: 2, b: 1 });
    await appendFile(path, 'f\na\n');
    expect(await seen()).toEqual({ a: 3, b: 1, half: 1 });
    expect(await Promise.all([seen(), seen()])).toEqual(Array(2).fill({ a: 3, b: 1, half: 1 }));
  });

  it('says the same to a reader that begins later', async () => {
    await writeFile(path, 'a\nb\n');
    await log.read();
    await appendFile(path, 'a\n');
    expect(await countsLog(path, old, isWritten).read()).toEqual(await log.read());
  });

  it('loses nothing in a rotation: the old file is read to its end, then the new one begins at 0 by another name', async () => {
    await writeFile(path, 'a\n');
    const before = await log.read();
    await appendFile(path, 'a\n');
    await rename(path, old);
    await writeFile(path, 'b\n');
    // A worker that has not opened the new file yet.
    const first = await log.read();
    expect(first).toEqual({ file: before.file, counts: new Map([['a', 2]]) });
    await appendFile(old, 'a\n');
    expect(await log.read()).toEqual({ file: before.file, counts: new Map([['a', 3]]) });
    written = true;
    expect(await log.read()).toEqual({ file: before.file, counts: new Map([['a', 3]]) });
    written = false;
    const after = await log.read();
    expect(after.counts).toEqual(new Map([['b', 1]]));
    expect(after.file).not.toBe(before.file);
  });

  it('goes on after a rotation to a name that nobody told it', async () => {
    await writeFile(path, 'a\n');
    await log.read();
    await rename(path, join(dir, 'elsewhere'));
    await writeFile(path, 'b\n');
    expect(await seen()).toEqual({ b: 1 });
  });

  it('begins at 0 after it was cut short', async () => {
    await writeFile(path, 'a\na\na\n');
    await log.read();
    await copyFile(path, old);
    await truncate(path);
    await appendFile(path, 'b\n');
    expect(await seen()).toEqual({ b: 1 });
  });

  it('is read in pieces, and its memory does not grow with it', async () => {
    const line = '1.0.0 127.0.0.1:3001 200\n';
    await writeFile(path, line.repeat(400_000));
    const before = process.memoryUsage().rss;
    const began = performance.now();
    expect(await seen()).toEqual({ [line.trim()]: 400_000 });
    console.log(`10 MB in ${(performance.now() - began).toFixed(0)} ms`);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    await writeFile(path, `${'x'.repeat(600_000)}\n${line}`);
    expect(await seen()).toMatchObject({ [line.trim()]: 1 });
    await writeFile(path, Array.from({ length: 20_000 }, (_, n) => `${n}\n`).join(''));
    expect((await log.read()).counts.size).toBeLessThanOrEqual(10_000);
  });

  it('is refused in words when it is not there', async () => {
    await expect(log.read()).rejects.toThrow('ENOENT');
    await writeFile(path, 'a\n');
    expect(await seen()).toEqual({ a: 1 });
  });
});
