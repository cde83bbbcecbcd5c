import { link, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fileName, hasCode, namesIn, replaceFile, syncDirectory, writeTemporary } from '../procedure/store.ts';
import type { Ended, PastStart, Start } from './decide.ts';

/**
 * What alerts have started, one file for each start in `<state>/alerts/<environment>/`. A start is durable before it is answered or begun, so
 * that limits and cool-downs outlive the process, and what was decided and not begun is begun by the next one.
 */

const startSchema = z.strictObject({
  formatVersion: z.literal(1),
  run: z.string(),
  rule: z.string(),
  alertname: z.string(),
  fingerprint: z.string(),
  startsAt: z.number(),
  runbook: z.string(),
  texts: z.record(z.string(), z.string()),
  at: z.number(),
  ended: z.strictObject({ kind: z.enum(['begun', 'not-begun']), outcome: z.string(), at: z.number() }).nullable(),
});

/** An alert that fires for longer than that and is told again would start once more. */
const KEPT_MS = 30 * 86_400_000;

export interface StartBook {
  /** All that are remembered, oldest first. */
  all(): readonly PastStart[];
  /** Makes a start durable. False: another process has made the same one. */
  begin(start: Start): Promise<boolean>;
  end(run: string, ended: Ended): Promise<void>;
}

/**
 * Reads the book once; from then on this process is the one that writes it.
 * @throws the error of the file system: without the book no limit can be kept, so nothing may be started
 */
export async function openStartBook(store: string, environment: string, now: number): Promise<StartBook> {
  const directory = join(store, 'alerts', fileName(environment));
  const pathOf = (run: string): string => join(directory, `${fileName(run)}.json`);
  const starts = new Map<string, PastStart>();
  for (const name of await namesIn(directory)) {
    if (!name.endsWith('.json')) continue;
    const { formatVersion: _, ...start } = startSchema.parse(JSON.parse(await readFile(join(directory, name), 'utf8')));
    if (start.ended !== null && now - start.ended.at > KEPT_MS) await rm(join(directory, name), { force: true });
    else starts.set(start.run, start);
  }
  const write = async (start: PastStart): Promise<void> => {
    await replaceFile(pathOf(start.run), textOf(start));
    starts.set(start.run, start);
  };
  return {
    all: () => [...starts.values()].toSorted((a, b) => a.at - b.at),
    async begin(start) {
      const past = { ...start, ended: null };
      // The same alert again, and nothing was begun for it the first time.
      if (starts.get(start.run)?.ended?.kind === 'not-begun') {
        await write(past);
        return true;
      }
      const temporary = await writeTemporary(pathOf(start.run), textOf(past));
      try {
        // Fails where there is one: of two processes one has it.
        await link(temporary, pathOf(start.run));
        await syncDirectory(dirname(temporary));
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false;
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
      starts.set(start.run, past);
      return true;
    },
    async end(run, ended) {
      const start = starts.get(run);
      if (start !== undefined) await write({ ...start, ended });
    },
  };
}

function textOf(start: PastStart): string {
  return `${JSON.stringify({ formatVersion: 1, ...start }, null, 2)}\n`;
}
