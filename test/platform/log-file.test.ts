import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logSink } from '../../src/platform/local/log-file.ts';

let dir: string;
let path: string;
const plain = (text: string): string => text;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-log-'));
  path = join(dir, 'a.log');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('what comes in pieces is written in whole lines, characters and secrets uncut', () => {
  const text = 'grüße 世界 token=hunter2hunter2 end\nsecond\nlast without newline';
  const bytes = Buffer.from(text);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
      rmSync(path, { force: true });
      const sink = logSink(path, { maxBytes: 1e6, keep: 1 }, (line) => line.replaceAll('hunter2hunter2', '***'));
      const stream = sink.stream();
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        stream.push(bytes.subarray(at, at + size));
        at += size;
      }
      stream.end();
      sink.close();
      expect(readFileSync(path, 'utf8')).toBe('grüße 世界 token=*** end\nsecond\nlast without newline\n');
      expect(sink.tail()).toEqual(['grüße 世界 token=*** end', 'second', 'last without newline']);
    }),
    { numRuns: 50 },
  );
});

test('rotation: no file over its size, the newest kept, nothing lost among them', () => {
  const sink = logSink(path, { maxBytes: 900, keep: 3 }, plain);
  const stream = sink.stream();
  for (let line = 0; line < 200; line++) stream.push(Buffer.from(`line ${String(line).padStart(4, '0')}\n`));
  sink.close();
  const files = readdirSync(dir).toSorted();
  expect(files).toEqual(['a.log', 'a.log.1', 'a.log.2']);
  for (const file of files) expect(readFileSync(join(dir, file)).length).toBeLessThanOrEqual(900);
  const all = files.toReversed().map((file) => readFileSync(join(dir, file), 'utf8'));
  expect(all.join('').split('\n')).toHaveLength(201);
});

test('the oldest files go, the tail is short, and a new sink goes on where the old one ended', () => {
  for (const part of [0, 1]) {
    const sink = logSink(path, { maxBytes: 200, keep: 2 }, plain);
    const stream = sink.stream();
    for (let line = 0; line < 100; line++) stream.push(Buffer.from(`${part} line ${line}\n`));
    expect(sink.tail()).toHaveLength(20);
    expect(sink.tail().at(-1)).toBe(`${part} line 99`);
    sink.close();
  }
  expect(readdirSync(dir).toSorted()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
});

test('a line without end is cut, so that memory stays bounded', () => {
  const sink = logSink(path, { maxBytes: 1e9, keep: 0 }, plain);
  const stream = sink.stream();
  for (let piece = 0; piece < 40; piece++) stream.push(Buffer.alloc(10_000, 'x'));
  sink.close();
  expect(readFileSync(path).length).toBeGreaterThan(300_000);
  expect(sink.tail().every((line) => line.length <= 500)).toBe(true);
});

test('a place that cannot be written to is counted and does not throw', () => {
  // /dev/full says "no space left on device" at every write.
  const sink = logSink('/dev/full', { maxBytes: 1e6, keep: 1 }, plain);
  sink.stream().push(Buffer.from('lost\n'));
  expect(sink.dropped).toBe(5);
  expect(sink.tail()).toEqual(['lost']);
  sink.close();
});
