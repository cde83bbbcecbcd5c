import { resolve } from 'node:path';
import { EXIT } from '../../model/exit.ts';
import { type Json, jsonSchema } from '../../model/json.ts';
import { formatDuration } from '../../model/scalars.ts';
import { createExec, systemClock } from '../../procedure/index.ts';
import { openService } from '../../release/index.ts';
import { findingsIn, namedScanners, scanWorkingCopy } from '../../release/scan/working-copy.ts';
import { sarifLog } from '../../report/index.ts';
import {
  defaultScanConfig,
  findProgram,
  repositoryOf,
  SCANNER_IDS,
  type ScanConfig,
  type ScannerRun,
  type ScanResult,
  scanners,
} from '../../scan/index.ts';
import { type CommandResult, type Io, painter } from '../io.ts';
import { door, findConfig } from '../session.ts';
import { packageVersion } from '../version.ts';
import { endWords, scanText } from './scan-text.ts';

export interface ScanCommandOptions {
  readonly base?: string;
  readonly only?: readonly string[];
  readonly format?: 'text' | 'json' | 'sarif';
  readonly json?: boolean;
  readonly list?: boolean;
  readonly config?: string;
}

/** Which scanners there are, and where each is found. */
export async function listScanners(io: Io): Promise<CommandResult> {
  const path = io.env['PATH'] ?? '';
  const list = await Promise.all(
    SCANNER_IDS.map(async (id) => {
      const { subject, program, install } = scanners[id];
      return { id, subject, program: await findProgram(program, path), install };
    }),
  );
  const paint = painter(io);
  const lines = list.map(({ id, subject, program, install }) =>
    program === null
      ? `${id.padEnd(12)} ${subject.padEnd(13)} ${paint('yellow', 'not found')}: ${install}`
      : `${id.padEnd(12)} ${subject.padEnd(13)} ${program}`,
  );
  return { exit: EXIT.done, text: lines.join('\n'), json: jsonSchema.parse({ scanners: list }) };
}

/** Scans a directory and says what it means. */
export async function scanDirectory(
  io: Io,
  given: string | undefined,
  options: ScanCommandOptions,
): Promise<CommandResult> {
  const exec = createExec();
  const { config, baseDir } = await settings(io, options, given !== undefined);
  const directory = given === undefined ? ((await repositoryOf(exec, baseDir)) ?? baseDir) : resolve(io.cwd, given);
  const paint = painter(io);
  const tell = (run: ScannerRun): void => {
    if (run.end.kind === 'scanned' || run.end.kind === 'not-scanned')
      io.err(`${paint('dim', `${run.scanner}: ${endWords(run)}, ${formatDuration(Math.round(run.took))}`)}\n`);
  };
  const result = await scanWorkingCopy({
    ...{ directory, config, baseDir, exec, clock: systemClock, onEnd: tell },
    base: options.base ?? null,
    only: options.only === undefined ? null : namedScanners(options.only, '--only'),
    path: io.env['PATH'] ?? '',
  });
  const exit = result.verdict === 'clean' ? EXIT.done : EXIT.failed;
  const json = asJson(result);
  if (options.format === 'json') return { exit, json, text: JSON.stringify(json, null, 2) };
  if (options.format === 'sarif') {
    const log = sarifLog(findingsIn(result, directory), {
      version: packageVersion(),
      root: io.env['GITHUB_WORKSPACE'] ?? directory,
      failures: result.notScanned,
    });
    return { exit, json: log, text: JSON.stringify(log, null, 2) };
  }
  return { exit, json, text: scanText(result, paint) };
}

interface Settings {
  readonly config: ScanConfig;
  readonly baseDir: string;
}

/** A directory alone is enough: then what is not configured has its default. */
async function settings(io: Io, options: ScanCommandOptions, directoryGiven: boolean): Promise<Settings> {
  const known = options.config ?? (await findConfig(io.cwd).catch(() => undefined));
  if (known === undefined && directoryGiven) return { config: defaultScanConfig(), baseDir: io.cwd };
  const { config, baseDir } = await openService(await door(io, options, false));
  return { config: config.service.scan, baseDir };
}

export function asJson({ verdict, findings, waived, faults, notScanned, runs }: ScanResult): Json {
  return jsonSchema.parse({
    verdict,
    findings: findings.map(({ finding, level, isNew }) => ({ ...finding, level, isNew })),
    waived: waived.map(({ finding, waiver }) => ({ ...finding, waiver })),
    waiverFaults: faults,
    notScanned,
    scanners: runs.map(({ scanner, subject, end, took }) => ({
      ...{ scanner, subject, end: end.kind, milliseconds: Math.round(took) },
      ...(end.kind === 'scanned' ? { version: end.version, said: end.findings.length } : {}),
    })),
  });
}
