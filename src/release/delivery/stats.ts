import { skimRun } from '../../procedure/journal/skim.ts';
import { namesIn, runsDirectory } from '../../procedure/store.ts';
import { countDeliveries, type DeliveryCounts, type Window } from './counts.ts';
import { counts, type DeliveryRun, deliveryOf } from './facts.ts';

export interface StatsQuery extends Window {
  /** Left out: each environment that there are journals of. */
  readonly environment?: string | undefined;
  readonly service?: string | undefined;
}

export interface Stats {
  readonly since: string;
  readonly until: string;
  readonly counts: readonly DeliveryCounts[];
  /** Journals that count only in part, or not at all, with the reason. */
  readonly damaged: readonly { readonly run: string; readonly why: string }[];
}

/** Delivery counts from the journals of a state directory. Only reads. */
export async function deliveryStats(store: string, query: StatsQuery): Promise<Stats> {
  const { runs, damaged } = await readDeliveries(store);
  const wanted = runs.filter(
    (run) =>
      (query.environment === undefined || run.environment === query.environment) &&
      (query.service === undefined || run.service === query.service),
  );
  const groups = Map.groupBy(wanted, ({ service, environment }) => JSON.stringify([service, environment]));
  const counted = [...groups.values()].map((group) => countsOf(group, query));
  return {
    since: new Date(query.since).toISOString(),
    until: new Date(query.until).toISOString(),
    counts: counted.toSorted((a, b) => compare(a.service, b.service) || compare(a.environment, b.environment)),
    damaged,
  };
}

function countsOf(group: readonly DeliveryRun[], window: Window): DeliveryCounts {
  const { service = '', environment = '' } = group[0] ?? {};
  return countDeliveries(group, { service, environment }, window);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What every journal says of a delivery. One that is torn counts up to its last whole record, one that is broken up to the break. */
export async function readDeliveries(
  store: string,
): Promise<{ readonly runs: readonly DeliveryRun[]; readonly damaged: Stats['damaged'] }> {
  const runs: DeliveryRun[] = [];
  const damaged: { run: string; why: string }[] = [];
  for (const name of await namesIn(runsDirectory(store))) {
    const run = decodeURIComponent(name);
    try {
      const skimmed = await skimRun(store, run, counts);
      if (skimmed === undefined) continue;
      const { entries, broken, tornBytes } = skimmed;
      if (broken !== undefined) damaged.push({ run, why: `record ${broken.seq}: ${broken.why}` });
      else if (tornBytes > 0) damaged.push({ run, why: `${tornBytes} bytes of an unfinished record at its end` });
      const delivery = deliveryOf(run, entries);
      if (delivery !== null) runs.push(delivery);
    } catch (error) {
      damaged.push({ run, why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) });
    }
  }
  return { runs, damaged };
}
