import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Counts, HistoryRow, IntervalRow } from '../../../src/rollout/analysis/index.ts';
import { COLUMNS } from '../../../src/rollout/analysis/index.ts';
import { FAMILIES } from './families.ts';
import { card } from './generator/card.ts';
import type { Family, Release } from './types.ts';

/** The simulated releases as files, in the format that `shiplock analyse` reads, with labels and a card. */

export interface DatasetOptions {
  /** Releases of each family, seeds 1 … perFamily. */
  readonly perFamily: number;
  /** Left out: all. */
  readonly families?: readonly Family[] | undefined;
}

export interface DatasetFacts {
  readonly families: number;
  readonly releases: number;
  /** Rows of releases and pasts. */
  readonly rows: number;
}

const LABELS = [
  'family',
  'seed',
  'purpose',
  'kind',
  'risk_ratio',
  'base_rate',
  'inside',
  'metrics',
  'first_share',
  'interval_seconds',
  'canary',
  'history',
  'settling',
] as const;
type Label = Readonly<Record<(typeof LABELS)[number], string | number | boolean>>;

const HISTORY_COLUMNS = COLUMNS.filter((column) => !column.startsWith('canary'));

/** Releases that are made and written at the same time; more would only cost memory. */
const ABREAST = 16;

/**
 * Writes the data set. The labels come last, so that a directory with `labels.csv` is a whole one.
 *
 * @param dir made if it is not there; must be empty
 * @throws RangeError when it is not empty or `perFamily` is not a positive whole number
 */
export async function writeDataset(dir: string, options: DatasetOptions): Promise<DatasetFacts> {
  const { perFamily, families = FAMILIES } = options;
  if (!Number.isSafeInteger(perFamily) || perFamily < 1) throw new RangeError('perFamily must be 1 or more');
  await mkdir(dir, { recursive: true });
  if ((await readdir(dir)).length > 0) throw new RangeError(`${dir} is not empty: give a new directory`);
  const labels: Label[] = [];
  let rows = 0;
  for (const family of families) {
    for (let done = 0; done < perFamily; done += ABREAST) {
      const seeds = Array.from({ length: Math.min(ABREAST, perFamily - done) }, (_, i) => done + i + 1);
      const written = await Promise.all(seeds.map((seed) => writeRelease(dir, family, family.make(seed))));
      labels.push(...written.map((one) => one.label));
      rows += written.reduce((sum, one) => sum + one.rows, 0);
    }
  }
  await writeFile(join(dir, 'README.md'), card({ families, perFamily }));
  await writeFile(
    join(dir, 'labels.csv'),
    table(
      LABELS,
      labels.map((label) => LABELS.map((key) => label[key])),
    ),
  );
  return { families: families.length, releases: labels.length, rows };
}

async function writeRelease(dir: string, family: Family, release: Release) {
  const folder = `${family.id}/${release.seed}`;
  await mkdir(join(dir, folder), { recursive: true });
  const rows = release.intervals.flat();
  const files = [
    { name: 'canary', text: canaryCsv(rows), wanted: true },
    { name: 'history', text: historyCsv(release.history), wanted: release.history.length > 0 },
    { name: 'settling', text: settlingCsv(rows), wanted: rows.some((row) => row.settling !== undefined) },
  ].filter((file) => file.wanted);
  await Promise.all(files.map(({ name, text }) => writeFile(join(dir, folder, `${name}.csv`), text)));
  const path = (name: string): string => (files.some((file) => file.name === name) ? `${folder}/${name}.csv` : '');
  const { truth, purpose, inside, world } = family;
  const label: Label = {
    family: family.id,
    seed: release.seed,
    purpose,
    kind: truth.kind,
    risk_ratio: truth.riskRatio,
    base_rate: truth.baseRate,
    inside,
    metrics: release.metrics.length,
    first_share: world.share,
    interval_seconds: world.intervalSeconds,
    canary: path('canary'),
    history: path('history'),
    settling: path('settling'),
  };
  return { label, rows: rows.length + release.history.length };
}

/** The release for `shiplock analyse`, which knows no marks: rows that may hold requests of another weight are left out. */
export function canaryCsv(rows: readonly IntervalRow[]): string {
  return table(COLUMNS, rows.filter((row) => row.settling === undefined).map(cells));
}

export function historyCsv(rows: readonly HistoryRow[]): string {
  return table(
    HISTORY_COLUMNS,
    rows.map(({ t, metric, baseline }) => [t, metric, ...pair(baseline)]),
  );
}

/** The rows that `canaryCsv` leaves out. */
export function settlingCsv(rows: readonly IntervalRow[]): string {
  const marked = rows.filter((row) => row.settling !== undefined);
  return table(
    [...COLUMNS, 'settling'],
    marked.map((row) => [...cells(row), row.settling ?? '']),
  );
}

function cells({ t, metric, baseline, canary }: IntervalRow): readonly (string | number)[] {
  return [t, metric, ...pair(baseline), ...pair(canary)];
}

function pair({ requests, bad }: Counts): readonly [number, number] {
  return [requests, bad];
}

/** None of the cells holds a comma, a quote or a line end. */
function table(header: readonly string[], lines: readonly (readonly (string | number | boolean)[])[]): string {
  return `${[header, ...lines].map((line) => line.join(',')).join('\n')}\n`;
}
