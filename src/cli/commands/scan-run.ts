import { basename, resolve } from 'node:path';
import { EXIT } from '../../model/exit.ts';
import { type Json, jsonSchema } from '../../model/json.ts';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import { createExec, installStopSignals, systemClock } from '../../procedure/index.ts';
import { openService } from '../../release/index.ts';
import { findingsIn, namedScanners, scanWorkingCopy } from '../../release/scan/working-copy.ts';
import { sarifLog } from '../../report/index.ts';
import {
  appendTrend,
  builtIns,
  defaultScanConfig,
  findProgram,
  inputsOf,
  PROGRAM_IDS,
  readTrend,
  repositoryOf,
  type ScanConfig,
  type ScanInputs,
  type ScannerRun,
  type ScanResult,
  scanners,
  trendDays,
  trendEntry,
  trendFile,
} from '../../scan/index.ts';
import { type CommandResult, type Io, painter } from '../io.ts';
import { door, findConfig, whoAmI } from '../session.ts';
import { packageVersion } from '../version.ts';
import { scanHtml, scanVex } from './scan-forms.ts';
import { endWords, scanText } from './scan-text.ts';

export interface ScanCommandOptions {
  readonly base?: string;
  readonly only?: readonly string[];
  readonly format?: 'text' | 'json' | 'sarif' | 'html' | 'openvex' | 'cyclonedx';
  readonly sarif?: readonly string[];
  readonly record?: boolean;
  readonly state?: string;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly config?: string;
}

/** Which scanners there are, and where each is found. */
export async function listScanners(io: Io): Promise<CommandResult> {
  const path = io.env['PATH'] ?? '';
  const own = Object.values(builtIns).map(({ id, subject, about }) => ({ id, subject, about }));
  const list = await Promise.all(
    PROGRAM_IDS.map(async (id) => {
      const { subject, program, install } = scanners[id];
      return { id, subject, program: await findProgram(program, path), install };
    }),
  );
  const paint = painter(io);
  const lines = list.map(({ id, subject, program, install }) =>
    program === null
      ? `${id.padEnd(18)} ${subject.padEnd(13)} ${paint('yellow', 'not found')}: ${install}`
      : `${id.padEnd(18)} ${subject.padEnd(13)} ${program}`,
  );
  const ours = own.map(({ id, subject, about }) => `${id.padEnd(18)} ${subject.padEnd(13)} built in: ${about}`);
  const json = jsonSchema.parse({ scanners: list, builtIn: own });
  return { exit: EXIT.done, text: [...lines, ...ours].join('\n'), json };
}

/** Scans a directory and says what it means. */
export async function scanDirectory(
  io: Io,
  given: string | undefined,
  options: ScanCommandOptions,
): Promise<CommandResult> {
  const exec = createExec();
  const { config, baseDir, store, service } = await settings(io, options, given !== undefined);
  const directory = given === undefined ? ((await repositoryOf(exec, baseDir)) ?? baseDir) : resolve(io.cwd, given);
  const paint = painter(io);
  const tell = (run: ScannerRun): void => {
    if (run.end.kind === 'scanned' || run.end.kind === 'not-scanned')
      io.err(`${paint('dim', `${run.scanner}: ${endWords(run)}, ${formatDuration(Math.round(run.took))}`)}\n`);
  };
  const only = options.only === undefined ? null : namedScanners(options.only, '--only');
  using stop = installStopSignals(() => io.err('stopping: the scanners are ended\n'));
  const scanning = scanWorkingCopy({
    ...{ directory, config, baseDir, exec, clock: systemClock, onEnd: tell, signal: stop.signal },
    base: options.base ?? null,
    only,
    inputs: withLogs(inputsOf(config, baseDir), { only: only !== null, logs: options.sarif ?? [], cwd: io.cwd }),
    path: io.env['PATH'] ?? '',
  });
  const result = await scanning.catch((error: unknown) => {
    if (stop.requested === undefined) throw error;
    return null;
  });
  if (result === null) return stopped(stop.requested);
  const now = systemClock.now();
  const commit = await headOf(exec, directory);
  if (options.record === true) await record(store, trendEntry(result, { now, commit, whole: only === null }));
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
  const about = {
    service: service ?? basename(directory),
    commit,
    author: whoAmI(io.env),
    version: packageVersion(),
    now,
  };
  if (options.format === 'html') {
    const trend = store === null ? [] : trendDays((await readTrend(trendFile(store))).entries);
    return { exit, json, text: scanHtml(result, { ...about, directory, trend }) };
  }
  if (options.format === 'openvex' || options.format === 'cyclonedx') {
    const document = scanVex(options.format, result, about);
    if (document === null)
      io.err('no vulnerability was found, and OpenVEX has no document without one: nothing is written\n');
    return { exit, json: document, text: document === null ? '' : JSON.stringify(document, null, 2) };
  }
  return { exit, json, text: scanText(result, paint) };
}

/** Nothing is said of what was found until then: a part of an answer reads like all of it. */
function stopped(by: 'SIGINT' | 'SIGTERM' | undefined): CommandResult {
  return { exit: by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated, text: '', json: { verdict: 'stopped' } };
}

/** Logs that the command line names come beside those of the configuration. Who asks for some scanners only does not ask for what else is configured. */
function withLogs(
  inputs: ScanInputs,
  { only, logs, cwd }: { readonly only: boolean; readonly logs: readonly string[]; readonly cwd: string },
): ScanInputs {
  const given = logs.map((name) => ({ name, path: resolve(cwd, name) }));
  return only ? { ...inputs, sarif: given, licences: null } : { ...inputs, sarif: [...inputs.sarif, ...given] };
}

async function headOf(exec: Exec, directory: string): Promise<string | null> {
  const asked = await exec
    .read(['git', '-C', directory, 'rev-parse', 'HEAD'])
    .catch(() => ({ exitCode: 127, stdout: '' }));
  return asked.exitCode === 0 ? asked.stdout.trim() : null;
}

async function record(store: string | null, entry: ReturnType<typeof trendEntry>): Promise<void> {
  if (store === null)
    throw new ProblemError({
      code: 'cli.usage',
      where: '--record',
      found: 'no shiplock.yaml, and no --state',
      expected: 'a place where the result can be kept',
      remedy: 'name the state directory with --state',
    });
  await appendTrend(trendFile(store), entry);
}

interface Settings {
  readonly config: ScanConfig;
  readonly baseDir: string;
  /** State directory; null: nothing says where it is. */
  readonly store: string | null;
  /** Null: nothing names it. */
  readonly service: string | null;
}

/** A directory alone is enough: then what is not configured has its default. */
async function settings(io: Io, options: ScanCommandOptions, directoryGiven: boolean): Promise<Settings> {
  const known = options.config ?? (await findConfig(io.cwd).catch(() => undefined));
  if (known === undefined && directoryGiven) {
    const store = options.state === undefined ? null : resolve(io.cwd, options.state);
    return { config: defaultScanConfig(), baseDir: io.cwd, store, service: null };
  }
  const { config, baseDir, store } = await openService(await door(io, options, false));
  return { config: config.service.scan, baseDir, store, service: config.service.service };
}

export function asJson({ verdict, findings, waived, faults, notScanned, warnings, runs }: ScanResult): Json {
  return jsonSchema.parse({
    verdict,
    findings: findings.map(({ finding, level, isNew }) => ({ ...finding, level, isNew })),
    waived: waived.map(({ finding, waiver }) => ({ ...finding, waiver })),
    waiverFaults: faults,
    notScanned,
    warnings,
    scanners: runs.map(({ scanner, subject, end, took }) => ({
      ...{ scanner, subject, end: end.kind, milliseconds: Math.round(took) },
      ...(end.kind === 'scanned' ? { version: end.version, said: end.findings.length } : {}),
    })),
  });
}
