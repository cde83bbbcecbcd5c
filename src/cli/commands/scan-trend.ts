import { InvalidArgumentError } from 'commander';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { type CommandResult, type Io, knowsUnicode, painter } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly days: number;
}

/** How many days are shown when nobody says. */
const DAYS = 14;

export function addScanTrend({ program, io, done }: Registry): void {
  const parent = program.commands.find((command) => command.name() === 'scan') ?? program;
  withCommonOptions(parent.command('trend'))
    .summary('say which findings came and went, day by day')
    .description(
      'Say how many findings were open at the end of each day, and how many came and went since the day before, by the scans that were kept with `shiplock scan --record`. Scans in which a scanner was missing are left out: what they did not find need not be mended.',
    )
    .option('--days <count>', `how many days with a scan (default: ${DAYS})`, count, DAYS)
    .addHelpText('after', '\nExamples:\n  $ shiplock scan trend\n  $ shiplock scan trend --days 90 --json')
    .action(async (options: Options) => {
      done(await showTrend(io, options));
    });
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected a number of days, 1 or more');
  return number;
}

async function showTrend(io: Io, options: Options): Promise<CommandResult> {
  const { openService } = await import('../../release/index.ts');
  const { COUNTED_SEVERITIES, readTrend, trendDays, trendFile } = await import('../../scan/index.ts');
  const { door } = await import('../session.ts');
  const { store } = await openService(await door(io, options, false));
  const { entries, torn } = await readTrend(trendFile(store));
  const days = trendDays(entries).slice(-options.days);
  const json = jsonSchema.parse({ days, scans: entries.length, torn });
  if (days.length === 0)
    return { exit: EXIT.done, json, text: 'no whole scan is kept: `shiplock scan --record` keeps them' };
  const paint = painter(io);
  const total = (counts: Readonly<Record<string, number>>): number =>
    COUNTED_SEVERITIES.reduce((sum, severity) => sum + (counts[severity] ?? 0), 0);
  const head = `${'day'.padEnd(10)} ${COUNTED_SEVERITIES.map((one) => one.padStart(8)).join(' ')} ${'new'.padStart(6)} ${'gone'.padStart(6)} ${'waived'.padStart(6)}`;
  const rows = days.map(({ day, open, appeared, gone, waived }) => {
    const change = [appeared, gone]
      .map((counts) => (counts === null ? '-' : String(total(counts))).padStart(6))
      .join(' ');
    const counts = COUNTED_SEVERITIES.map((severity) => String(open[severity]).padStart(8)).join(' ');
    return `${day} ${counts} ${change} ${String(waived).padStart(6)}`;
  });
  const line = knowsUnicode(io.env) ? [`open ${sparkline(days.map(({ open }) => total(open)))}`] : [];
  const cut = torn === 0 ? [] : [`${torn} lines were cut by a crash and are left out`];
  return { exit: EXIT.done, json, text: [paint('bold', head), ...rows, ...line, ...cut].join('\n') };
}

const BARS = '▁▂▃▄▅▆▇█';

/** Counts as bars from nothing to the greatest of them. Pure. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts.map((one) => BARS[Math.round((one / most) * (BARS.length - 1))] ?? '').join('');
}
