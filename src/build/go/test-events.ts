import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';

/** What `go test -json` writes: one JSON object a line (`go doc test2json`; what a build says since Go 1.24, `go help buildjson`). */
const eventSchema = z.object({
  Action: z.string(),
  Package: z.string().exactOptional(),
  /** Of a build: `example.com/shop/api [example.com/shop/api.test]`. */
  ImportPath: z.string().exactOptional(),
  Test: z.string().exactOptional(),
  Output: z.string().exactOptional(),
  FailedBuild: z.string().exactOptional(),
});
type TestEvent = z.infer<typeof eventSchema>;

export interface FailedTest {
  readonly package: string;
  /** Null: the package failed beside its tests, by an end of its process or in TestMain. */
  readonly test: string | null;
  /** What it said. */
  readonly output: string;
}

export interface FailedBuild {
  readonly package: string;
  readonly output: string;
}

export interface TestRun {
  /** Tests with their subtests, each once. */
  readonly passed: number;
  readonly skipped: number;
  readonly failed: readonly FailedTest[];
  /** Packages or tests of packages that do not compile. */
  readonly unbuilt: readonly FailedBuild[];
  /** Lines that are no events: what Go itself had to say. */
  readonly stray: string;
  /** Packages with an answer. */
  readonly packages: number;
}

/** Folds the events of a run of tests. Of a failed test with failed subtests only those are named. Pure. */
export function readTestEvents(text: string): TestRun {
  const outputs = new Map<string, string>();
  const results = new Map<string, { readonly event: TestEvent; readonly action: string }>();
  const builds = new Map<string, string>();
  const unbuilt = new Set<string>();
  const stray: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const event = parse(line);
    if (event === undefined) {
      stray.push(line);
      continue;
    }
    const build = event.ImportPath ?? '';
    const key = keyOf(event.Package ?? '', event.Test);
    if (event.Action === 'output') outputs.set(key, (outputs.get(key) ?? '') + (event.Output ?? ''));
    else if (event.Action === 'build-output') builds.set(build, (builds.get(build) ?? '') + (event.Output ?? ''));
    else if (event.Action === 'build-fail') unbuilt.add(build);
    else if (['pass', 'fail', 'skip'].includes(event.Action)) {
      results.set(key, { event, action: event.Action });
      if (event.FailedBuild !== undefined) unbuilt.add(event.FailedBuild);
    }
  }
  const all = [...results.values()].map(({ event, action }) => ({
    action,
    package: event.Package ?? '',
    test: event.Test ?? null,
    build: event.FailedBuild,
  }));
  const tests = all.filter(({ test }) => test !== null);
  const failing = all.filter(({ action, build }) => action === 'fail' && build === undefined);
  const failed = failing
    .filter((one) => !failing.some((other) => isInside(other, one)))
    .map((one) => ({
      package: one.package,
      test: one.test,
      output: (outputs.get(keyOf(one.package, one.test ?? undefined)) ?? '').trimEnd(),
    }));
  return {
    passed: tests.filter(({ action }) => action === 'pass').length,
    skipped: tests.filter(({ action }) => action === 'skip').length,
    failed,
    unbuilt: [...unbuilt].map((name) => ({
      package: name.split(' ')[0] ?? name,
      output: (builds.get(name) ?? '').trimEnd(),
    })),
    stray: stray.join('\n'),
    packages: all.filter(({ test }) => test === null).length,
  };
}

interface Place {
  readonly package: string;
  readonly test: string | null;
}

/** Is `inner` a test of the package, or a subtest of the test, that `outer` is? */
function isInside(inner: Place, outer: Place): boolean {
  if (inner.package !== outer.package || inner.test === null) return false;
  return outer.test === null || inner.test.startsWith(`${outer.test}/`);
}

function keyOf(name: string, test: string | undefined): string {
  return `${name}\0${test ?? ''}`;
}

function parse(line: string): TestEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  return eventSchema.safeParse(parsedJson(line)).data;
}
