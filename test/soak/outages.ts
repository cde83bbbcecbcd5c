import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { startGitServer } from '../../scripts/components/git-server.ts';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import { freePortRange } from '../../scripts/components/ports.ts';
import { startPrometheus } from '../../scripts/components/prometheus.ts';
import { blueGreenPlace, canaryPlace, type MakeAround, rolledBackPlace, rollingPlace } from '../e2e/support/places.ts';
import { runProcess } from '../e2e/support/process.ts';
import { seeded } from '../e2e/support/random.ts';
import { differences, type Place, type Trial } from '../e2e/support/sweep.ts';
import { type Breakable, disturb, proxyOf, respawned, takenBackWhole } from './support/outage.ts';

/**
 * Releases while the proxy, the database, Prometheus and the git server of leases and journals are killed (-9) at random and come back after up to four
 * seconds; a release that ends before it is over is gone on with. The end must be that of an undisturbed release, or everything taken back:
 * never between the two, never more traffic than planned, no migration done twice.
 *   --only PLACE   canary, blue-green, rolling or taken-back (default: all of them)
 *   --releases N   of each (default: 20)
 *   --seed N       (default: 1)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { only: option, releases: option, seed: option } });
const wanted = Number(values.releases ?? '20');
const random = seeded(Number(values.seed ?? '1'));
const PLACES = {
  canary: canaryPlace,
  'blue-green': blueGreenPlace,
  rolling: rollingPlace,
  'taken-back': rolledBackPlace,
};
/** Processes that one release may take: each outage may end one. */
const MOST = 12;
const LIMIT_MS = 240_000;

interface Tried {
  readonly exits: readonly number[];
  readonly output: string;
  readonly state: unknown;
  readonly broken: readonly string[];
}

/** Goes on until the release is over, as an operator would: when all is up again. */
async function toTheEnd(trial: Trial, disturbed: Promise<unknown>): Promise<Tried> {
  const exits: number[] = [];
  let output = '';
  while (exits.length < MOST) {
    const ended = await runProcess(trial.argv(null), { env: trial.env, limitMs: LIMIT_MS });
    exits.push(ended.code ?? -1);
    output = ended.output;
    if (ended.code === 0 || ended.code === 4) break;
    await disturbed;
  }
  await disturbed;
  return { exits, output, ...(await trial.end()) };
}

const directory = await mkdtemp(join(tmpdir(), 'sl-outages-'));
const [first, last] = await freePortRange(41);
const mariadb = await startMariadb();
const git = await startGitServer(join(directory, 'git'));
const prometheus = await startPrometheus({
  scrapeConfigs: [
    { job: 'api', targets: Array.from({ length: 41 }, (_, index) => `127.0.0.1:${first + index}`), path: '/metrics' },
  ],
});
const database = respawned('database', mariadb, mariadb.port);
const metrics = respawned('Prometheus', prometheus, prometheus.port);
const server: Breakable = {
  name: 'git server',
  breakFor: async (ms) => {
    await git.kill();
    await sleep(ms);
    await git.start();
  },
};
let worlds = 0;
const around: MakeAround = () => ({
  ports: [first, last],
  prometheusUrl: prometheus.url,
  top: { store: { git: { url: git.url, prefix: `world-${++worlds}`, lease: '20s', patience: '3s' } } },
});

let faults = 0;
const sums: string[] = [];
try {
  for (const [name, make] of Object.entries(PLACES)) {
    if ((values.only ?? name) !== name) continue;
    const place: Place = make(mariadb, around);
    const sum = { asPlanned: 0, takenBack: 0, outages: 0, processes: 0, faults: 0 };
    try {
      let from = performance.now();
      const plain = await place.open();
      const undisturbed = await toTheEnd(plain, Promise.resolve());
      const seconds = (performance.now() - from) / 1000;
      const clean = undisturbed.exits.join() === String(place.exit) && undisturbed.broken.length === 0;
      await plain.close(clean);
      if (!clean)
        throw new Error(`undisturbed: ${undisturbed.exits.join()} ${undisturbed.broken.join()}\n${undisturbed.output}`);
      for (let n = 1; n <= wanted; n++) {
        from = performance.now();
        const trial = await place.open();
        const said: string[] = [];
        const parts = [database, metrics, server, proxyOf(join(dirname(trial.report), 'host'))];
        const disturbed = disturb(parts, seconds, random, (text) => said.push(text));
        const tried = await toTheEnd(trial, disturbed).catch(
          (error: unknown): Tried => ({ exits: [-1], output: String(error), state: null, broken: [String(error)] }),
        );
        const last = tried.exits.at(-1);
        const same = last === place.exit && isDeepStrictEqual(tried.state, undisturbed.state);
        const back = !same && place.exit === 0 && last === 4 ? takenBackWhole(tried.state) : null;
        const good = tried.broken.length === 0 && (same || (back !== null && back.length === 0));
        sum.outages += said.length;
        sum.processes += tried.exits.length;
        if (!good) sum.faults++;
        else if (same) sum.asPlanned++;
        else sum.takenBack++;
        const word = good ? (same ? 'same' : 'taken back') : 'DIFFERENT';
        const took = ((performance.now() - from) / 1000).toFixed(1);
        console.log(`${name} ${n}: ${word}, ${took} s, exits ${tried.exits.join(' ')}: ${said.join(', ')}`);
        if (!good) {
          const found = [...tried.broken, ...(back ?? differences('', tried.state, undisturbed.state))];
          console.log(`${found.join('\n')}\n${tried.output.slice(-1_500)}`.replace(/^/gm, '    '));
        }
        // A version that was taken back is not what the next one starts from.
        await trial.close(good && (same || place.exit === 4));
      }
    } finally {
      await place.close();
    }
    faults += sum.faults;
    sums.push(
      `${name}: ${wanted} releases, ${sum.outages} outages, ${sum.processes} processes: ${sum.asPlanned} ended as undisturbed, ${sum.takenBack} taken back whole, ${sum.faults} faults`,
    );
    console.log(sums.at(-1));
  }
} finally {
  await metrics.end();
  await database.end();
  await git.stop();
  await prometheus.stop();
  await mariadb.stop();
  await rm(directory, { recursive: true, force: true });
}
console.log(`\n${sums.join('\n')}`);
process.exitCode = faults === 0 && sums.length > 0 ? 0 : 1;
