import { cpus, loadavg } from 'node:os';

/** One measured figure beside what was promised. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** What was promised; absent for figures that only inform. */
  readonly target?: string;
  /** Whether the promise was kept; null for figures that promise nothing. */
  readonly met: boolean | null;
}

/** Lines of a Markdown table, ready for docs/benchmarks.md. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(
    ({ name, value, target = '', met }) =>
      `| ${name} | ${value} | ${target} | ${met === null ? '' : met ? 'yes' : '**no**'} |`,
  );
  return ['| what | measured | promised | kept |', '|---|---|---|---|', ...rows].join('\n');
}

/** Machine and how busy it is now: figures of a busy machine are worth less. */
export function machineLine(): string {
  const [first] = cpus();
  const [one = 0, five = 0] = loadavg();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, Linux, Node ${process.versions.node}; load average ${one.toFixed(1)} (1 min), ${five.toFixed(1)} (5 min)`;
}

/** Says what is going on, with the time since the program began. */
export function say(text: string): void {
  process.stdout.write(`${(performance.now() / 1000).toFixed(1).padStart(7)} s  ${text}\n`);
}
