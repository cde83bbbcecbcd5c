import { describe, expect, it } from 'vitest';
import { percent, reaches, readCoverage } from '../../../src/build/go/coverage.ts';
import { packageDirectory, testProblems, vetProblems } from '../../../src/build/go/judge.ts';
import { readTestEvents } from '../../../src/build/go/test-events.ts';

/** Events as `go test -json` writes them. */
function events(...all: readonly object[]): string {
  return all.map((one) => `${JSON.stringify({ Time: '2026-11-22T18:00:00Z', ...one })}\n`).join('');
}

const PACKAGE = 'shop/internal/auth';
const passing = [
  { Action: 'start', Package: PACKAGE },
  { Action: 'run', Package: PACKAGE, Test: 'TestA' },
  { Action: 'output', Package: PACKAGE, Test: 'TestA', Output: '=== RUN   TestA\n' },
  { Action: 'pass', Package: PACKAGE, Test: 'TestA', Elapsed: 0 },
  { Action: 'skip', Package: PACKAGE, Test: 'TestB', Elapsed: 0 },
];

function judged(text: string, more: Partial<Parameters<typeof testProblems>[0]> = {}) {
  return testProblems({
    ...{ source: '/src/api', module: 'shop', run: readTestEvents(text), coverage: readCoverage('') },
    ...{ exitCode: 1, said: '', leastCoverage: 0 },
    ...more,
  });
}

function failing(test: string, output: string): readonly object[] {
  return [
    { Action: 'output', Package: PACKAGE, Test: test, Output: `=== RUN   ${test}\n` },
    { Action: 'output', Package: PACKAGE, Test: test, Output: output },
    { Action: 'output', Package: PACKAGE, Test: test, Output: `--- FAIL: ${test} (0.00s)\n` },
    { Action: 'fail', Package: PACKAGE, Test: test, Elapsed: 0 },
    { Action: 'fail', Package: PACKAGE, Elapsed: 0.1 },
  ];
}

describe('what tests said', () => {
  it('is counted, and nothing speaks against tests that pass', () => {
    const text = events(...passing, { Action: 'pass', Package: PACKAGE, Elapsed: 0 });
    expect(readTestEvents(text)).toMatchObject({ passed: 1, skipped: 1, failed: [], unbuilt: [], packages: 1 });
    expect(judged(text, { exitCode: 0 })).toEqual([]);
  });

  it('a failed test is named with its line, and not its parent and its package again', () => {
    const [problem, ...more] = judged(
      events(...passing, ...failing("TestKey/it's_old", '    key_test.go:31: expected 3, got 4\n'), {
        Action: 'fail',
        Package: PACKAGE,
        Test: 'TestKey',
        Elapsed: 0,
      }),
    );
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      code: 'build.test-failed',
      where: '/src/api/internal/auth/key_test.go:31',
      found: "TestKey/it's_old failed: key_test.go:31: expected 3, got 4",
    });
    expect(problem?.remedy).toContain("go test ./internal/auth -run '^TestKey$/^it.s_old$'");
  });

  it('a data race, a time-out and a process that ended are told apart', () => {
    const race = judged(events(...failing('TestRace', '==================\nWARNING: DATA RACE\nWrite at 0x00c\n')));
    expect(race).toMatchObject([{ code: 'build.data-race', remedy: expect.stringContaining('go test -race ') }]);
    const slow = judged(events(...failing('TestSlow', 'panic: test timed out after 1s\n')));
    expect(slow).toMatchObject([{ code: 'build.test-timeout', found: expect.stringContaining('TestSlow') }]);
    const ended = judged(
      events(
        { Action: 'output', Package: PACKAGE, Output: 'exit status 3\n' },
        { Action: 'fail', Package: PACKAGE, Elapsed: 0 },
      ),
    );
    expect(ended).toMatchObject([
      { code: 'build.test-failed', where: '/src/api/internal/auth', found: `package ${PACKAGE} failed: exit status 3` },
    ]);
  });

  it('what does not compile is named with its line, once', () => {
    const build = `${PACKAGE} [${PACKAGE}.test]`;
    const text = events(
      { ImportPath: build, Action: 'build-output', Output: `# ${build}\n` },
      { ImportPath: build, Action: 'build-output', Output: 'internal/auth/key_test.go:7:2: undefined: nothing\n' },
      { ImportPath: build, Action: 'build-fail' },
      { Action: 'output', Package: PACKAGE, Output: `FAIL\t${PACKAGE} [build failed]\n` },
      { Action: 'fail', Package: PACKAGE, Elapsed: 0, FailedBuild: build },
    );
    expect(judged(text)).toMatchObject([
      { code: 'build.test-compile', where: '/src/api/internal/auth/key_test.go:7:2', found: 'undefined: nothing' },
    ]);
  });

  it('no answer is no success, and what Go itself says is told', () => {
    expect(judged('', { exitCode: 0 })).toMatchObject([{ code: 'build.tests-not-run' }]);
    expect(judged('no JSON\n', { exitCode: 2, said: 'flag provided but not defined: -x' })).toMatchObject([
      { code: 'build.tests-not-run', found: expect.stringContaining('ended with 2: flag provided') },
    ]);
  });

  it('of very many failures the first are named and the others counted', () => {
    const many = Array.from({ length: 25 }, (_, index) => failing(`Test${index}`, '')).flat();
    const problems = judged(events(...many));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toMatchObject({ code: 'build.more-tests-failed', found: '5 more that failed' });
  });
});

const PROFILE = `mode: atomic
shop/main.go:1.1,2.2 3 0
shop/internal/auth/key.go:1.1,2.2 4 1
shop/internal/auth/key.go:3.1,4.2 2 0
shop/internal/auth/key.go:1.1,2.2 4 0
shop/internal/auth/key.go:3.1,4.2 2 7
`;

describe('coverage', () => {
  it('counts a block once, whichever test executed it', () => {
    const coverage = readCoverage(PROFILE);
    expect(coverage).toEqual({
      ...{ statements: 9, covered: 6 },
      packages: [
        { name: 'shop', statements: 3, covered: 0 },
        { name: 'shop/internal/auth', statements: 6, covered: 6 },
      ],
    });
    expect(percent(coverage)).toBe('66.6%');
  });

  it('is never rounded up, and the minimum is exact', () => {
    expect(percent({ statements: 10_000, covered: 9999 })).toBe('99.9%');
    expect(percent({ statements: 0, covered: 0 })).toBe('100%');
    expect(reaches({ statements: 3, covered: 2 }, 2 / 3)).toBe(true);
    expect(reaches({ statements: 10_000, covered: 7999 }, 0.8)).toBe(false);
    expect(reaches({ statements: 0, covered: 0 }, 1)).toBe(true);
  });

  it('below the minimum nothing is built, and the least tested packages are named', () => {
    const text = events(...passing, { Action: 'pass', Package: PACKAGE, Elapsed: 0 });
    const coverage = readCoverage(PROFILE);
    expect(judged(text, { exitCode: 0, coverage, leastCoverage: 0.7 })).toMatchObject([
      {
        code: 'build.coverage',
        found: 'tests that reach 66.6% of 9 statements',
        expected: 'at least 70%, as `test.coverage.minimum` says',
        remedy: expect.stringContaining('shop (0.0%)'),
      },
    ]);
    expect(judged(text, { exitCode: 0, coverage, leastCoverage: 0.6 })).toEqual([]);
  });
});

it('what go vet says has a file and a line', () => {
  const said = '# shop\n# [shop]\n./main.go:8:2: fmt.Printf format %d has arg "x" of wrong type string\n';
  expect(vetProblems(1, said, '/src/api')).toMatchObject([
    { code: 'build.vet', where: '/src/api/main.go:8:2', found: expect.stringContaining('wrong type string') },
  ]);
  expect(vetProblems(1, 'vet: ./main.go:3:5: undefined: x\n', '/s')).toMatchObject([{ where: '/s/main.go:3:5' }]);
  expect(vetProblems(0, '', '/s')).toEqual([]);
  expect(vetProblems(2, 'go: no such tool', '/s')).toMatchObject([{ code: 'build.vet-not-run' }]);
});

it('a package is named as the go command takes it', () => {
  expect(packageDirectory('shop', 'shop')).toBe('.');
  expect(packageDirectory('shop/internal/auth', 'shop')).toBe('./internal/auth');
  expect(packageDirectory('shopping/x', 'shop')).toBe('shopping/x');
});
