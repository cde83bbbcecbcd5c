import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { rollout } from '../../actions/rollout/definition.ts';
import { securityScan } from '../../actions/security-scan/definition.ts';
import { actions } from '../../actions/shared/all.ts';
import { fieldsOf, readInputs } from '../../actions/shared/inputs.ts';
import { annotationPlace, codeBlock, plainLines } from '../../actions/shared/words.ts';
import { actionTables, made, withTables } from '../../scripts/action-docs.ts';
import { actionNames } from '../../scripts/bundle.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { SEVERITIES } from '../../src/scan/types.ts';

/** action.yml, what the code reads and writes, and the documents say the same. */

const manifestSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  inputs: z
    .record(
      z.string(),
      z.strictObject({ description: z.string(), required: z.boolean(), default: z.string().optional() }),
    )
    .default({}),
  outputs: z.record(z.string(), z.strictObject({ description: z.string() })),
  runs: z.strictObject({ using: z.literal('node24'), main: z.string(), post: z.string().optional() }),
});

function manifestOf(name: string): z.infer<typeof manifestSchema> {
  return manifestSchema.parse(parse(readFileSync(`actions/${name}/action.yml`, 'utf8')));
}

/** The text of every input as the runner gives it when a caller sets only what is required. */
function given(name: string, overrides: Readonly<Record<string, string>> = {}): (input: string) => string {
  const { inputs } = manifestOf(name);
  return (input) => overrides[input] ?? inputs[input]?.default ?? (inputs[input]?.required === true ? 'given' : '');
}

function problemsIn(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ProblemError)
      return error.problems.map(({ code, where, found, expected }) => `${code} ${where}: ${found}; ${expected}`);
    throw error;
  }
  return [];
}

test('every action has a definition, and what is made from it is as it was made', async () => {
  expect(actions.map(({ name }) => name).toSorted()).toEqual(actionNames);
  for (const [file, text] of await made('.')) expect(readFileSync(file, 'utf8'), file).toBe(text);
});

test.each(actions.map((one) => [one.name, one] as const))('%s: keys, entries and texts', (name, definition) => {
  const { inputs, outputs, runs, description } = manifestOf(name);
  expect(Object.keys(inputs)).toEqual(Object.keys(definition.inputs.shape));
  expect(Object.keys(outputs)).toEqual(Object.keys(definition.outputs));
  expect(runs).toEqual({
    using: 'node24',
    main: `../dist/${name}.js`,
    ...(definition.acts ? { post: '../dist/post.js' } : {}),
  });
  for (const text of [description, ...Object.values({ ...inputs, ...outputs }).map((one) => one.description)])
    expect(text).toMatch(/^\S.{3,}\.$/s);
  // The step that looks after the job finds the run by these two.
  if (definition.acts) expect(Object.keys(inputs)).toEqual(expect.arrayContaining(['config', 'state']));
  const entry = readFileSync(`actions/${name}/index.ts`, 'utf8');
  expect(entry).toContain("from './definition.ts'");
  expect(entry.split('\n').length, 'an entry is thin').toBeLessThan(45);
  // What acts is loaded after the inputs were read, never with the entry.
  const acts = `actions/${name}/act.ts`;
  if (!existsSync(acts)) return;
  expect(entry).toContain("import('./act.ts')");
  expect(readFileSync(acts, 'utf8').split('\n').length, 'what acts calls one function').toBeLessThan(60);
});

test.each(actions.map((one) => [one.name, one] as const))('%s: every input is read, and what it means', (name, one) => {
  const read = new Set<string>();
  const values = readInputs(one.inputs, (input) => {
    read.add(input);
    return given(name)(input);
  });
  expect([...read]).toEqual(Object.keys(one.inputs.shape));
  for (const [input, field] of fieldsOf(one.inputs)) {
    const { example, required, expects } = field;
    // What action.yml gives is what the code takes for nothing.
    if (!required) expect(readInputs(one.inputs, given(name, { [input]: '' }))).toEqual(values);
    expect(problemsIn(() => readInputs(one.inputs, given(name, { [input]: example })))).toEqual([]);
    if (required)
      expect(problemsIn(() => readInputs(one.inputs, given(name, { [input]: '  ' })))).toEqual([
        `cli.action-input input ${input}: nothing; a value`,
      ]);
    if (expects === 'true or false')
      expect(problemsIn(() => readInputs(one.inputs, given(name, { [input]: 'yes please' })))).toEqual([
        `cli.action-input input ${input}: "yes please"; true or false`,
      ]);
  }
});

test('only what is required must be given', () => {
  expect(readInputs(rollout.inputs, given('rollout'))).toEqual({
    environment: 'given',
    config: 'shiplock.yaml',
    state: 'given',
    release: undefined,
    reason: 'release',
    seed: false,
  });
  expect(readInputs(rollout.inputs, given('rollout', { seed: 'TRUE', release: ' 1.2.3 ' }))).toMatchObject({
    seed: true,
    release: '1.2.3',
  });
});

test('severities are those that a finding can have', () => {
  const expects = fieldsOf(securityScan.inputs).get('fail-on')?.expects;
  expect(expects).toBe(`one of ${SEVERITIES.join(', ')}`);
});

test('all that is wrong is said at once', () => {
  expect(problemsIn(() => readInputs(rollout.inputs, (name) => (name === 'seed' ? '1' : '')))).toEqual([
    'cli.action-input input environment: nothing; a value',
    'cli.action-input input state: nothing; a value',
    'cli.action-input input seed: "1"; true or false',
  ]);
});

test('tables name every input and output, and need a place', () => {
  const tables = actionTables(rollout);
  for (const name of [...Object.keys(rollout.inputs.shape), ...Object.keys(rollout.outputs)])
    expect(tables).toContain(`| \`${name}\` |`);
  expect(() => withTables('no place', tables)).toThrow(/the text needs the lines/);
});

test('a problem of a file is annotated at its line', () => {
  const problem = { code: 'config.unknown-key', found: 'x', expected: 'y', remedy: 'z' };
  expect(annotationPlace({ ...problem, where: '/srv/shiplock.yaml:12:5' })).toEqual({
    title: 'config.unknown-key',
    file: '/srv/shiplock.yaml',
    startLine: 12,
    startColumn: 5,
  });
  expect(annotationPlace({ ...problem, where: 'certkeeper 1.0.0 at 10 %' })).toEqual({ title: 'config.unknown-key' });
});

test.each([
  ['plain', 'plain'],
  ['one\n::set-env name=PATH::/tmp', 'one\n| ::set-env name=PATH::/tmp'],
  ['one\r::add-mask::e', 'one\n| ::add-mask::e'],
  ['  ::stop-commands::x\r\nb', '|   ::stop-commands::x\nb'],
  ['##[error]x', '| ##[error]x'],
  ['a :: b', 'a :: b'],
])('no line of %j is an order to the runner', (text, said) => {
  expect(plainLines(text)).toBe(said);
});

test('text cannot leave its block', () => {
  expect(codeBlock('a\n```\n<script>')).toBe('````text\na\n```\n<script>\n````\n');
});
