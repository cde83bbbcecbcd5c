import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import { type Coverage, percent, reaches } from './coverage.ts';
import type { FailedBuild, FailedTest, TestRun } from './test-events.ts';

/** What the tests of a component said, judged. Pure. */
export interface Judged {
  /** Directory with go.mod, absolute. */
  readonly source: string;
  /** Path of the module. */
  readonly module: string;
  readonly run: TestRun;
  readonly coverage: Coverage;
  /** What `go test` ended with, and what it wrote to its standard error. */
  readonly exitCode: number;
  readonly said: string;
  readonly leastCoverage: number;
}

/** So many are named; the log of the run has all. */
const NAMED = 20;
/** Characters of what a test said: its end, where the failure stands. */
const LONGEST = 600;

/** Why nothing may be built from these sources; empty: nothing speaks against it. */
export function testProblems(judged: Judged): readonly Problem[] {
  const { run, exitCode, said, source } = judged;
  const broken = run.unbuilt.map((one) => unbuiltProblem(one, judged));
  const failed = run.failed.map((one) => failedProblem(one, judged));
  const all = [...broken, ...failed];
  if (all.length > NAMED) return [...all.slice(0, NAMED), moreProblem(all.length - NAMED, source)];
  if (all.length > 0) return all;
  // Without one answer nothing was tested, whatever Go ended with.
  if (exitCode !== 0 || run.packages === 0) return [goProblem(exitCode, `${said}\n${run.stray}`, source)];
  return coverageProblems(judged);
}

function failedProblem(failed: FailedTest, judged: Judged): Problem {
  const { output, test } = failed;
  const name = test ?? `package ${failed.package}`;
  const where = placeIn(output, failed.package, judged);
  // Before Go 1.24 the words of the compiler are no events; they stand on the standard error.
  const words = output.includes('[build failed]') ? `${output}\n${judged.said}` : output;
  const found = `${name} failed: ${ending(words)}`;
  if (output.includes('WARNING: DATA RACE') || output.includes('race detected during execution of test')) {
    const report = output.slice(Math.max(0, output.indexOf('WARNING: DATA RACE')));
    return {
      code: 'build.data-race',
      where: racePlace(report, judged.source) ?? where,
      // Which memory and by whom stands at its beginning.
      found: `${name} failed: ${inLine(report).slice(0, LONGEST)}`,
      expected: 'tests without a data race',
      remedy: `two goroutines use the same memory without a lock: ${again(failed, judged, '-race ')}`,
    };
  }
  if (output.includes('panic: test timed out after')) {
    return {
      code: 'build.test-timeout',
      where,
      found,
      expected: 'tests that end in time',
      remedy: `find what it waits for: ${again(failed, judged, '')}; or raise \`test.timeout\` of the component`,
    };
  }
  return {
    code: 'build.test-failed',
    where,
    found,
    expected: 'tests that pass',
    remedy: `mend the code or the test: ${again(failed, judged, '')}`,
  };
}

/** The command that runs this test alone. */
function again(failed: FailedTest, judged: Judged, flags: string): string {
  const only = failed.test === null ? '' : ` -run '${runPattern(failed.test)}'`;
  return `go test ${flags}${packageDirectory(failed.package, judged.module)}${only}`;
}

/** Anchored at each level, as `-run` reads it; a quote in a name must not end the argument. */
function runPattern(test: string): string {
  const literal = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", '.');
  return test
    .split('/')
    .map((word) => `^${literal(word)}$`)
    .join('/');
}

function unbuiltProblem({ package: name, output }: FailedBuild, judged: Judged): Problem {
  const [, file, line, column, words] = /^(\S+\.go):(\d+)(?::(\d+))?: (.+)$/m.exec(output) ?? [];
  return {
    code: 'build.test-compile',
    where:
      file === undefined
        ? join(judged.source, packageDirectory(name, judged.module))
        : `${join(judged.source, file)}:${line}${column === undefined ? '' : `:${column}`}`,
    found: words ?? (ending(output) || `${name} does not compile`),
    expected: `tests of ${name} that compile`,
    remedy: `mend it: go vet ${packageDirectory(name, judged.module)}`,
  };
}

function moreProblem(left: number, source: string): Problem {
  return {
    code: 'build.more-tests-failed',
    where: source,
    found: `${left} more that failed`,
    expected: 'tests that pass',
    remedy: 'run go test ./... there',
  };
}

function goProblem(exitCode: number, words: string, source: string): Problem {
  return {
    code: 'build.tests-not-run',
    where: source,
    found: `go test ended with ${exitCode}: ${ending(words)}`,
    expected: 'a run of the tests',
    remedy: 'mend what Go names; `test` of the component says which packages are tested',
  };
}

function coverageProblems({ coverage, leastCoverage, source }: Judged): readonly Problem[] {
  if (reaches(coverage, leastCoverage)) return [];
  const open = coverage.packages
    .toSorted((a, b) => b.statements - b.covered - (a.statements - a.covered))
    .slice(0, 3)
    .map((one) => `${one.name} (${percent(one)})`);
  return [
    {
      code: 'build.coverage',
      where: source,
      found: `tests that reach ${percent(coverage)} of ${coverage.statements} statements`,
      expected: `at least ${Math.round(leastCoverage * 10_000) / 100}%, as \`test.coverage.minimum\` says`,
      remedy: `test what is reached least: ${open.join(', ')}`,
    },
  ];
}

/** The line of a test file that is named first, else the directory of the package. */
function placeIn(output: string, name: string, { source, module }: Judged): string {
  const directory = join(source, packageDirectory(name, module));
  const [, file, line] = /^\s+([\w.-]+_test\.go):(\d+): /m.exec(output) ?? [];
  return file === undefined ? directory : `${join(directory, file)}:${line}`;
}

/** The first line of the module's own sources in the report of a race. */
function racePlace(report: string, source: string): string | undefined {
  const lines = report.split('\n').map((line) => line.trim());
  return lines.find((line) => line.startsWith(`${source}/`))?.split(' ')[0];
}

/** `./internal/auth` of `certkeeper/internal/auth`. */
export function packageDirectory(name: string, module: string): string {
  if (name === module) return '.';
  return name.startsWith(`${module}/`) ? `./${name.slice(module.length + 1)}` : name;
}

function ending(output: string): string {
  const lines = inLine(output);
  return lines.length > LONGEST ? `… ${lines.slice(-LONGEST)}` : lines;
}

/** In one line, without what only says that a test ran. */
function inLine(output: string): string {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(?:=== (?:RUN|PAUSE|CONT|NAME)|--- FAIL:)/.test(line))
    .map((line) => line.trim())
    .join(' · ');
}

const FINDING = /^(?:vet: )?(?:\.\/)?([^\s:]+\.go):(\d+)(?::(\d+))?: (.+)$/;

/** What `go vet` says on its standard error, as problems. Pure. */
export function vetProblems(exitCode: number, said: string, source: string): readonly Problem[] {
  if (exitCode === 0) return [];
  const found = said.split('\n').flatMap((line) => {
    const [, file = '', row, column, words] = FINDING.exec(line) ?? [];
    if (words === undefined) return [];
    return [
      {
        code: 'build.vet',
        where: `${join(source, file)}:${row}${column === undefined ? '' : `:${column}`}`,
        found: words,
        expected: 'code that go vet has nothing to say about',
        remedy: 'mend it: `go vet ./...` names all of them; `vet: false` of the component leaves it out',
      },
    ];
  });
  if (found.length > 0) return found.slice(0, NAMED);
  return [
    {
      code: 'build.vet-not-run',
      where: source,
      found: `go vet ended with ${exitCode}: ${ending(said)}`,
      expected: 'an answer of go vet',
      remedy: 'mend what Go names',
    },
  ];
}
