import type { GoComponentConfig } from '../build/config.ts';

/** What is looked at before a Go program is built. */
export interface ResolvedGoChecks {
  readonly modules: boolean;
  readonly vet: boolean;
  /** Null: no tests are run. */
  readonly test: {
    readonly packages: readonly string[];
    readonly race: 'auto' | 'always' | 'never';
    /** For one package. */
    readonly timeoutMs: number;
    /** Share of the statements, 0 to 1. */
    readonly leastCoverage: number;
  } | null;
}

/** Pure. */
export function resolveGoChecks({ verifyModules, vet, test }: GoComponentConfig): ResolvedGoChecks {
  return {
    modules: verifyModules,
    vet,
    test:
      test === undefined
        ? null
        : {
            packages: test.packages,
            race: test.race,
            timeoutMs: test.timeout,
            leastCoverage: test.coverage.minimum,
          },
  };
}
