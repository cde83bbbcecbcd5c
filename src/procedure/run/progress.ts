import { styleText } from 'node:util';
import { formatProblem } from '../../model/problem.ts';
import type { RunEvent } from '../api.ts';

/** Progress for people. Lines for logs; on a terminal the newest status stays on one line that is written over. */

type Style = Parameters<typeof styleText>[0];

interface Line {
  readonly text: string;
  readonly style: Style;
  /** Replaced by what comes next. */
  readonly passing: boolean;
}

/** One line per event that matters, in plain text; texts are masked already. */
export function plainProgress(write: (line: string) => void): (event: RunEvent) => void {
  const latest = new Map<string, string>();
  return (event) => {
    const line = event.kind === 'progress' ? undefined : lineOf(event);
    if (line === undefined) return;
    // A watch says the same for minutes: only what is new.
    if (line.passing && 'path' in event) {
      if (latest.get(event.path) === line.text) return;
      latest.set(event.path, line.text);
    }
    write(line.text);
  };
}

/** On a terminal: colours, and passing lines written over. Elsewhere the same as `plainProgress`. */
export function liveProgress(stream: {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}): (event: RunEvent) => void {
  if (stream.isTTY !== true) return plainProgress((line) => stream.write(`${line}\n`));
  let passing = false;
  return (event) => {
    const line = lineOf(event);
    if (line === undefined) return;
    if (passing) stream.write('\r\u001b[2K');
    const text = line.passing ? cut(line.text, (stream.columns ?? 80) - 1) : line.text;
    const styled = styleText(line.style, text, { validateStream: false });
    stream.write(line.passing ? styled : `${styled}\n`);
    passing = line.passing;
  };
}

const ORDERED = { pause: '‖ paused', resume: '▸ goes on, ordered', abort: '↶ aborted' } as const;

function cut(text: string, columns: number): string {
  const first = text.split('\n')[0] ?? '';
  return first.length <= columns ? first : `${first.slice(0, Math.max(0, columns - 1))}…`;
}

function lineOf(event: RunEvent): Line | undefined {
  const line = (text: string, style: Style = 'reset', passing = false): Line => ({ text, style, passing });
  switch (event.kind) {
    case 'run-started':
      return line(`${event.resumed ? 'Resuming' : 'Starting'}: ${event.title} (run ${event.run})`, 'bold');
    case 'lease-watching':
      return line(
        `${event.environment} is held by ${event.holder}; watching for ${Math.round(event.forMs / 1000)} s whether it is alive`,
        'yellow',
      );
    case 'node-started':
      return line(`… ${event.path}: ${event.title}`, 'dim', true);
    case 'status':
    case 'progress':
      return line(`… ${event.path}: ${event.text}`, 'cyan', true);
    case 'effect':
      return line(`  ${event.path}: ${event.text}`, 'dim');
    case 'note':
      return line(`  ${event.path}: ${event.text}`, 'yellow');
    case 'node-done':
      return line(`✓ ${event.path}: ${event.title}${event.text === '' ? '' : ` (${event.text})`}`, 'green');
    case 'node-failed': {
      const words = event.final
        ? `✗ ${event.path}: ${event.title}`
        : `✗ ${event.path}: attempt ${event.attempt} failed`;
      return line([words, ...event.problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n'), 'red');
    }
    case 'node-undone':
      return line(`↶ ${event.path}: ${event.title} taken back`, 'yellow');
    case 'gate-opened':
      return line(`‖ ${event.path}: ${event.title} (waits for ${event.role})`, 'yellow');
    case 'order':
      return line(`${ORDERED[event.order]} by ${event.by}: ${event.why}`, 'yellow');
    case 'verdict':
      return line(`= ${event.path}: ${event.answer}: ${event.text}`, event.answer === 'fail' ? 'red' : 'green');
    case 'run-ended':
      return line(
        [`Run ${event.run}: ${event.outcome}`, ...event.problems.map((problem) => `  ${formatProblem(problem)}`)].join(
          '\n',
        ),
        'bold',
      );
    case 'journal':
      return undefined;
  }
}
