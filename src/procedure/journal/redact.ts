import { rm } from 'node:fs/promises';
import type { Clock } from '../../model/ports.ts';
import { bad, ok, type Result } from '../../model/problem.ts';
import { systemClock, timestamp } from '../machine/clock.ts';
import { replaceFile, runPaths } from '../store.ts';
import { canonical, sha256 } from './canonical.ts';
import { noJournal } from './journal.ts';
import { readJournal, readJournalText } from './read.ts';

/**
 * Takes the payload of one record out of a run (personal data, a secret that slipped through). The chain holds only digests of
 * salted payloads and stays valid; `verify` names the records whose payload is gone, and who took it out why. Not while the run is at work.
 */
export async function redactPayload(
  store: string,
  run: string,
  seq: number,
  by: string,
  reason: string,
  clock: Clock = systemClock,
): Promise<Result<null>> {
  const paths = runPaths(store, run);
  const text = await readJournalText(paths);
  if (text === undefined) return bad(...noJournal(run).problems);
  const entry = readJournal(run, text).entries[seq];
  if (entry === undefined) {
    return bad({
      code: 'journal.no-record',
      where: `run ${run}`,
      found: `no record ${seq}`,
      expected: 'the number of a record',
      remedy: `\`shiplock journal show ${run}\` prints them`,
    });
  }
  const digest = entry.record.payloadDigest;
  const kept = text.payloads.split('\n').filter((line) => line !== '' && sha256(line) !== digest);
  const mark = canonical({ redacted: digest, by, reason, time: timestamp(clock) });
  await replaceFile(paths.payloads, `${[...kept, mark].join('\n')}\n`);
  // What other machines have is not what is here any more: it counts as not copied until it is.
  await rm(paths.copied, { force: true });
  return ok(null);
}
