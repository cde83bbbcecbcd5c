import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, renameSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../model/ports.ts';
import { createMask } from '../../procedure/masking/mask.ts';
import { afterExit, CALM, type CrashState } from './crash-policy.ts';
import { type LogSink, logSink } from './log-file.ts';
import { bootId, identify, kill, MARKER, marked, type ProcessId } from './processes.ts';
import type { RunRecord } from './records.ts';
import type { SupervisorSpec } from './supervisor-spec.ts';

/** What the supervisor is asked while it runs; the entry maps signals to it. */
export interface Orders {
  /** Aborted by SIGTERM: stop the process and end. */
  readonly stop: AbortSignal;
  /** Called once; the given function is run at each SIGHUP. */
  onReload(reload: () => void): void;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const SETPRIV = '/usr/bin/setpriv';

/**
 * Keeps one process running until it is told to stop: starts it, starts it again with growing pauses when it ends by itself,
 * says when that has become a crash loop, keeps its logs, and writes what it knows to the run file at each change.
 * @param started called once, when the process was started for the first time and the run file says so
 * @throws Error when the process cannot be spawned at all
 */
export async function supervise(
  spec: SupervisorSpec,
  clock: Clock,
  orders: Orders,
  started: () => void,
): Promise<void> {
  const mask = createMask();
  for (const secret of spec.secrets) mask.add(secret);
  const log = logSink(spec.logFile, spec.log, mask.text);
  const self = identify(process.pid) ?? { pid: process.pid, startTicks: 0 };
  const known: Known = { phase: 'running', child: null, restarts: 0, lastExit: null, lastLines: [] };
  const write = (change: Partial<Known>): void => {
    Object.assign(known, change);
    writeRunFile(spec, self, known);
  };

  let child: ChildProcess | undefined;
  orders.onReload(() => child?.kill('SIGHUP'));
  let crash: CrashState = CALM;
  try {
    for (let run = 0; !orders.stop.aborted; run++) {
      log.clearTail();
      const begun = clock.monotonic();
      child = await spawnChild(spec, log).catch((error: unknown) => {
        // The first failure is told to whoever started us; later ones (no memory, no pids) pass, so they count as exits.
        if (run === 0) throw error;
        return undefined;
      });
      let exit: Exit | undefined = { code: null, signal: null };
      if (child !== undefined) {
        const exited = exitOf(spec, child, clock);
        const phase = crash.looping ? 'crash-loop' : 'running';
        write({ phase, child: identify(child.pid ?? 0) ?? null, restarts: run });
        if (run === 0) started();
        const calm = new AbortController();
        if (crash.looping)
          whenCalm(clock, spec.crash.windowMs, [calm.signal, orders.stop], () => write({ phase: 'running' }));
        exit = await untilExitOrStop(exited, orders.stop);
        calm.abort();
        if (exit === undefined) {
          write({ phase: 'stopping' });
          await end(spec, child, exited, clock);
          break;
        }
      }
      const now = clock.monotonic();
      const next = afterExit(crash, now, now - begun, spec.crash);
      crash = next.state;
      const lastExit = { ...exit, time: clock.now() };
      write({ phase: crash.looping ? 'crash-loop' : 'backoff', child: null, lastExit, lastLines: log.tail() });
      await clock.sleep(next.delayMs, orders.stop).catch(() => undefined);
    }
    write({ phase: 'stopped', child: null });
  } finally {
    log.close();
  }
}

function whenCalm(clock: Clock, ms: number, signals: AbortSignal[], then: () => void): void {
  clock.sleep(ms, AbortSignal.any(signals)).then(then, () => undefined);
}

interface Known {
  phase: RunRecord['phase'];
  child: ProcessId | null;
  restarts: number;
  lastExit: RunRecord['lastExit'];
  lastLines: readonly string[];
}

/** Temporary file and rename: a reader sees the old record or the new one. A full disk must not end the supervisor. */
function writeRunFile(spec: SupervisorSpec, supervisor: ProcessId, known: Known): void {
  const record: RunRecord = {
    v: 1,
    component: spec.component,
    version: spec.version,
    instance: spec.instance,
    role: spec.role,
    port: spec.port,
    boot: bootId(),
    supervisor,
    marker: spec.marker,
    readyPath: spec.readyPath,
    startTimeoutMs: spec.startTimeoutMs,
    stopTimeoutMs: spec.stopTimeoutMs,
    ...known,
  };
  const temporary = `${spec.runFile}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 0o644 });
    renameSync(temporary, spec.runFile);
  } catch (error) {
    process.stderr.write(`supervisor of ${spec.instance}: run file not written: ${String(error)}\n`);
  }
}

/** The process leads a group of its own; the kernel kills it when this supervisor dies, so that no orphan keeps the port. */
function spawnChild(spec: SupervisorSpec, log: LogSink): Promise<ChildProcess> {
  const [command = '', ...args] = [...dieWithParent(), ...spec.argv];
  const child = spawn(command, args, {
    cwd: spec.cwd,
    env: { ...spec.env, [MARKER]: spec.marker },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const output of [child.stdout, child.stderr]) {
    const lines = log.stream();
    output.on('data', (chunk: Buffer) => lines.push(chunk));
    output.on('end', () => lines.end());
  }
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', reject);
  });
}

function dieWithParent(): readonly string[] {
  try {
    accessSync(SETPRIV, constants.X_OK);
    return [SETPRIV, '--pdeathsig', 'KILL', '--'];
  } catch {
    // Without it the next start or stop finds the orphan by its marker and ends it.
    return [];
  }
}

/** How long output that somebody unknown still holds open is waited for after the process has ended. */
const OUTPUT_GRACE_MS = 500;

/** Resolves when the process has ended, everything it left behind was killed and what it printed was read. */
function exitOf(spec: SupervisorSpec, child: ChildProcess, clock: Clock): Promise<Exit> {
  const closed = new AbortController();
  child.once('close', () => closed.abort());
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      sweep(spec, child);
      clock
        .sleep(OUTPUT_GRACE_MS, closed.signal)
        .catch(() => undefined)
        .then(() => resolve({ code, signal }));
    });
  });
}

function untilExitOrStop(exited: Promise<Exit>, stop: AbortSignal): Promise<Exit | undefined> {
  if (stop.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const onStop = (): void => resolve(undefined);
    stop.addEventListener('abort', onStop, { once: true });
    exited.then((exit) => {
      stop.removeEventListener('abort', onStop);
      resolve(exit);
    });
  });
}

/** SIGTERM to the process, the time it was promised to finish its requests, then SIGKILL to everything it started. */
async function end(spec: SupervisorSpec, child: ChildProcess, exited: Promise<Exit>, clock: Clock): Promise<void> {
  child.kill('SIGTERM');
  const gone = new AbortController();
  exited.then(() => gone.abort());
  await clock.sleep(spec.stopTimeoutMs, gone.signal).catch(() => undefined);
  if (gone.signal.aborted) return;
  sweep(spec, child);
  await exited;
}

/** Kills what is left of the group, and children that left the group but carry the marker. */
function sweep(spec: SupervisorSpec, child: ChildProcess): void {
  if (child.pid !== undefined) kill(-child.pid, 'SIGKILL');
  for (const left of marked(spec.marker)) kill(left.pid, 'SIGKILL');
}
