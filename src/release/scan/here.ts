import { join, resolve } from 'node:path';
import { type ScanResult, type Severity, wantedIn } from '../../scan/result.ts';
import type { DoorOptions } from '../door.ts';
import { openService } from '../environment/service.ts';
import { namedScanners, scanWorkingCopy } from './working-copy.ts';

export interface ScanHere {
  readonly base?: string | undefined;
  /** Names with commas between them. */
  readonly scanners?: string | undefined;
  readonly failOn?: Severity | undefined;
  /** Fetch what is missing and pinned, into the temporary directory of the job. */
  readonly install: boolean;
  readonly tell: (line: string) => void;
}

/** Scans the repository that the configuration lies in, as a job checks it. What could not be fetched is missing, and the scan says so. */
export async function scanHere(
  door: DoorOptions,
  { base, scanners, failOn, install, tell }: ScanHere,
): Promise<{ readonly result: ScanResult; readonly directory: string }> {
  const { config, baseDir, exec, clock } = await openService(door);
  const { scan } = config.service;
  const { repositoryOf } = await import('../../scan/index.ts');
  const directory = (await repositoryOf(exec, baseDir)) ?? baseDir;
  const only = scanners === undefined ? null : namedScanners(scanners.split(','), 'input scanners');
  const into = resolve(door.env['RUNNER_TEMP'] ?? join(baseDir, '.shiplock'), 'shiplock-scanners');
  const own = door.env['PATH'] ?? '';
  if (install) {
    const { installScanners } = await import('../../scan/install.ts');
    const problems = await installScanners({ into, wanted: only ?? wantedIn(scan), path: own, exec, tell });
    for (const { where, found, remedy } of problems) tell(`not fetched: ${where}: ${found} → ${remedy}`);
  }
  const path = install ? `${own}:${into}` : own;
  const result = await scanWorkingCopy({
    ...{ directory, config: scan, baseDir, only, failOn, path, exec, clock, base: base ?? null },
    onEnd: ({ scanner, end, took }) => {
      if (end.kind === 'scanned')
        tell(`${scanner} ${end.version}: ${end.findings.length} said, ${Math.round(took)} ms`);
      if (end.kind === 'not-scanned') tell(`${scanner}: not scanned: ${end.problem.found}`);
    },
  });
  return { result, directory };
}
