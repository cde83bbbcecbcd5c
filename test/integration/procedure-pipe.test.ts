import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipeCommands } from '../../src/procedure/machine/pipe.ts';

/** Real commands: what goes by is the same on both ends, and a part never looks like the whole. */

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-pipe-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const signal = (): AbortSignal => new AbortController().signal;
const sh = (script: string, ...words: readonly string[]) => ({ argv: ['sh', '-c', script, 'sh', ...words] });
/** Writes what it has been given only once its input is over, as restic does. */
const keeps = (file: string) => sh('cat > "$1.part" && mv "$1.part" "$1" && echo kept', file);
const there = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);

describe('a pipe', () => {
  it('carries everything, and tells how both ended', async () => {
    const file = join(dir, 'whole');
    const hash = createHash('sha256');
    const piped = await pipeCommands({
      from: sh('head -c 3000000 /dev/zero | tr "\\0" x; echo said >&2'),
      to: keeps(file),
      onChunk: (chunk) => void hash.update(chunk),
      signal: signal(),
    });
    expect(piped).toEqual({
      from: { exitCode: 0, stderr: 'said\n' },
      to: { exitCode: 0, stderr: '', stdout: 'kept\n' },
    });
    const bytes = await readFile(file);
    expect(bytes.length).toBe(3_000_000);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash.digest('hex'));
  });

  it('never lets a part be taken for the whole', async () => {
    const file = join(dir, 'part');
    const refused = pipeCommands({
      from: sh('echo half; exit 3'),
      to: keeps(file),
      allow: ({ exitCode }) => {
        throw new Error(`ended with ${exitCode}`);
      },
      signal: signal(),
    });
    await expect(refused).rejects.toThrow('ended with 3');
    expect(await there(file)).toBeNull();
    expect(await there(`${file}.part`)).not.toBeNull();
  });

  it('blames the one that takes no more, not the one that nobody listens to', async () => {
    const piped = await pipeCommands({
      from: sh('yes | head -c 50000000'),
      to: sh('head -c 10 > /dev/null; echo full >&2; exit 0'),
      allow: () => {
        throw new Error('not asked');
      },
      signal: signal(),
    });
    expect(piped.to).toMatchObject({ exitCode: 1, stderr: 'full\n' });
  });

  it('ends both when it is stopped, and the second one learns of no end', async () => {
    const stop = new AbortController();
    const file = join(dir, 'stopped');
    const stopped = pipeCommands({
      from: sh('echo begin; sleep 60'),
      to: keeps(file),
      onChunk: () => stop.abort(new Error('enough')),
      signal: stop.signal,
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(await there(file)).toBeNull();
  });

  it('says when there is no such command', async () => {
    const { from, to } = await pipeCommands({
      from: { argv: [join(dir, 'nothing')] },
      to: keeps(join(dir, 'x')),
      signal: signal(),
    });
    expect([from.exitCode, to?.exitCode]).toEqual([127, 0]);
    expect(
      (await pipeCommands({ from: sh('echo a'), to: { argv: [join(dir, 'nothing')] }, signal: signal() })).to?.exitCode,
    ).toBe(127);
  });
});
