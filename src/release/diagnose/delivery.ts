import { readFile } from 'node:fs/promises';
import type { Collector, Place } from '../../diagnose/index.ts';
import { listRuns, readLease, readRun } from '../../procedure/index.ts';
import { readEnvironmentRecord } from '../record.ts';

/** What this program itself knows of an environment: what was done to it last, and by whom. */

const DELIVERY: Place = { name: 'delivery' };
const RUNS = 30;
const RECORDS = 400;

export interface DeliveryOf {
  readonly store: string;
  readonly service: string;
  readonly environment: string;
  readonly configFile: string;
}

export function deliveryCollectors({ store, service, environment, configFile }: DeliveryOf): readonly Collector[] {
  const look = (
    name: string,
    answers: string,
    what: string,
    read: () => Promise<string>,
    keep: 'beginning' | 'end' = 'beginning',
  ): Collector => ({
    ...{ file: `delivery/${name}`, answers, place: DELIVERY, timeoutMs: 10_000, maxBytes: 500_000 },
    work: { kind: 'look', what, keep, look: read },
  });
  return [
    look(
      'runs.txt',
      'What was done last, by whom, and how did it end?',
      `the newest ${RUNS} runs in ${store}`,
      async () => {
        const runs = (await listRuns(store)).filter((run) => run.environment === environment).slice(-RUNS);
        return lines(
          runs.map(({ run, title, who, startedAt, lastAt, state, finished }) => {
            const problems =
              finished?.problems.map(({ code, where, found }) => `\n    ${code} at ${where}: ${found}`) ?? [];
            return `${run}  ${title}  ${state}${finished === null ? '' : ` ${finished.outcome}`}  ${who}  ${startedAt} … ${lastAt}${problems.join('')}`;
          }),
        );
      },
    ),
    look(
      'journal.jsonl',
      'What did the newest run do, record by record?',
      `the last ${RECORDS} records of the newest run`,
      async () => {
        const newest = (await listRuns(store)).findLast((run) => run.environment === environment);
        if (newest === undefined) return '(no run)\n';
        const { entries } = await readRun(store, newest.run);
        return lines(entries.slice(-RECORDS).map((entry) => JSON.stringify(entry)));
      },
      'end',
    ),
    look('history.txt', 'Which versions served, one after another?', `the history of ${environment}`, async () => {
      const { history } = await readEnvironmentRecord(store, environment, service);
      return lines(
        history.map(({ time, version, outcome, who, why }) => `${time}  ${version}  ${outcome}  ${who}  ${why}`),
      );
    }),
    look('lease.json', 'Which run holds the environment?', `the lease of ${environment}`, async () => {
      const read = await readLease(store, environment);
      return `${JSON.stringify(read ?? null, null, 2)}\n`;
    }),
    look('configuration.yaml', 'What is configured?', configFile, () => readFile(configFile, 'utf8')),
  ];
}

function lines(list: readonly string[]): string {
  return list.length === 0 ? '(none)\n' : `${list.join('\n')}\n`;
}
