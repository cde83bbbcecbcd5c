import { z } from 'zod';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { formatDuration, parseDuration } from '../../model/scalars.ts';
import { type DeliveryCounts, deliveryStats, openService, type Stats } from '../../release/index.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly since: string;
  readonly until?: string;
  readonly service?: string;
}

export function addStats({ program, io, done }: Registry): void {
  withCommonOptions(program.command('stats'))
    .summary('how often, how fast and how safely was released')
    .description(
      'Delivery counts from the journals: deployments, lead time, change failure rate, time to restore. docs/delivery-counts.md defines each. Only reads.',
    )
    .argument('[environment]', 'where (default: each environment by itself)')
    .option('--since <time>', 'a duration back from now, a date, or a time with its zone', '30d')
    .option('--until <time>', 'the same; this moment itself does not count (default: now)')
    .option('--service <name>', 'only this service')
    .addHelpText(
      'after',
      '\nExamples:\n  $ shiplock stats production\n  $ shiplock stats production --since 2026-10-01 --until 2026-11-01\n  $ shiplock stats --since 90d --json',
    )
    .action(async (environment: string | undefined, options: Options) => {
      const { store, clock } = await openService(await door(io, options, false));
      const now = clock.now();
      const since = moment(options.since, now, '--since');
      const until = options.until === undefined ? now : moment(options.until, now, '--until');
      if (since >= until) throw new ProblemError(emptyWindow(since, until));
      const stats = await deliveryStats(store, { environment, service: options.service, since, until });
      done({ exit: EXIT.done, text: statsText(stats), json: jsonSchema.parse(stats) });
    });
}

/** `30d` back from now, `2026-11-01` (midnight UTC), or `2026-11-01T08:00:00+01:00`. */
export function moment(text: string, now: number, option: string): number {
  const back = parseDuration(text);
  if (back !== undefined) return now - back;
  const known = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(text);
  if (known.success) return Date.parse(known.data);
  throw new ProblemError({
    code: 'cli.usage',
    where: option,
    found: text,
    expected: 'a duration such as 30d, a date such as 2026-11-01, or a time such as 2026-11-01T08:00:00Z',
    remedy: `write for instance ${option} 30d`,
  });
}

function emptyWindow(since: number, until: number) {
  return {
    code: 'cli.usage',
    where: '--since and --until',
    found: `${new Date(since).toISOString()} to ${new Date(until).toISOString()}`,
    expected: 'a beginning before the end',
    remedy: 'exchange them, or leave --until out',
  };
}

function statsText(stats: Stats): string {
  const lines = [`From ${stats.since} to ${stats.until}`];
  if (stats.counts.length === 0) lines.push('', 'no journal of a release: nothing is known');
  for (const counts of stats.counts) lines.push('', ...countsText(counts));
  for (const { run, why } of stats.damaged) lines.push('', `damaged, counted as far as it goes: ${run}: ${why}`);
  return lines.join('\n');
}

function countsText(counts: DeliveryCounts): readonly string[] {
  const { deployments, leadTime, changes, timeToRestore, runs, journalsBegin, underWay } = counts;
  const { perWeek } = deployments;
  const special = [
    part(deployments.first, 'the first release'),
    part(deployments.configuration, 'configuration only'),
    part(deployments.hotfix, 'hotfix'),
  ].flat();
  const causes = [
    part(changes.takenBackEarly, 'taken back before full traffic'),
    part(changes.takenBackLate, 'taken back after it'),
    part(changes.wentBackFrom, 'gone back from by a rollback'),
    part(changes.mended, 'mended by a hotfix'),
  ].flat();
  return [
    `${counts.service} in ${counts.environment}${journalsBegin === null ? '' : ` (journals since ${journalsBegin})`}`,
    `  deployments         ${deployments.n}${brackets(special)}, per week: ${perWeek.kind === 'known' ? round(perWeek.value) : `not known: ${perWeek.why}`}`,
    `  lead time           ${spread(leadTime)}${unknown(leadTime)}`,
    `  change failure rate ${changes.failureRate.kind === 'known' ? `${round(changes.failureRate.value * 100)} %: ${changes.failed} of ${changes.n} changes` : `not known: ${changes.failureRate.why}`}${brackets(causes)}`,
    `  time to restore     ${spread(timeToRestore)}${timeToRestore.notRestored === 0 ? '' : `; ${timeToRestore.notRestored} not restored`}`,
    `  runs that ended     releases: ${outcomesText(runs.release)}; rollbacks: ${outcomesText(runs.rollback)}`,
    ...underWay.map(({ run, kind, version, state }) => `  under way           ${kind} ${version}, ${state} (${run})`),
  ];
}

function spread(of: DeliveryCounts['leadTime'] | DeliveryCounts['timeToRestore']): string {
  if (of.kind === 'unknown') return `not known: ${of.why}`;
  return `median ${rough(of.medianMs)}, 90 % within ${rough(of.p90Ms)} (n = ${of.n})`;
}

function unknown({ withoutCommitTime, commitFromFuture }: DeliveryCounts['leadTime']): string {
  const words = [
    part(withoutCommitTime, 'without a recorded commit time'),
    part(commitFromFuture, 'with a commit from the future'),
  ].flat();
  return words.length === 0 ? '' : `; ${words.join(', ')}`;
}

function part(n: number, what: string): readonly string[] {
  return n === 0 ? [] : [`${n} ${what}`];
}

function brackets(parts: readonly string[]): string {
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function outcomesText(outcomes: Readonly<Record<string, number>>): string {
  const parts = Object.entries(outcomes).map(([outcome, n]) => `${n} ${outcome}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The two greatest units: nobody wants the milliseconds of a lead time of days. */
function rough(ms: number): string {
  const [first = '', second = ''] = formatDuration(ms).match(/\d+[a-z]+/g) ?? [];
  return `${first}${second}`;
}
