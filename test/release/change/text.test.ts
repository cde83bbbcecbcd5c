import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHANGE_SECTIONS, type ChangeRecord } from '../../../src/model/change.ts';
import { FORM_FIELDS, issueForm, recordTemplate } from '../../../src/release/change/template.ts';
import {
  changeText,
  missingSections,
  readChangeText,
  readSections,
  requestDigest,
  wordsUnder,
} from '../../../src/release/change/text.ts';

/** One list of fields for the file, the form of the forge and the command line; what is written is read again as it was. */

const RECORD: ChangeRecord = {
  head: {
    formatVersion: 1,
    change: 'CHG-20261123-3f2a',
    title: 'Power works: "rack 3"',
    service: 'shop',
    environment: 'production',
    what: {
      kind: 'runbook',
      runbook: 'system-stop',
      inputs: { reason: 'yes', at: '2026-11-23', hex: '0x10', nothing: '' },
    },
    plan: `sha256:${'1'.repeat(64)}`,
    requestedBy: 'anna',
    requestedAt: '2026-11-23T08:00:00.000Z',
    window: { from: '2026-11-28T22:00:00.000Z', until: '2026-11-29T02:00:00.000Z' },
  },
  texts: { why: 'Rack 3 gets new cables.\n\n- one\n- two', impact: 'All.', verification: '---\nIt answers: yes' },
};

const read = (text: string) => readChangeText(text, 'CHG.md');
const codes = (text: string) => {
  const found = read(text);
  return found.ok ? [] : found.problems.map(({ code, where }) => `${code} ${where}`);
};

test('a record is read as it was written, and its digest is that of its words', () => {
  const text = changeText(RECORD);
  const again = read(text);
  expect(again).toEqual({ ok: true, value: RECORD });
  expect(changeText(RECORD)).toBe(text);
  const digest = requestDigest(RECORD);
  const other = (one: Partial<ChangeRecord['head']>) => requestDigest({ ...RECORD, head: { ...RECORD.head, ...one } });
  const closed = { by: 'anna', at: '2026-11-30T08:00:00.000Z', outcome: 'successful', note: 'fine' } as const;
  expect(other({ closed })).toBe(digest);
  expect(other({ title: 'Power' })).not.toBe(digest);
  expect(requestDigest({ ...RECORD, texts: { ...RECORD.texts, why: 'x' } })).not.toBe(digest);
  // How it is laid out plays no part.
  const spaced = read(text.replace('## Impact\n', '\n\n### impact ##\n\n'));
  expect(spaced.ok && requestDigest(spaced.value)).toBe(digest);
});

test('what is wrong with a file is told with its line', () => {
  const text = changeText(RECORD);
  expect(codes('# no front matter\n')).toEqual(['change.unreadable CHG.md']);
  expect(codes(text.replace('title: ', 'titel: '))).toEqual(['change.unreadable CHG.md']);
  expect(codes(text.replace('service: shop', 'service: [shop'))[0]).toMatch(/^change\.unreadable CHG\.md:\d+$/);
  const line = text.split('\n').indexOf('## Impact') + 1;
  expect(codes(text.replace('## Impact', '## Impakt'))).toEqual([`change.unknown-section CHG.md:${line}`]);
  expect(codes(text.replace('## Impact', '## Why'))).toEqual([`change.section-twice CHG.md:${line}`]);
  const near = read(text.replace('## Impact', '## Impakt'));
  expect(near.ok ? '' : near.problems[0]?.remedy).toBe('did you mean Impact?');
});

test('the template holds the sections and nothing else, and nothing of it counts as an answer', () => {
  const found = readSections(recordTemplate(), 'change.md');
  expect(found).toEqual({ ok: true, value: {} });
  const headings = [...recordTemplate().matchAll(/^## (.+)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(CHANGE_SECTIONS.map(({ heading }) => heading));
  expect(missingSections({}).map(({ key }) => key)).toEqual(['why', 'impact', 'verification']);
});

const formSchema = z.looseObject({
  body: z.array(
    z.looseObject({
      type: z.string(),
      id: z.string().optional(),
      attributes: z.looseObject({ label: z.string().optional() }),
      validations: z.looseObject({ required: z.boolean() }).optional(),
    }),
  ),
});

test('the form of the forge asks the same, and an issue made by it is read as it is', () => {
  const { body } = formSchema.parse(parse(issueForm()));
  const fields = body.filter(({ type }) => type !== 'markdown');
  expect(fields.map(({ id, attributes, validations }) => [id, attributes.label, validations?.required])).toEqual([
    ...FORM_FIELDS.map(({ id, heading, required }) => [id, heading, required]),
    ...CHANGE_SECTIONS.map(({ key, heading, required }) => [key, heading, required]),
  ]);
  // As GitHub writes an issue: a heading of three per field, and a word for what was left empty.
  const answers = new Map([
    ['environment', 'production'],
    ['why', 'Because.\r\nReally.'],
  ]);
  const issue = fields
    .map(({ id = '', attributes }) => `### ${attributes.label ?? ''}\r\n\r\n${answers.get(id) ?? '_No response_'}`)
    .join('\r\n\r\n');
  const others = FORM_FIELDS.map(({ heading }) => heading);
  expect(readSections(issue, 'issue.md', 0, others)).toEqual({ ok: true, value: { why: 'Because.\nReally.' } });
  expect(wordsUnder(issue, 'Environment')).toBe('production');
  expect(wordsUnder(issue, 'Window')).toBeUndefined();
});

test('the form that callers copy is the one that is made here', () => {
  const file = new URL('../../../workflows/ISSUE_TEMPLATE/change.yml', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(issueForm());
});
