import type { parse } from 'csv-parse/sync';
import { z } from 'zod';

/** What the running process says, parsed once: process identity, and per server its address, weight, states and counters. */

export interface RuntimeServer {
  readonly slot: string;
  readonly host: string;
  readonly port: number;
  readonly checkHost: string;
  readonly checkPort: number;
  readonly weight: number;
  /** `maint`: no traffic and no checks; `drain`: checked, no new traffic. */
  readonly admin: 'ready' | 'drain' | 'maint';
  /** Whether HAProxy itself would send requests there (before weight and admin state). */
  readonly running: boolean;
  /** Outcome of the last check. `passed` may be left over from an earlier tenant while `running` is false. */
  readonly check: 'none' | 'failed' | 'passed';
  /** Checks passed in a row since it was down; above 0 it is on its way up. */
  readonly rising: boolean;
  readonly openRequests: number;
  /** Cumulative, counted when a response (or the lack of one) is certain. */
  readonly requests: number;
  readonly bad: number;
}

export interface Runtime {
  /** Changes when another process (restart, reload) answers: its counters began again. */
  readonly epoch: string;
  /** The text of `description` in the configuration this process runs: names its static part. */
  readonly description: string;
  readonly servers: readonly RuntimeServer[];
}

/** One connection, one line: all three answers are of one moment. `4` asks for servers only. */
export function lookCommand(backend: string): string {
  return `show info; show servers state ${backend}; show stat ${backend} 4 -1`;
}

const count = z
  .string()
  .regex(/^\d*$/)
  .transform((text) => Number(text));

const stateRow = z.object({
  srv_name: z.string(),
  srv_addr: z.string(),
  srv_port: count,
  srv_check_port: count,
  srv_check_addr: z.string(),
  srv_uweight: count,
  srv_admin_state: count,
  srv_op_state: count,
  srv_check_result: count,
  srv_check_health: count,
});

const statRow = z.object({
  svname: z.string(),
  scur: count,
  econ: count,
  eresp: count,
  hrsp_2xx: count,
  hrsp_3xx: count,
  hrsp_4xx: count,
  hrsp_5xx: count,
  hrsp_other: count,
});
type StatRow = z.infer<typeof statRow>;

/**
 * Requests and bad ones of one server. `hrsp_*` count answers that came from the server (1xx are interim and counted again by
 * the final one); `econ` requests that could not be sent to it (answered 503), `eresp` those it did not answer properly (502,
 * 504, or cut off). A client that goes away changes nothing: HAProxy waits for the server and counts what it did.
 */
export function countsOf(row: Omit<StatRow, 'svname' | 'scur'>): { readonly requests: number; readonly bad: number } {
  const answered = row.hrsp_2xx + row.hrsp_3xx + row.hrsp_4xx + row.hrsp_5xx + row.hrsp_other;
  const failed = row.econ + row.eresp;
  return { requests: answered + failed, bad: row.hrsp_5xx + failed };
}

/** `srv_admin_state` is a bit field: 1, 2 and 32 are kinds of maintenance (4 only says where it came from), 8 and 16 of drain. */
const MAINT_BITS = 0x23;
const DRAIN_BITS = 0x18;
/** `srv_check_result`: 0 none yet, 1 neutral, 2 failed, 3 passed, 4 passed conditionally. */
const CHECK_RESULTS = ['none', 'none', 'failed', 'passed', 'passed'] as const;

/**
 * The answer to `lookCommand`.
 * @throws Error that says what is missing or strange, for the operator
 */
export async function parseRuntime(answer: string): Promise<Runtime> {
  // Most of what is started never asks a HAProxy.
  const { parse } = await import('csv-parse/sync');
  const sections = answer.split(/\n\n+/).map((section) => section.trim());
  const info = sections.find((section) => section.startsWith('Name:'));
  const states = sections.find((section) => section.includes('# be_id '));
  const stats = sections.find((section) => section.startsWith('# pxname'));
  if (info === undefined || states === undefined || stats === undefined) {
    const complaint = sections.find((section) => /can't find|unknown command|permission denied/i.test(section));
    throw new Error(`its answer is not what a HAProxy of ours says: ${(complaint ?? answer).trim().slice(0, 200)}`);
  }
  const counters = new Map(rows(parse, stats, ',', statRow).map((row) => [row.svname, row]));
  const servers = rows(parse, states.slice(states.indexOf('# be_id ')), ' ', stateRow).map((state): RuntimeServer => {
    const counter = counters.get(state.srv_name);
    if (counter === undefined) throw new Error(`server ${state.srv_name} has a state but no counters`);
    const admin = state.srv_admin_state;
    const running = state.srv_op_state > 0;
    return {
      slot: state.srv_name,
      host: state.srv_addr,
      port: state.srv_port,
      // `-` where no other address than the server's was ever given.
      checkHost: state.srv_check_addr === '-' ? state.srv_addr : state.srv_check_addr,
      checkPort: state.srv_check_port,
      weight: state.srv_uweight,
      admin: (admin & MAINT_BITS) !== 0 ? 'maint' : (admin & DRAIN_BITS) !== 0 ? 'drain' : 'ready',
      running,
      check: CHECK_RESULTS[state.srv_check_result] ?? 'none',
      rising: !running && state.srv_check_health > 0,
      openRequests: counter.scur,
      ...countsOf(counter),
    };
  });
  return { epoch: epochOf(info), description: infoValue(info, 'description') ?? '', servers };
}

function epochOf(info: string): string {
  const pid = infoValue(info, 'Pid');
  const start = infoValue(info, 'Start_time_sec');
  if (pid === undefined || start === undefined) throw new Error('"show info" names no Pid or no Start_time_sec');
  return `${pid}@${start}`;
}

function infoValue(info: string, key: string): string | undefined {
  return new RegExp(`^${key}: (.*)$`, 'm').exec(info)?.[1]?.trim();
}

/** HAProxy's tables begin with `# ` and a header; trailing separators make columns without name or value. */
function rows<T>(read: typeof parse, table: string, delimiter: string, schema: z.ZodType<T>): readonly T[] {
  const records: unknown = read(table.replace(/^# /, ''), {
    delimiter,
    columns: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  return z.array(schema).parse(records);
}
