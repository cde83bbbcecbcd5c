import { styleText } from 'node:util';
import { z } from 'zod';
import type { Ran } from '../lab/lab.ts';

/** How the demos tell what happens. */

const started = performance.now();
const color = process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';

export function paint(style: 'bold' | 'green' | 'red' | 'dim', text: string): string {
  return color ? styleText(style, text, { validateStream: false }) : text;
}

/** One line, with the seconds since the beginning. */
export function say(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${paint('dim', `${seconds} s`)}  ${text}\n`);
}

/** What a command printed, below the line that names it. */
export function show(command: string, text: string): void {
  say(paint('bold', `$ ${command}`));
  process.stdout.write(`${text.trimEnd().replace(/^/gm, '            ')}\n`);
}

const SIGNS: Readonly<Record<string, string>> = { done: paint('green', '✔'), waiting: '…' };

const summarySchema = z.object({
  outcome: z.string(),
  sentence: z.string(),
  run: z.string(),
  gate: z.string().nullable(),
  problems: z.array(z.object({ found: z.string() })),
});
export type Summary = z.infer<typeof summarySchema>;

/** What the command is given to: a lab of any kind. */
export interface Shiplock {
  shiplock(args: readonly string[]): Promise<Ran>;
}

/** Runs a command that changes something, and tells its sentence. @throws Error with all it said when it has none */
export async function told(lab: Shiplock, args: readonly string[], what: string): Promise<Summary> {
  const from = performance.now();
  const ran = await lab.shiplock([...args, '--json']);
  const summary = summarySchema.safeParse(parse(ran));
  if (!summary.success) throw new Error(`${what} ended with ${ran.code}:\n${ran.stdout}\n${ran.stderr}`);
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  say(`${SIGNS[summary.data.outcome] ?? paint('red', '✘')} ${summary.data.sentence} (${seconds} s, exit ${ran.code})`);
  return summary.data;
}

export function parse(ran: Ran): unknown {
  try {
    return JSON.parse(ran.stdout);
  } catch {
    return undefined;
  }
}

/** The last line of a demo. */
export function verdict(good: boolean): void {
  say(good ? paint('green', 'The demo did what it says.') : paint('red', 'The demo did NOT do what it says.'));
}
