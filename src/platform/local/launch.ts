import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { fileBeside } from '../../procedure/machine/beside.ts';
import type { ComponentLayout } from './layout.ts';
import type { LockEnd } from './lock.ts';
import { kill } from './processes.ts';
import type { SupervisorSpec } from './supervisor-spec.ts';

/** Names that a service inherits from whoever starts it. Nothing else: the starter's own secrets are none of its business. */
const INHERITED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'TZ', 'TMPDIR'];

export function inheritedEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => INHERITED.includes(name) || name.startsWith('LC_'));
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

const answerSchema = z.union([
  z.strictObject({ ok: z.literal(true) }),
  z.strictObject({ ok: z.literal(false), error: z.string() }),
]);

const ANSWER_WITHIN_MS = 20_000;

/**
 * Starts a supervisor in a session of its own and waits until its process runs. It inherits nothing of ours: no terminal, no
 * open file, no environment but the few plain names; the rest it gets over standard input. Only the lock it gets, until its run
 * file is written: should we be killed meanwhile, the next command waits for that file and starts nothing twice.
 * @throws ProblemError `unit.not-started`
 */
export async function launch(
  at: ComponentLayout,
  spec: Omit<SupervisorSpec, 'marker'>,
  lock: LockEnd,
  clock: Clock,
): Promise<void> {
  const complaints = await open(at.log(`${spec.instance}.supervisor`), 'a', 0o640);
  const words = [at.home, spec.instance];
  const child = spawn(
    process.execPath,
    [
      '--disable-sigusr1',
      '--disable-warning=ExperimentalWarning',
      '--max-old-space-size=64',
      fileBeside(import.meta.url, 'supervisor-main'),
      ...words,
    ],
    {
      cwd: at.home,
      env: inheritedEnvironment(process.env),
      stdio: ['pipe', 'pipe', complaints.fd, lock],
      detached: true,
    },
  );
  await complaints.close();
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('a piped process has no pipes');
  const done = new AbortController();
  const answer = new Promise<z.infer<typeof answerSchema>>((resolve) => {
    const failed = (error: string): void => resolve({ ok: false, error });
    createInterface({ input: stdout }).once('line', (line) => resolve(answerSchema.parse(JSON.parse(line))));
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code, signal) => failed(`the supervisor ended (${signal ?? `exit ${code}`})`));
    clock.sleep(ANSWER_WITHIN_MS, done.signal).then(
      () => failed(`no answer from the supervisor within ${ANSWER_WITHIN_MS / 1000} s`),
      () => undefined,
    );
  });
  // A supervisor that dies while it reads is reported by its exit, not by the broken pipe.
  stdin.on('error', () => undefined);
  stdin.end(JSON.stringify({ ...spec, marker: `${spec.component}/${spec.instance}/${randomUUID()}` }));
  const result = await answer;
  done.abort();
  stdout.destroy();
  child.unref();
  if (result.ok) return;
  if (child.pid !== undefined && child.exitCode === null) kill(child.pid, 'SIGKILL');
  throw new ProblemError({
    code: 'unit.not-started',
    where: `${spec.component} ${spec.instance}`,
    found: result.error,
    expected: `a process for ${JSON.stringify(spec.argv)}`,
    remedy: `see ${at.log(`${spec.instance}.supervisor`)} and check the command of the component`,
  });
}
