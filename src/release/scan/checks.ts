import type { ResolvedEnvironment } from '../../config/index.ts';
import type { Check, Checked } from '../../model/check.ts';
import { wantedIn } from '../../scan/result.ts';
import type { Service } from '../door.ts';
import { scanRulesOf } from './rules.ts';

/** Is everything on this machine that the scan of a release needs? Nothing where none is asked for. */
export function scanChecks(service: Service, environment: ResolvedEnvironment): readonly Check[] {
  const { config, configFile, exec, baseDir, door } = service;
  const rules = scanRulesOf(config, environment.environment, configFile);
  if (rules.demand === null) return [];
  return [
    {
      id: 'scan.scanners',
      title: 'Scanners',
      look: async () => {
        const { findProgram, programsIn, scanners } = await import('../../scan/index.ts');
        const path = door.env['PATH'] ?? '';
        const looked = await Promise.all(
          programsIn(wantedIn(rules.config)).map(async (id) => ({
            id,
            install: scanners[id].install,
            there: (await findProgram(scanners[id].program, path)) !== null,
          })),
        );
        return scannersAnswer(looked);
      },
    },
    ...(rules.config.history
      ? [
          {
            id: 'scan.history',
            title: 'History of the commits',
            look: async (signal: AbortSignal) => {
              const argv = ['git', '-c', 'safe.directory=*', '-C', baseDir, 'rev-parse', '--is-shallow-repository'];
              const { stdout } = await exec.read(argv, { timeoutMs: 4_000, signal });
              return historyAnswer(stdout.trim() === 'true');
            },
          },
        ]
      : []),
  ];
}

/** One that is missing matters only where there is something for it, so it is a warning here. Pure. */
export function scannersAnswer(
  looked: readonly { readonly id: string; readonly install: string; readonly there: boolean }[],
): Checked {
  const missing = looked.filter(({ there }) => !there);
  const found = looked.filter(({ there }) => there).map(({ id }) => id);
  const [first] = missing;
  if (first === undefined) return { state: 'ok', found: found.join(', ') };
  return {
    state: 'warning',
    found: `not on PATH: ${missing.map(({ id }) => id).join(', ')}`,
    expected: 'each scanner for which there is something in the repository: a release is refused without it',
    mend: `${first.install}; or \`scan.scanners.${first.id}: off\` on the protected branch`,
  };
}

/** Pure. */
export function historyAnswer(shallow: boolean): Checked {
  if (!shallow) return { state: 'ok', found: 'all commits are here' };
  return {
    state: 'failed',
    found: 'a repository without its older commits',
    expected: 'the whole history: a release is scanned with it',
    mend: 'git fetch --unshallow, or write `scan.history: false` on the protected branch',
  };
}
