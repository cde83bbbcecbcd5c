import { z } from 'zod';
import { percent } from '../../build/go/coverage.ts';
import { type TestReport, testReportSchema } from '../../build/go/types.ts';
import { codeSpan } from '../../model/text.ts';
import type { RecordedEntry } from '../../procedure/index.ts';
import type { Fact } from '../../report/index.ts';
import { artefactsOf, type BuiltComponent } from './units.ts';

/** What a build made, in words. */

/** One line per artefact, and what the tests said. Pure. */
export function madeText(made: Readonly<Record<string, BuiltComponent>>): readonly string[] {
  return Object.entries(made).flatMap(([name, one]) => [
    ...artefactsOf(name, one).map(({ platform, digest }) => `${name} (${platform}): ${digest}`),
    ...(one.report === undefined ? [] : [`${name}: ${testSentence(one.report)}`]),
  ]);
}

/** The same as tables, for the summary of a job: artefacts, and how far the tests of each package reach. Empty when nothing was made. Pure. */
export function madeMarkdown(made: Readonly<Record<string, BuiltComponent>>): string {
  const artefacts = Object.entries(made).flatMap(([name, one]) => artefactsOf(name, one));
  if (artefacts.length === 0) return '';
  const rows = artefacts.map(
    ({ name, platform, digest }) => `| ${codeSpan(name)} | ${codeSpan(platform)} | ${codeSpan(digest)} |`,
  );
  const tests = Object.entries(made).flatMap(([name, { report }]) =>
    report === undefined ? [] : ['', `### Checks of ${codeSpan(name)}`, '', ...reportMarkdown(report)],
  );
  return ['', '### Artefacts', '', '| component | platform | digest |', '|---|---|---|', ...rows, ...tests, ''].join(
    '\n',
  );
}

/** `61.2%` of the statements; empty when no tests were asked for, or nothing was made. Pure. */
export function testedShare(made: BuiltComponent | null): string {
  const tests = made?.report?.tests;
  return tests === undefined || tests === null ? '' : percent(tests);
}

const checkedSchema = z.object({ outputs: testReportSchema });

/** What the tests of each component said, from the journal of a build. Pure. */
export function testFacts(entries: readonly RecordedEntry[]): readonly Fact[] {
  return entries.flatMap(({ record, payload }) => {
    const component = /(?:^|\/)build-([^/]+)\/checks$/.exec(record.node)?.[1];
    if (record.type !== 'step.done' || component === undefined) return [];
    const { data } = checkedSchema.safeParse(payload);
    return data === undefined ? [] : [{ name: `checks of ${component}`, value: testSentence(data.outputs) }];
  });
}

/** Packages of a large module that are named one by one. */
const NAMED = 100;

function reportMarkdown(report: TestReport): readonly string[] {
  const { tests } = report;
  const sentence = `${testSentence(report)}.`;
  if (tests === null) return [sentence];
  const shown = tests.packages.slice(0, NAMED);
  const left = tests.packages.length - shown.length;
  return [
    sentence,
    '',
    '| package | covered | statements |',
    '|---|---:|---:|',
    ...shown.map((one) => `| ${codeSpan(one.name)} | ${percent(one)} | ${one.statements} |`),
    ...(left > 0 ? [`| … ${left} more | | |`] : []),
    `| **all** | **${percent(tests)}** | ${tests.statements} |`,
  ];
}

/** `12 tests passed, 1 skipped, with the race detector; 61.2% of 1234 statements; go vet: nothing`. Pure. */
export function testSentence({ tests, vet, go }: TestReport): string {
  const vetted = vet ? ['go vet has nothing to say'] : [];
  if (tests === null) return [...vetted, go].join('; ');
  const { passed, skipped, withoutRace } = tests;
  const race = withoutRace === null ? 'with the race detector' : `without the race detector (${withoutRace})`;
  return [
    `${passed} tests passed${skipped === 0 ? '' : `, ${skipped} skipped`}, ${race}`,
    `they reach ${percent(tests)} of ${tests.statements} statements`,
    ...vetted,
    go,
  ].join('; ');
}
