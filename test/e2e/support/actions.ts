import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Runs a bundled action as the runner of the forge does: inputs as variables, answers in files. */

/** One step of a job. */
export interface StepRan {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Log and workflow commands. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the step has kept for its `post` step. */
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly paths: readonly string[];
}

export interface StepOptions {
  /** Directory of the built actions. */
  readonly dist: string;
  /** For the files of the runner; made. */
  readonly dir: string;
  readonly cwd: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly state?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Is told of everything the step has said so far, and can end it. */
  readonly watch?: (log: string, kill: (signal: NodeJS.Signals) => void) => void;
}

let count = 0;

export async function runStep(name: string, options: StepOptions): Promise<StepRan> {
  const { dist, cwd, inputs = {}, state = {}, env = {}, watch } = options;
  count += 1;
  const dir = join(options.dir, `step-${count}`);
  await mkdir(dir, { recursive: true });
  const file = (kind: string): string => join(dir, kind);
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state', GITHUB_STEP_SUMMARY: 'summary', GITHUB_PATH: 'path' };
  for (const kind of Object.values(files)) await writeFile(file(kind), '');
  const variables = [
    ...Object.entries(inputs).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value] as const),
    ...Object.entries(state).map(([key, value]) => [`STATE_${key}`, value] as const),
    ...Object.entries(files).map(([key, kind]) => [key, file(kind)] as const),
  ];
  const child = spawn(process.execPath, [join(dist, `${name}.js`)], {
    cwd,
    env: {
      ...process.env,
      RUNNER_TEMP: dir,
      GITHUB_TRIGGERING_ACTOR: 'mia',
      GITHUB_ACTOR: 'somebody-else',
      ...env,
      ...Object.fromEntries(variables),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const hear = (chunk: Buffer): void => {
    log += chunk.toString();
    watch?.(log, (signal) => child.kill(signal));
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = await new Promise<Pick<StepRan, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    // Its own end, not that of its pipes: a supervisor it started may hold them.
    child.once('exit', (code, signal) => setImmediate(() => resolve({ code, signal })));
  });
  const text = (kind: string): Promise<string> => readFile(file(kind), 'utf8');
  return {
    ...ended,
    log,
    outputs: valuesIn(await text('output')),
    state: valuesIn(await text('state')),
    summary: await text('summary'),
    paths: (await text('path')).split('\n').filter((line) => line !== ''),
  };
}

/** `name<<MARK`, lines, `MARK`: as @actions/core writes them. Of two of one name the later one counts. */
function valuesIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/^([\w-]+)<<(\S+)\r?\n([\s\S]*?)\r?\n\2$/gm)].map(([, name = '', , value = '']) => [name, value]),
  );
}
