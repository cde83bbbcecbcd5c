import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { anchorSchema } from '../../src/model/journal.ts';
import { readJournal, verifyReading } from '../../src/procedure/journal/read.ts';
import { payloadSchema } from '../../src/procedure/journal/records.ts';
import { foldState } from '../../src/procedure/journal/state.ts';

/** The published example stays readable by every later version. */
test('the golden journal verifies against its anchor, every payload is understood, and it folds to a finished run', () => {
  const golden = (name: string): string =>
    readFileSync(new URL(`../../docs/formats/golden/${name}`, import.meta.url), 'utf8');
  const anchor = anchorSchema.parse(JSON.parse(golden('anchor.json')));
  const text = { journal: golden('journal.jsonl'), payloads: golden('payloads.jsonl'), tornBytes: 0 };
  const reading = readJournal(anchor.run, text);
  expect(verifyReading(text, reading, anchor)).toMatchObject({ state: 'intact', count: anchor.count });
  for (const { record, payload } of reading.entries) {
    if (payload.kind === 'data') payloadSchema.parse({ type: record.type, data: payload.data });
  }
  const state = foldState(anchor.run, reading.entries);
  expect(state.status).toBe('finished');
  expect(state.started?.environment).toBe('production');
});
