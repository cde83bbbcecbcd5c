import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { recordSchema } from '../../src/backup/catalogue/record.ts';
import { drillSchema } from '../../src/backup/drill/record.ts';
import { descriptionSchema } from '../../src/backup/host/description.ts';
import { loadConfig } from '../../src/config/index.ts';
import { unitFileSchema } from '../../src/config/unit-schema.ts';
import { findingSchema } from '../../src/model/finding.ts';
import { anchorSchema, journalRecordSchema, leaseSchema } from '../../src/model/journal.ts';
import { ledgerSchema } from '../../src/model/ledger.ts';
import { releaseNotesSchema } from '../../src/model/notes.ts';
import { orderSchema } from '../../src/model/order.ts';
import { problemSchema } from '../../src/model/problem.ts';
import { quarantineSchema } from '../../src/model/quarantine.ts';
import { releaseSchema } from '../../src/model/release.ts';
import { unitReleaseSchema } from '../../src/model/unit.ts';
import { readJournal, verifyReading } from '../../src/procedure/journal/read.ts';
import { payloadSchema } from '../../src/procedure/journal/records.ts';
import { storedPlanSchema } from '../../src/release/run/stored-plan.ts';
import { scanRecordSchema } from '../../src/scan/record.ts';

const GOLDEN = 'docs/formats/golden';
const ajv = new Ajv2020({ strict: false });

function published(name: string): (value: unknown) => boolean {
  const schema: object = JSON.parse(readFileSync(`docs/formats/${name}.schema.json`, 'utf8'));
  const validate = ajv.compile(schema);
  return (value) => validate(value) === true;
}

function golden(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${GOLDEN}/${name}.json`, 'utf8'));
}

const FORMATS: readonly (readonly [string, z.ZodType])[] = [
  ['anchor', anchorSchema],
  ['lease', leaseSchema],
  ['release', releaseSchema],
  ['shiplock.unit', unitFileSchema],
  ['unit-release', unitReleaseSchema],
  ['ledger', ledgerSchema],
  ['order', orderSchema],
  ['quarantine', quarantineSchema],
  ['plan', storedPlanSchema],
  ['problem', problemSchema],
  ['finding', findingSchema],
  ['release-notes', releaseNotesSchema],
  ['backup', recordSchema],
  ['host', descriptionSchema],
  ['drill', drillSchema],
  ['scan', scanRecordSchema],
];

describe.each(FORMATS)('%s', (name, schema) => {
  const value = golden(name);
  const valid = published(name);

  test('its golden file is accepted by the code and by the published schema', () => {
    expect(schema.parse(value)).toEqual(value);
    expect(valid(value)).toBe(true);
  });

  test('an unknown key, and each missing key that must be there, is refused by both', () => {
    expect(schema.safeParse({ ...value, surprise: 1 }).success).toBe(false);
    expect(valid({ ...value, surprise: 1 })).toBe(false);
    for (const key of Object.keys(value)) {
      const { [key]: _, ...rest } = value;
      expect(valid(rest), `${name} without ${key}`).toBe(schema.safeParse(rest).success);
    }
  });
});

describe('journal', () => {
  const text = readFileSync(`${GOLDEN}/journal.jsonl`, 'utf8');
  const payloads = readFileSync(`${GOLDEN}/payloads.jsonl`, 'utf8');
  const records: unknown[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

  test('every line is accepted by the code and by the published schema', () => {
    const valid = published('journal');
    for (const record of records) {
      expect(journalRecordSchema.parse(record)).toEqual(record);
      expect(valid(record)).toBe(true);
    }
  });

  test('an unknown version is refused by both', () => {
    const next = Object.assign({}, records[0], { v: 2 });
    expect(journalRecordSchema.safeParse(next).success).toBe(false);
    expect(published('journal')(next)).toBe(false);
  });

  test('its chain holds, its payloads fit, and it ends at the golden anchor', () => {
    const anchor = anchorSchema.parse(golden('anchor'));
    const written = { journal: text, payloads, tornBytes: 0 };
    const reading = readJournal(anchor.run, written);
    expect(reading.broken).toBeUndefined();
    expect(reading.anchor).toEqual(anchor);
    expect(verifyReading(written, reading, anchor)).toMatchObject({ state: 'intact', count: records.length });
    for (const { record, payload } of reading.entries) {
      if (payload.kind === 'redacted') continue;
      expect(payloadSchema.safeParse({ type: record.type, data: payload.data }).success, record.type).toBe(true);
    }
  });
});

test('the golden shiplock.yaml is accepted by the loader and by the published schema', () => {
  const text = readFileSync(`${GOLDEN}/shiplock.json`, 'utf8');
  expect(loadConfig(text, { file: 'shiplock.json' })).toMatchObject({ ok: true });
  expect(published('shiplock')(JSON.parse(text))).toBe(true);
});
