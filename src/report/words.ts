import { cleanLine } from '../model/text.ts';
import type { Fact, StepState } from './types.ts';

/** Times and texts as a report writes them. Pure. */

/** `06:00:12`, UTC. */
export function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}

/** `2026-11-21 06:00:12 UTC`. */
export function moment(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The clock, with the date where the day is another one than that of `start`. */
export function clockSince(time: number, start: number): string {
  const [day, first] = [new Date(time).toISOString().slice(0, 10), new Date(start).toISOString().slice(0, 10)];
  return day === first ? clock(time) : `${day.slice(5)} ${clock(time)}`;
}

/** `40 ms`, `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function lasting(ms: number): string {
  const two = (big: number, unit: string, small: number, part: string): string =>
    small === 0 ? `${big} ${unit}` : `${big} ${unit} ${small} ${part}`;
  if (ms < 95) return `${Math.round(Math.max(0, ms))} ms`;
  if (ms < 9_950) return `${Math.round(Math.max(0, ms) / 100) / 10} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** Longest texts of each sort; what is longer is cut and says so. */
export const LONGEST = {
  sentence: 900,
  title: 200,
  note: 600,
  value: 400,
  proof: 96,
  command: 1_500,
  problem: 1_500,
} as const;

/** Text from outside, on one line, bounded. */
export function shown(text: string, sort: keyof typeof LONGEST): string {
  return cleanLine(text, LONGEST[sort]);
}

/** What was recorded besides: a signature is named by its beginning, the journal has it whole. */
export function proof({ name, value }: Fact): Fact {
  return { name, value: shown(value, 'proof') };
}

export const STATE_WORDS: Readonly<Record<StepState, string>> = {
  done: 'done',
  nothing: 'nothing to do',
  failed: 'failed',
  refused: 'refused',
  undone: 'taken back',
  waiting: 'waits',
  open: 'not finished',
};

export const STATE_GLYPHS: Readonly<Record<StepState, string>> = {
  done: '✓',
  nothing: '–',
  failed: '✗',
  refused: '✗',
  undone: '↶',
  waiting: '‖',
  open: '…',
};
