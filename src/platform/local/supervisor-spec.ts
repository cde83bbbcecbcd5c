import type { CrashPolicy } from './crash-policy.ts';

/**
 * What a supervisor is told, over its standard input and nowhere else, since the environment holds secrets. Read with plain
 * checks instead of zod: a supervisor runs per instance, and zod would double its start-up time.
 */
export interface SupervisorSpec {
  readonly component: string;
  readonly version: string;
  readonly instance: string;
  readonly role: 'service' | 'guard';
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process, secrets put in. */
  readonly env: Readonly<Record<string, string>>;
  /** Values hidden in logs and last words. */
  readonly secrets: readonly string[];
  readonly marker: string;
  readonly port: number;
  readonly runFile: string;
  readonly logFile: string;
  readonly readyPath: string;
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly crash: CrashPolicy;
  readonly log: { readonly maxBytes: number; readonly keep: number };
}

/** @throws Error that names the first field that is not as it should be */
export function parseSpec(text: string): SupervisorSpec {
  const value: unknown = JSON.parse(text);
  const crash = member(value, 'crash');
  const log = member(value, 'log');
  return {
    component: textAt(value, 'component'),
    version: textAt(value, 'version'),
    instance: textAt(value, 'instance'),
    role: textAt(value, 'role') === 'guard' ? 'guard' : 'service',
    argv: textsAt(value, 'argv'),
    cwd: textAt(value, 'cwd'),
    env: Object.fromEntries(
      Object.keys(objectAt(value, 'env')).map((name) => [name, textAt(member(value, 'env'), name)]),
    ),
    secrets: textsAt(value, 'secrets'),
    marker: textAt(value, 'marker'),
    port: numberAt(value, 'port'),
    runFile: textAt(value, 'runFile'),
    logFile: textAt(value, 'logFile'),
    readyPath: textAt(value, 'readyPath'),
    startTimeoutMs: numberAt(value, 'startTimeoutMs'),
    stopTimeoutMs: numberAt(value, 'stopTimeoutMs'),
    crash: {
      exits: numberAt(crash, 'exits'),
      windowMs: numberAt(crash, 'windowMs'),
      backoffMs: numberAt(crash, 'backoffMs'),
      maxBackoffMs: numberAt(crash, 'maxBackoffMs'),
    },
    log: { maxBytes: numberAt(log, 'maxBytes'), keep: numberAt(log, 'keep') },
  };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) throw new Error(`supervisor: ${name} has no object around it`);
  const found: unknown = Reflect.get(value, name);
  return found;
}

function objectAt(value: unknown, name: string): object {
  const found = member(value, name);
  if (typeof found !== 'object' || found === null) throw new Error(`supervisor: ${name} is no object`);
  return found;
}

function textAt(value: unknown, name: string): string {
  const found = member(value, name);
  if (typeof found !== 'string') throw new Error(`supervisor: ${name} is no text`);
  return found;
}

function numberAt(value: unknown, name: string): number {
  const found = member(value, name);
  if (typeof found !== 'number') throw new Error(`supervisor: ${name} is no number`);
  return found;
}

function textsAt(value: unknown, name: string): readonly string[] {
  const found = member(value, name);
  if (!Array.isArray(found)) throw new Error(`supervisor: ${name} is no list`);
  return found.map((_, index) => textAt(found, String(index)));
}
