import { z } from 'zod';
import { formatSize } from '../model/size.ts';
import { sha256 } from '../procedure/journal/canonical.ts';
import type { Collected } from './collector.ts';

/** What is in a bundle, and what is not and why. */

const collectedSchema = z.strictObject({
  file: z.string().describe('Path in the bundle.'),
  place: z.string().describe('Where it was asked.'),
  answers: z.string().describe('The question that it answers.'),
  asked: z.string().describe('The command, the statement, or what was looked at.'),
  startedAt: z.string().describe('When, by the clock of the machine that asked; RFC 3339.'),
  ms: z.number().int().min(0).describe('How long it took.'),
  exit: z
    .number()
    .int()
    .nullable()
    .describe('Exit code of a command; null where there is none, or none was waited for.'),
  ended: z
    .enum(['itself', 'limit', 'time', 'not-asked'])
    .describe('How it ended: by itself, at its limit of bytes, at its limit of time, or it was never asked.'),
  truncated: z.boolean().describe('Something is missing.'),
  problem: z.string().nullable().describe('What went wrong; null: nothing.'),
  bytes: z.number().int().min(0),
  sha256: z.string().nullable().describe('Of the file; null: there is none.'),
});

export const manifestSchema = z.strictObject({
  v: z.literal(1),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  /** Who collected it. */
  who: z.string(),
  /** The machine that asked. */
  on: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  minutes: z.number().int().positive().describe('How far back logs were read.'),
  maxBytes: z.number().int().positive(),
  masked: z.strictObject({
    secrets: z.number().int().describe('Secrets that were masked by their value.'),
    unread: z.array(z.string()).describe('References to secrets that could not be read: only their shape is masked.'),
    emails: z.boolean(),
  }),
  collected: z.array(collectedSchema),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Pure. */
export function manifestOf(about: Omit<Manifest, 'v' | 'collected'>, collected: readonly Collected[]): Manifest {
  return {
    v: 1,
    ...about,
    collected: collected.map(({ content, ...rest }) => ({
      ...rest,
      bytes: content.length,
      sha256: content.length === 0 ? null : sha256(content),
    })),
  };
}

/** The page that a reader opens first. Pure. */
export function readme(manifest: Manifest): string {
  const { service, environment, who, on, startedAt, endedAt, minutes, masked, collected } = manifest;
  const there = collected.filter(({ bytes }) => bytes > 0);
  const missing = collected.filter(({ bytes, problem }) => bytes === 0 || problem !== null);
  const width = Math.max(0, ...there.map(({ file }) => file.length));
  const subject = service === null ? 'one machine' : `${service}${environment === null ? '' : ` in ${environment}`}`;
  return [
    `Facts about ${subject}`,
    '',
    `Collected from ${startedAt} to ${endedAt} by ${who} on ${on}. Logs reach back ${minutes} minutes.`,
    'Nothing was changed to collect them. Each file is the answer to one question, as the program that was asked wrote it.',
    '',
    'What was blanked: *** stands for a secret, or for what looks like one; ? for a value in a statement of SQL.',
    `Known by value: ${masked.secrets} secrets.${masked.emails ? ' Addresses of people are blanked too.' : ' Addresses of people are NOT blanked.'}`,
    ...(masked.unread.length === 0
      ? []
      : [
          `Not known by value, since they could not be read here: ${masked.unread.join(', ')}. Look for them before you pass this on.`,
        ]),
    'No mask finds everything. Read what you pass on to others.',
    '',
    'manifest.json has for each file: what was asked, when, how long it took, how it ended, and its SHA-256.',
    'Where to begin: hosts/*/pressure, memory, disk and kernel-log; then proxy/show-stat; then database/processlist and lock-waits;',
    'hosts/*/clock says how far clocks are apart before you compare times of two hosts.',
    '',
    'Files',
    ...there.map(
      ({ file, answers, bytes, truncated }) =>
        `  ${file.padEnd(width)}  ${formatSize(bytes).padStart(9)}${truncated ? ', cut' : ''}  ${answers}`,
    ),
    ...(missing.length === 0
      ? []
      : [
          '',
          'What is missing or incomplete',
          ...missing.map(({ file, problem }) => `  ${file}: ${problem ?? 'an empty answer'}`),
        ]),
    '',
  ].join('\n');
}
