import { z } from 'zod';
import { complain, nameSchema } from '../model/scalars.ts';

/** Fragment `logs` of an environment: which logs are put aside, when, and how their writer is told. */

const PATTERN = 'an absolute path of letters, digits and . _ / -, with stars in its last part only';
/** It becomes a pattern of a shell of root, and a line of a configuration of logrotate. */
const patternSchema = z
  .string({ error: PATTERN })
  .regex(/^\/(?:[A-Za-z0-9._-]+\/)+[A-Za-z0-9._*-]+$/, PATTERN)
  .max(200, PATTERN)
  .refine((path) => !/(?:^|\/)\.\.?(?:\/|$)/.test(path), PATTERN)
  .meta({ title: 'files on a host' });

const UNIT = 'a unit of systemd such as nginx.service';
const unitSchema = z
  .string({ error: UNIT })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@:-]{0,200}\.[a-z]+$/, UNIT)
  .meta({ title: 'unit of systemd' });

const PID_FILE = 'an absolute path of letters, digits and . _ / -';
const pidFileSchema = z
  .string({ error: PID_FILE })
  .regex(/^\/[A-Za-z0-9._/-]{1,190}$/, PID_FILE)
  .refine((path) => !/(?:^|\/)\.\.(?:\/|$)/.test(path), PID_FILE)
  .meta({ title: 'file on a host' });

const whole = (min: number, max: number) => {
  const words = `a whole number from ${min} to ${max}`;
  return z.number({ error: words }).int(words).min(min, words).max(max, words);
};

const reopenConfig = z
  .strictObject({
    unit: unitSchema.exactOptional().describe('Unit whose main process writes them.'),
    pidFile: pidFileSchema
      .exactOptional()
      .describe('File with the id of the process that writes them, in place of `unit`.'),
    signal: z
      .enum(['HUP', 'USR1', 'USR2'], { error: 'HUP, USR1 or USR2' })
      .exactOptional()
      .describe('Signal upon which it opens its logs anew: USR1 for Nginx. Left out: the unit is reloaded.'),
  })
  .check((ctx) => {
    const { unit, pidFile, signal } = ctx.value;
    if (unit === undefined ? pidFile !== undefined && signal !== undefined : pidFile === undefined) return;
    complain(ctx, {
      path: [],
      code: 'config.log-reopen',
      found: Object.keys(ctx.value).join(', ') || 'nothing',
      expected: '`unit:`, with or without `signal:`, or `pidFile:` with `signal:`',
      remedy: 'leave `reopen:` out for a writer that opens its log for each line',
    });
  });

const logConfig = z
  .strictObject({
    files: z.array(patternSchema).min(1, 'at least one').describe('Logs of one writer.'),
    hosts: z
      .array(nameSchema)
      .min(1, 'at least one host')
      .exactOptional()
      .describe('Hosts on which they lie, one after the other. Left out: this machine.'),
    reopen: reopenConfig
      .exactOptional()
      .describe(
        'How the writer is told that its log has another name. Left out: it opens its log for each line. A log that its writer does not let go is never compressed or removed.',
      ),
    every: z
      .enum(['daily', 'weekly', 'monthly'], { error: 'daily, weekly or monthly' })
      .default('daily')
      .describe('A log that is older is due.'),
    maxMiB: whole(1, 1_048_576).default(100).describe('A log that is greater is due, MiB.'),
    keep: whole(1, 1000).default(14).describe('How many of each log that were put aside are kept.'),
    keepDays: whole(1, 3650).default(90).describe('Those that were put aside longer ago are removed, days.'),
    logrotate: z
      .boolean({ error: 'true or false' })
      .default(true)
      .describe(
        'Where logrotate is installed, it does the work, also by its own timer: its configuration is laid down in /etc/logrotate.d. `false`: never.',
      ),
  })
  .meta({ title: 'logs' });

export const logsConfig = z.record(nameSchema, logConfig);
export type LogsConfig = z.infer<typeof logsConfig>;
