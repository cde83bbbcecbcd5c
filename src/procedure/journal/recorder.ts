import type { Clock } from '../../model/ports.ts';
import type { SecretsWithMask } from '../api.ts';
import type { LeaseHandle } from '../lease/lease.ts';
import { anchorPath, replaceFile, runPaths } from '../store.ts';
import { toJson } from './canonical.ts';
import { payloadForm } from './form.ts';
import { takeJournal } from './journal.ts';
import type { JournalReading } from './read.ts';
import type { Payload, PayloadOf } from './records.ts';

/** Adds records to the journal of a run from outside its procedure, under a lease. */
export interface Recorder {
  readonly reading: JournalReading;
  record<T extends Payload['type']>(type: T, node: string, attempt: number, data: PayloadOf<T>): Promise<void>;
  close(): Promise<void>;
}

export async function createRecorder(
  run: string,
  options: { readonly store: string; readonly clock: Clock; readonly secrets?: SecretsWithMask },
  lease: LeaseHandle,
): Promise<Recorder> {
  const { store, clock, secrets } = options;
  const { journal, reading } = await takeJournal(
    {
      run,
      paths: runPaths(store, run),
      clock,
      fence: lease.fence,
      mask: (payload, type) => secrets?.maskJson(payload, payloadForm(type)) ?? payload,
    },
    () => lease.ensure(),
  );
  return {
    reading,
    async record(type, node, attempt, data) {
      await journal.append(type, node, attempt, toJson(data));
    },
    async close() {
      const anchor = journal.anchor();
      await journal.close();
      await replaceFile(anchorPath(store, run), `${JSON.stringify(anchor)}\n`);
    },
  };
}
