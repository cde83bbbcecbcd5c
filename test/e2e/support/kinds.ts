import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Lab, Ran } from '../../../scripts/lab/lab.ts';
import { liveVersion, readEnvironmentRecord } from '../../../src/release/record.ts';

/** What the tests of the kinds of release ask of the command and of the host. */

const summarySchema = z.object({
  outcome: z.string(),
  sentence: z.string(),
  version: z.string(),
  before: z.string().nullable(),
  run: z.string(),
  gate: z.string().nullable(),
});
const problemsSchema = z.object({ problems: z.array(z.object({ code: z.string() })) });
const statusSchema = z.object({
  routes: z.array(z.object({ version: z.string(), share: z.number() })).nullable(),
  schema: z.string().nullable(),
  git: z.string().nullable(),
});
const verdictSchema = z.object({ outputs: z.object({ verdict: z.string(), canaryRequests: z.number() }) });
type Bake = z.infer<typeof verdictSchema>['outputs'];

export interface Told {
  readonly code: number;
  readonly outcome: string;
  readonly sentence: string;
  readonly version: string;
  readonly before: string | null;
  readonly run: string;
  readonly gate: string | null;
  /** Codes of the problems that were told. */
  readonly codes: readonly string[];
  /** How each bake of the run ended. */
  readonly verdicts: readonly string[];
  /** Requests to the new version in the last bake. */
  readonly canaryRequests: number;
  /** All output. */
  readonly text: string;
}

/** Runs the command with `--json` and takes its answer apart. */
export async function run(
  lab: Lab,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const ran = await lab.shiplock([...args, '--json'], env);
  const json = parse(ran);
  const summary = summarySchema.safeParse(json).data;
  const bakes = summary === undefined ? [] : await bakesOf(lab, summary.run);
  return {
    code: ran.code,
    outcome: summary?.outcome ?? '',
    sentence: summary?.sentence ?? '',
    version: summary?.version ?? '',
    before: summary?.before ?? null,
    run: summary?.run ?? '',
    gate: summary?.gate ?? null,
    codes: (problemsSchema.safeParse(json).data?.problems ?? []).map((problem) => problem.code),
    verdicts: bakes.map((bake) => bake.verdict),
    canaryRequests: bakes.at(-1)?.canaryRequests ?? 0,
    text: ran.stdout + ran.stderr,
  };
}

export function release(
  lab: Lab,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Told> {
  return run(lab, ['release', 'production', ...args], env);
}

function parse(ran: Ran): unknown {
  try {
    return JSON.parse(ran.stdout);
  } catch {
    return undefined;
  }
}

async function bakesOf(lab: Lab, id: string): Promise<readonly Bake[]> {
  const text = await readFile(join(lab.state, 'runs', id, 'payloads.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => bakesIn(JSON.parse(line)));
}

function bakesIn(payload: unknown): readonly Bake[] {
  const own = verdictSchema.safeParse(payload).data?.outputs;
  if (own !== undefined) return [own];
  if (typeof payload !== 'object' || payload === null) return [];
  return Object.values(payload).flatMap(bakesIn);
}

/** What `shiplock status` and the history say. */
export async function live(lab: Lab) {
  const ran = await lab.shiplock(['status', 'production', '--json']);
  const record = await readEnvironmentRecord(lab.state, 'production', 'certkeeper');
  return { ...statusSchema.parse(parse(ran)), live: liveVersion(record) };
}

/** Share by version, as the proxy has it; versions without a share are left out. */
export async function serving(lab: Lab): Promise<Readonly<Record<string, number>>> {
  const { routes } = await live(lab);
  return Object.fromEntries(
    (routes ?? []).filter(({ share }) => share > 0).map(({ version, share }) => [version, share]),
  );
}

const runSchema = z.object({
  version: z.string(),
  instance: z.string(),
  role: z.string(),
  supervisor: z.object({ pid: z.number() }),
});

export interface RunningInstance {
  readonly version: string;
  readonly instance: string;
  readonly pid: number;
  readonly supervisor: number;
  /** `NAME=value`, as the kernel has it. */
  readonly env: readonly string[];
}

/** Processes of a component that really run now, with the environment the kernel knows of. */
export async function instancesOf(
  lab: Pick<Lab, 'host'>,
  component = 'api',
  root: string = lab.host,
): Promise<readonly RunningInstance[]> {
  const directory = join(root, component, 'run');
  const names = await readdir(directory).catch(() => []);
  const found: RunningInstance[] = [];
  for (const name of names.filter((one) => /-\d+\.json$/.test(one))) {
    const record = runSchema.safeParse(JSON.parse(await readFile(join(directory, name), 'utf8'))).data;
    if (record === undefined || record.role !== 'service') continue;
    const [pid] = await childrenOf(record.supervisor.pid);
    if (pid === undefined) continue;
    const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    found.push({
      version: record.version,
      instance: record.instance,
      pid,
      supervisor: record.supervisor.pid,
      env: environ.split('\0'),
    });
  }
  return found;
}

/** Shares that a run gave the proxy, in its own words and in order. */
export async function sharesSet(lab: Lab, id: string): Promise<readonly string[]> {
  const text = await readFile(join(lab.state, 'runs', id, 'payloads.jsonl'), 'utf8');
  return [...text.matchAll(/"why":"((?:[^",]+ \d[\d.]* %(?:, )?)+)"/g)].map(([, why]) => why ?? '');
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}
