import { z } from 'zod';

export interface GoTests {
  /** Patterns as `go test` takes them, relative to the source. */
  readonly packages: readonly string[];
  /** `auto`: with the race detector where there is a C compiler; `always`: not at all without it. */
  readonly race: 'auto' | 'always' | 'never';
  readonly timeoutMs: number;
  /** Share of the statements that the tests must reach, 0 to 1. */
  readonly leastCoverage: number;
}

/** What is looked at before anything is built. */
export interface GoChecks {
  /** Are the modules on this machine those that were downloaded (`go mod verify`)? */
  readonly modules: boolean;
  readonly vet: boolean;
  /** Null: no tests are run. */
  readonly test: GoTests | null;
}

export const NO_CHECKS: GoChecks = { modules: false, vet: false, test: null };

export interface GoBuild {
  readonly component: string;
  /** Directory with go.mod, absolute. */
  readonly source: string;
  /** Package to build, relative to the source. */
  readonly package: string;
  /** Name of the file; `.exe` is added on Windows. */
  readonly binary: string;
  readonly version: string;
  readonly commit: string;
  /** Directory for finished builds, absolute; each has a directory of its own, named after its inputs. */
  readonly outDir: string;
  /** Go variables that the linker fills in. */
  readonly stamp: { readonly version: string; readonly commit: string };
  readonly tags: readonly string[];
  /** `linux/amd64` …; the first is the one that is deployed. */
  readonly platforms: readonly string[];
  /** Least processor of programs for amd64 (GOAMD64). */
  readonly amd64: string;
  readonly checks: GoChecks;
  /** Directory of compiled packages; null: that of the Go on this machine. */
  readonly cache: string | null;
  /** Variables that tests do not see: they run code of the commit, which must not find secrets. */
  readonly withheld: readonly string[];
  /** For one command, milliseconds. */
  readonly timeoutMs: number;
}

const counted = { statements: z.number().int().min(0), covered: z.number().int().min(0) };

/** What the tests of a component said; recorded with the run and kept beside the builds, so that the same sources are not tested twice. */
export const testReportSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Toolchain, `go1.26.8`. */
  go: z.string(),
  vet: z.boolean(),
  /** Null: no tests were asked for. */
  tests: z
    .strictObject({
      passed: z.number().int().min(0),
      skipped: z.number().int().min(0),
      /** Null: with the race detector; else why without. */
      withoutRace: z.string().nullable(),
      /** Statements, in all and by package; a package without statements is left out. */
      ...counted,
      packages: z.array(z.strictObject({ name: z.string(), ...counted })).readonly(),
    })
    .nullable(),
});
export type TestReport = Readonly<z.infer<typeof testReportSchema>>;
export type TestCounts = NonNullable<TestReport['tests']>;
