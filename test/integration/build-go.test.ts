import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childProgram } from '../../scripts/testing/children.ts';
import { GO_PLATFORMS } from '../../src/build/go/platforms.ts';
import { buildGoNode, type GoBuild, type GoChecks } from '../../src/build/index.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { artefactDigest, fileDigest } from '../../src/procedure/machine/digest.ts';
import { PLAIN_GO, runBuild } from '../support/run-build.ts';
import { AS_SOMEBODY_ELSE, giveAway, notSomebodyElse } from '../support/somebody-else.ts';

/** Builds of small Go programs with the Go of this machine. */

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'build-go-'));
  execFileSync('git', ['init', '-q', dir]);
  write('api/go.mod', 'module hello\n\ngo 1.26\n');
  write('api/cmd/hello/main.go', MAIN);
  write('.gitignore', 'out*/\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const MAIN = `package main

var version, commit string

func add(a, b int) int {
	if a < 0 {
		return b - -a
	}
	return a + b
}

func main() { println(version, commit, add(1, 1)) }
`;

function write(name: string, text: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), text);
}

function testFile(body: string): void {
  write('api/cmd/hello/main_test.go', `package main\n\nimport "testing"\n\n${body}\n`);
}

function goBuild(more: Partial<GoBuild> = {}): GoBuild {
  return {
    ...PLAIN_GO,
    ...{
      component: 'api',
      source: join(dir, 'api'),
      package: './cmd/hello',
      binary: 'hello',
      outDir: join(dir, 'out'),
    },
    ...more,
  };
}

const tested = (more: Partial<NonNullable<GoChecks['test']>> = {}): GoChecks => ({
  ...{ modules: true, vet: true },
  test: { packages: ['./...'], race: 'auto', timeoutMs: 60_000, leastCoverage: 0, ...more },
});

async function refused(build: GoBuild) {
  const error: unknown = await runBuild(buildGoNode(build)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProblemError) return error.problems;
  throw error ?? new Error('it was built');
}

describe('a Go program', () => {
  it('is built once per inputs, stamped, and the same bytes wherever it is built', async () => {
    const first = await runBuild(buildGoNode(goBuild()));
    expect(first.did).toEqual(['modules', 'compile']);
    expect(first.made.digest).toBe(await artefactDigest(first.made.path));
    const said = execFileSync('sh', ['-c', `${first.made.path} 2>&1`], { encoding: 'utf8' });
    expect(said).toBe(`1.2.3 ${'c'.repeat(40)} 2\n`);
    const { mode, mtimeMs } = statSync(first.made.path);
    // There is no such commit here, so the time is the one for that.
    expect([mode & 0o777, mtimeMs]).toEqual([0o755, Date.UTC(1980, 0, 1)]);
    expect((await runBuild(buildGoNode(goBuild()))).did).toEqual([]);

    const elsewhere = join(dir, 'elsewhere');
    execFileSync('cp', ['-R', join(dir, 'api'), elsewhere]);
    const second = await runBuild(buildGoNode(goBuild({ source: elsewhere, outDir: join(dir, 'out2') })));
    expect(second.made.digest).toBe(first.made.digest);

    const other = await runBuild(buildGoNode(goBuild({ version: '1.2.4' })));
    expect(other.made.path).not.toBe(first.made.path);
    expect(other.made.digest).not.toBe(first.made.digest);
  });

  it('is built for every platform, each built once', async () => {
    const platforms = ['linux/amd64', 'windows/amd64'];
    const nodes = buildGoNode(goBuild({ platforms }));
    const { did, made, outputOf } = await runBuild(nodes);
    expect(did).toEqual(['modules', 'compile-linux-amd64', 'compile-windows-amd64']);
    const [linux, windows] = (nodes.platforms ?? []).map(({ artefact }) => outputOf(artefact));
    expect(linux).toEqual(made);
    expect(windows?.path.endsWith('/hello.exe')).toBe(true);
    expect(readFileSync(windows?.path ?? '').toString('latin1', 0, 2)).toBe('MZ');
    expect(readFileSync(made.path).toString('latin1', 1, 4)).toBe('ELF');
    // The one for Linux alone is what was built before.
    expect((await runBuild(buildGoNode(goBuild()))).did).toEqual([]);
    expect((await runBuild(buildGoNode(goBuild({ platforms, amd64: 'v3' })))).made.digest).not.toBe(made.digest);
  });

  it('a module that does not compile, and sources without git, are told', async () => {
    write('api/cmd/hello/main.go', 'package main\n\nfunc main() { undefinedName() }\n');
    expect(await refused(goBuild())).toMatchObject([{ found: expect.stringContaining('undefinedName') }]);
    expect(await refused(goBuild({ source: join(dir, 'none') }))).not.toEqual([]);
    write('api/go.mod', 'module hello\n\ngo 99.1\n');
    const [problem] = await refused(goBuild());
    expect(problem).toMatchObject({ code: 'build.no-go', expected: 'Go 99.1 or newer, as go.mod asks' });
  });

  it('the platforms that a configuration may name are those of Go', () => {
    const listed = execFileSync('go', ['tool', 'dist', 'list'], { encoding: 'utf8' }).trim().split('\n');
    expect(listed).toEqual([...GO_PLATFORMS]);
  });
});

// The race detector's own packages are compiled once on a machine: a minute of a processor.
describe('what is looked at before', { timeout: 300_000 }, () => {
  it('passes once for the same sources, whatever they are called', async () => {
    testFile('func TestAdd(t *testing.T) {\n\tif add(2, 3) != 5 {\n\t\tt.Fatal("wrong")\n\t}\n}');
    const nodes = buildGoNode(goBuild({ checks: tested({ leastCoverage: 0.3 }) }));
    const { did, outputOf } = await runBuild(nodes);
    expect(did).toEqual(['modules', 'verify-modules', 'vet', 'test', 'checks', 'compile']);
    if (nodes.report === undefined) throw new Error('no report');
    expect(outputOf(nodes.report)).toMatchObject({
      vet: true,
      tests: {
        ...{ passed: 1, skipped: 0, withoutRace: null, statements: 4, covered: 2 },
        packages: [{ name: 'hello/cmd/hello', statements: 4, covered: 2 }],
      },
    });
    const again = await runBuild(buildGoNode(goBuild({ checks: tested({ leastCoverage: 0.3 }), version: '1.2.4' })));
    expect(again.did).toEqual(['modules', 'verify-modules', 'compile']);
    expect(await refused(goBuild({ checks: tested({ leastCoverage: 0.9 }) }))).toMatchObject([
      { code: 'build.coverage', found: 'tests that reach 50.0% of 4 statements' },
    ]);
  });

  it('failed tests and a data race are named with their lines, and nothing is built', async () => {
    testFile(`func TestOld(t *testing.T) {
	t.Run("sum", func(t *testing.T) { t.Error("no such luck") })
}

func TestRace(t *testing.T) {
	n, done := 0, make(chan bool)
	go func() { n++; done <- true }()
	n++
	<-done
}`);
    const problems = await refused(goBuild({ checks: tested() }));
    expect(problems).toMatchObject([
      {
        code: 'build.test-failed',
        where: `${join(dir, 'api/cmd/hello/main_test.go')}:6`,
        found: 'TestOld/sum failed: main_test.go:6: no such luck',
      },
      {
        code: 'build.data-race',
        where: expect.stringMatching(/main_test\.go:1[12]$/),
        found: expect.stringMatching(/^TestRace failed: WARNING: DATA RACE · /),
      },
    ]);
    expect(await refused(goBuild({ checks: tested({ race: 'never' }) }))).toHaveLength(1);
    testFile('func TestNothing(t *testing.T) { undefinedThing() }');
    expect(await refused(goBuild({ checks: { ...tested(), vet: false } }))).toMatchObject([
      {
        code: 'build.test-compile',
        where: `${join(dir, 'api/cmd/hello/main_test.go')}:5:34`,
        found: 'undefined: undefinedThing',
      },
    ]);
  });

  it('what go vet finds is named with its line', async () => {
    testFile('func TestNothing(t *testing.T) { t.Logf("%d", "x") }');
    expect(await refused(goBuild({ checks: tested() }))).toMatchObject([
      { code: 'build.vet', where: `${join(dir, 'api/cmd/hello/main_test.go')}:5:42` },
    ]);
  });
});

const unable = notSomebodyElse();

describe.skipIf(unable !== null)(`the same bytes by another person${unable === null ? '' : ` (${unable})`}`, () => {
  it('with another directory, umask, time zone, cache, and settings of Go', { timeout: 400_000 }, async () => {
    const mine = await runBuild(buildGoNode(goBuild()));
    const theirs = join(dir, 'a', 'home', 'of another length');
    execFileSync('mkdir', ['-p', theirs]);
    execFileSync('cp', ['-R', join(dir, 'api'), join(theirs, 'api')]);
    execFileSync('git', ['init', '-q', theirs]);
    giveAway(theirs);
    for (const open of [dir, join(dir, 'a'), join(dir, 'a', 'home')]) chmodSync(open, 0o755);
    const program = childProgram('go');
    const [first, ...words] = [
      ...AS_SOMEBODY_ELSE,
      ...[process.execPath, program, join(theirs, 'api'), join(theirs, 'out')],
    ];
    const child = spawnSync(first, words, {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: theirs,
        ...{ TZ: 'Asia/Kathmandu', LC_ALL: 'C.UTF-8', NODE_NO_WARNINGS: '1' },
        ...{ GOCACHE: join(theirs, 'cache'), GOPATH: join(theirs, 'go'), GOTOOLCHAIN: 'local' },
        // Each of these changes the bytes of a plain `go build`.
        ...{ GOAMD64: 'v3', GOFLAGS: '-ldflags=-w -tags=faults', GOFIPS140: 'latest' },
      },
    });
    expect(child.status, child.stderr).toBe(0);
    const path = child.stdout.trim();
    expect(await fileDigest(path)).toBe(mine.made.digest);
    const { uid, mode, mtimeMs } = statSync(path);
    expect([uid, mode & 0o777, mtimeMs]).toEqual([65534, 0o755, statSync(mine.made.path).mtimeMs]);
  });
});
