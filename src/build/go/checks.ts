import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { step } from '../../procedure/build.ts';
import type { Decision, OutputRef, Step } from '../../procedure/tree.ts';
import { goEffect, PLAIN, tagWords } from './command.ts';
import { type Coverage, readCoverage } from './coverage.ts';
import { testProblems, vetProblems } from './judge.ts';
import { type GoLook, lookAt, moduleOf, noRaceDetector } from './look.ts';
import { readTestEvents, type TestRun } from './test-events.ts';
import { type GoBuild, type GoTests, type TestReport, testReportSchema } from './types.ts';

/** Vet and tests, before anything is built: the steps, and the one that holds what came of them; null when nothing is asked for. */
export function checkSteps(
  build: GoBuild,
  vendored: boolean,
): { readonly steps: readonly Step[]; readonly report: OutputRef<TestReport | null> | null } {
  const { vet, test } = build.checks;
  if (!vet && test === null) return { steps: [], report: null };
  const testing = test === null ? null : testStep(build, vendored, test);
  const report = reportStep(build, testing);
  return {
    steps: [...(vet ? [vetStep(build, vendored)] : []), ...(testing === null ? [] : [testing]), report],
    report,
  };
}

/** How a command ended whose words the next step judges. */
const endedSchema = z.strictObject({ exitCode: z.number().int(), said: z.string() });
type Ended = z.infer<typeof endedSchema>;
const WELL: Ended = { exitCode: 0, said: '' };
/** Characters of a standard error that are recorded. */
const LONGEST = 8000;

function vetStep(build: GoBuild, vendored: boolean): Step<GoLook, Ended> {
  const { component, source, tags, timeoutMs } = build;
  return step<GoLook, Ended>({
    id: 'vet',
    title: `Look for mistakes in ${component}`,
    inputs: { component, tags },
    timeoutMs: timeoutMs + 30_000,
    read: (ctx) => lookAt(build, ctx),
    decide: (look) =>
      look.report.exists
        ? checkedBefore(look)
        : {
            kind: 'do',
            effects: [
              goEffect(build, look.toolchain, vendored, {
                ...PLAIN,
                // Trimmed as the build is: both then share what they compile.
                argv: ['go', 'vet', '-trimpath', ...tagWords(tags), './...'],
                okExitCodes: [0, 1, 2],
                why: 'what compiles and is wrong all the same',
              }),
            ],
          },
    outputs: endedSchema,
    collect: ([result]) =>
      result?.kind === 'exec' ? { exitCode: result.exitCode, said: result.stderr.slice(0, LONGEST) } : WELL,
    planned: () => WELL,
    probe: 'repeatable',
    verify: async (_ctx, { exitCode, said }) => vetProblems(exitCode, said, source),
  });
}

const testedSchema = z.strictObject({ ...endedSchema.shape, withoutRace: z.string().nullable() });
type Tested = z.infer<typeof testedSchema>;
interface TestFacts {
  readonly look: GoLook;
  readonly withoutRace: string | null;
}

function testStep(build: GoBuild, vendored: boolean, test: GoTests): Step<TestFacts, Tested> {
  const { component, tags, source } = build;
  return step<TestFacts, Tested>({
    id: 'test',
    title: `Test ${component}`,
    inputs: { component, tags, packages: test.packages, race: test.race },
    timeoutMs: build.timeoutMs + 30_000,
    read: async (ctx) => {
      const look = await lookAt(build, ctx);
      const withoutRace =
        test.race === 'never' ? 'the configuration says so' : await noRaceDetector(look.toolchain, ctx);
      return { look, withoutRace };
    },
    decide: ({ look, withoutRace }) => {
      if (look.report.exists) return checkedBefore(look);
      if (test.race === 'always' && withoutRace !== null) return noRace(source, withoutRace);
      const race = withoutRace === null;
      const why = race ? 'with the race detector' : `without the race detector: ${withoutRace}`;
      return { kind: 'do', why, effects: testEffects(build, vendored, test, look, race) };
    },
    outputs: testedSchema,
    collect: ([, result], { withoutRace }) => ({
      withoutRace,
      ...(result?.kind === 'exec' ? { exitCode: result.exitCode, said: result.stderr.slice(-LONGEST) } : WELL),
    }),
    planned: ({ withoutRace }) => ({ ...WELL, withoutRace }),
    probe: 'repeatable',
  });
}

function noRace(where: string, why: string): Decision {
  return {
    kind: 'refuse',
    problems: [
      {
        code: 'build.no-race-detector',
        where,
        found: `no race detector: ${why}`,
        expected: 'tests with the race detector, as `test.race: always` says',
        remedy: 'install a C compiler (gcc or clang), or write `test.race: auto`',
      },
    ],
  };
}

function testEffects(
  build: GoBuild,
  vendored: boolean,
  test: GoTests,
  { report, toolchain }: GoLook,
  race: boolean,
): readonly Effect[] {
  const { timeoutMs, packages } = test;
  return [
    { kind: 'exec', argv: ['mkdir', '-p', dirname(report.path)], timeoutMs: 10_000 },
    goEffect(build, toolchain, vendored, {
      argv: [
        ...['go', 'test', '-json', '-timeout', `${timeoutMs}ms`],
        ...(race ? ['-race'] : []),
        // Exact with goroutines; the race detector allows no other.
        ...['-covermode=atomic', `-coverprofile=${profileOf(report.path)}`],
        ...tagWords(build.tags),
        ...packages,
      ],
      // Tests run here, whatever is built for.
      platform: null,
      cgo: race,
      // A test may build a program of its own.
      online: true,
      env: Object.fromEntries(build.withheld.map((name) => [name, ''])),
      output: eventsOf(report.path),
      okExitCodes: [0, 1, 2],
      why: 'nothing is built from sources whose tests fail',
    }),
  ];
}

function eventsOf(report: string): string {
  return `${report}.events`;
}

function profileOf(report: string): string {
  return `${report}.cover`;
}

type ReportFacts =
  | { readonly kind: 'known'; readonly path: string; readonly report: TestReport }
  | {
      readonly kind: 'new';
      readonly path: string;
      readonly go: string;
      readonly module: string;
      readonly run: TestRun;
      readonly coverage: Coverage;
    };

/** Judges what the tests said, and keeps it: from then on these sources need no further test. */
function reportStep(build: GoBuild, testing: Step<TestFacts, Tested> | null): Step<ReportFacts, TestReport | null> {
  const { component, source } = build;
  const { test, vet } = build.checks;
  const leastCoverage = test?.leastCoverage ?? 0;
  const made = (facts: Extract<ReportFacts, { kind: 'new' }>, tested: Tested | null): TestReport => ({
    formatVersion: 1,
    go: facts.go,
    vet,
    tests:
      tested === null
        ? null
        : {
            passed: facts.run.passed,
            skipped: facts.run.skipped,
            withoutRace: tested.withoutRace,
            statements: facts.coverage.statements,
            covered: facts.coverage.covered,
            packages: facts.coverage.packages,
          },
  });
  return step<ReportFacts, TestReport | null>({
    id: 'checks',
    title: `Judge the tests of ${component}`,
    inputs: { component, leastCoverage, vet },
    read: async (ctx) => {
      const { report, toolchain } = await lookAt(build, ctx);
      const { path } = report;
      if (report.exists) {
        return { kind: 'known', path, report: testReportSchema.parse(JSON.parse(await readFile(path, 'utf8'))) };
      }
      return {
        kind: 'new',
        path,
        go: toolchain.version,
        module: await moduleOf(source),
        run: readTestEvents(await textOf(eventsOf(path))),
        coverage: readCoverage(await textOf(profileOf(path))),
      };
    },
    decide: (facts, ctx) => {
      if (facts.kind === 'known')
        return { kind: 'nothing', why: `the same sources were looked at before: ${facts.path}` };
      if (ctx.mode === 'plan') return { kind: 'nothing', why: 'known once the tests have run' };
      const tested = testing === null ? null : ctx.outputOf(testing);
      const { run, coverage, module } = facts;
      const problems = tested === null ? [] : testProblems({ ...tested, source, module, run, coverage, leastCoverage });
      if (problems.length > 0) return { kind: 'refuse', problems };
      const content = `${JSON.stringify(made(facts, tested), null, 2)}\n`;
      return {
        kind: 'do',
        effects: [{ kind: 'file', path: facts.path, content, why: 'these sources are tested', timeoutMs: 10_000 }],
      };
    },
    outputs: testReportSchema.nullable(),
    collect: (_results, facts, ctx) =>
      facts.kind === 'known' ? facts.report : made(facts, testing === null ? null : ctx.outputOf(testing)),
    planned: (facts) => (facts.kind === 'known' ? facts.report : null),
    probe: 'repeatable',
  });
}

/** Empty while there is none: a plan, or only vet. */
function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function checkedBefore({ report }: GoLook): Decision {
  return { kind: 'nothing', why: `the same sources were looked at before: ${report.path}` };
}
