import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { RecordType } from '../../src/model/journal.ts';
import type { Json } from '../../src/model/json.ts';
import { canonical, sha256 } from '../../src/procedure/journal/canonical.ts';
import { NO_HEAD, readJournal } from '../../src/procedure/journal/read.ts';
import { runPaths } from '../../src/procedure/store.ts';

/** A record as a forger sees it: what the chain adds is made anew when it is written. */
export interface Forged {
  readonly type: RecordType;
  readonly node: string;
  readonly attempt: number;
  readonly fence: number;
  readonly time: string;
  readonly data: Json;
}

export async function readForged(store: string, run: string): Promise<readonly Forged[]> {
  const paths = runPaths(store, run);
  const [journal, payloads] = await Promise.all([readFile(paths.journal, 'utf8'), readFile(paths.payloads, 'utf8')]);
  return readJournal(run, { journal, payloads, tornBytes: 0 }).entries.map(({ record, payload }) => ({
    type: record.type,
    node: record.node,
    attempt: record.attempt,
    fence: record.fence,
    time: record.time,
    data: payload.kind === 'data' ? payload.data : null,
  }));
}

/** Writes a journal whose chain is whole, whatever it says: what somebody does who can write the state directory. */
export async function writeForged(store: string, run: string, records: readonly Forged[]): Promise<void> {
  const paths = runPaths(store, run);
  let [journal, payloads, prev] = ['', '', NO_HEAD];
  records.forEach(({ type, node, attempt, fence, time, data }, seq) => {
    const payload = canonical({ data, salt: String(seq) });
    const line = canonical({ v: 1, run, seq, time, fence, type, node, attempt, payloadDigest: sha256(payload), prev });
    journal += `${line}\n`;
    payloads += `${payload}\n`;
    prev = sha256(line);
  });
  await mkdir(paths.directory, { recursive: true });
  await writeFile(paths.journal, journal);
  await writeFile(paths.payloads, payloads);
}
