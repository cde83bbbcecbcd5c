import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readInputs } from '../../actions/rollout/inputs.ts';
import { INPUTS, type InputName, OUTPUTS } from '../../actions/rollout/io.ts';
import { annotationPlace, outputsOf } from '../../actions/rollout/outputs.ts';
import { actionTables, parseAction, withTables } from '../../scripts/action-docs.ts';
import { ProblemError } from '../../src/model/problem.ts';

/** action.yml, what the code reads and writes, the workflow that calls it and the README say the same. */

const manifest = parseAction(readFileSync('actions/rollout/action.yml', 'utf8'));
const workflow = z
  .object({
    on: z.object({
      workflow_call: z.object({
        inputs: z.record(z.string(), z.object({ required: z.boolean().optional() })),
        secrets: z.record(z.string(), z.unknown()),
        outputs: z.record(z.string(), z.object({ value: z.string() })),
      }),
    }),
    permissions: z.record(z.string(), z.string()),
    jobs: z.object({
      release: z.object({
        permissions: z.record(z.string(), z.string()),
        outputs: z.record(z.string(), z.string()),
        steps: z.array(
          z.object({ uses: z.string(), id: z.string().optional(), with: z.record(z.string(), z.unknown()) }),
        ),
      }),
    }),
  })
  .parse(parse(readFileSync('.github/workflows/release.yml', 'utf8')));

/** The text of every input as the runner gives it when a caller sets only what is required. */
function given(overrides: Partial<Record<InputName, string>> = {}): (name: InputName) => string {
  return (name) =>
    overrides[name] ?? manifest.inputs[name]?.default ?? (manifest.inputs[name]?.required ? 'given' : '');
}

test('the keys in code are the keys of action.yml', () => {
  expect(Object.keys(manifest.inputs)).toEqual([...INPUTS]);
  expect(Object.keys(manifest.outputs)).toEqual([...OUTPUTS]);
});

test('every input is read, and none besides', () => {
  const read = new Set<InputName>();
  readInputs((name) => {
    read.add(name);
    return given()(name);
  });
  expect([...read].toSorted()).toEqual([...INPUTS].toSorted());
});

test('every output is written, and none besides', () => {
  const outputs = outputsOf({
    service: 'certkeeper',
    environment: 'production',
    version: '1.2.3',
    before: null,
    outcome: 'done',
    sentence: 'it serves',
    run: '20261121-071500-3f2a',
    planHash: 'ab'.repeat(32),
    anchor: { run: '20261121-071500-3f2a', count: 7, head: 'cd'.repeat(32) },
    gate: null,
    problems: [],
  });
  expect(Object.keys(outputs)).toEqual([...OUTPUTS]);
  expect(outputs.anchor).toBe(`7:${'cd'.repeat(32)}`);
});

test('only what is required must be given', () => {
  expect(readInputs(given())).toEqual({
    environment: 'given',
    config: 'shiplock.yaml',
    state: 'given',
    release: undefined,
    reason: 'release',
    seed: false,
  });
});

test.each([
  ['environment', '', /input environment: found nothing; expected a value/],
  ['state', '   ', /input state: found nothing; expected a value/],
  ['config', '', /input config: found nothing/],
  ['seed', 'yes please', /input seed: found "yes please"; expected true or false/],
  ['seed', '', /input seed: found ""; expected true or false/],
] as const)('input %s = %j is refused by name', (name, value, message) => {
  expect(() => readInputs(given({ [name]: value }))).toThrow(message);
  expect(() => readInputs(given({ [name]: value }))).toThrow(ProblemError);
});

test('the workflow hands every input on, to the action of its own commit', () => {
  const { inputs, outputs } = workflow.on.workflow_call;
  const { steps, outputs: jobOutputs } = workflow.jobs.release;
  const action = steps.find((step) => step.id === 'rollout');
  expect(action?.uses).toBe('$/actions/rollout');
  expect(action?.with).toEqual(Object.fromEntries(INPUTS.map((name) => [name, `\${{ inputs.${name} }}`])));
  expect(Object.keys(inputs).toSorted()).toEqual([...INPUTS, 'runner'].toSorted());
  for (const name of INPUTS) expect(inputs[name]?.required ?? false, name).toBe(manifest.inputs[name]?.required);
  for (const name of Object.keys(outputs)) {
    expect([...OUTPUTS] as readonly string[]).toContain(name);
    expect(outputs[name]?.value).toBe(`\${{ jobs.release.outputs.${name} }}`);
    expect(jobOutputs[name]).toBe(`\${{ steps.rollout.outputs.${name} }}`);
  }
});

test('the workflow may only read, and what it takes from others is pinned to a commit', () => {
  expect(workflow.permissions).toEqual({});
  expect(workflow.jobs.release.permissions).toEqual({ contents: 'read' });
  for (const file of globSync('.github/workflows/*.yml')) {
    const uses = [...readFileSync(file, 'utf8').matchAll(/^\s*(?:- )?uses: (\S+)(.*)$/gm)];
    for (const [, what = '', comment = ''] of uses) {
      if (/^[.$]\//.test(what)) continue;
      expect(what, file).toMatch(/@[0-9a-f]{40}$/);
      expect(comment, `${file}: ${what} needs its version as a comment`).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
  }
});

test('the README tables are those of action.yml', () => {
  const readme = readFileSync('actions/rollout/README.md', 'utf8');
  expect(withTables(readme, actionTables(manifest))).toBe(readme);
  for (const name of [...INPUTS, ...OUTPUTS]) expect(readme).toContain(`| \`${name}\` |`);
  expect(() => withTables('no place', actionTables(manifest))).toThrow(/README needs the lines/);
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
