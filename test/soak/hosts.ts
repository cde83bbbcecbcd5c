import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type LabHost, startHosts, whyNoHosts } from '../../scripts/components/hosts.ts';
import { startLoad } from '../../scripts/components/load.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { effectSchema } from '../../src/model/effect.ts';
import { parseAnswer } from '../../src/platform/ssh/answer.ts';
import { hostProgram } from '../../src/platform/ssh/program.ts';
import { executeEffect } from '../../src/procedure/effects/execute.ts';
import { engineOptions, openEnvironment } from '../../src/release/environment/service.ts';
import { readReleaseRecord } from '../../src/release/record.ts';
import { portRange } from '../e2e/support/doors.ts';
import { release, run } from '../e2e/support/kinds.ts';

/**
 * Rolling releases over real hosts, each with systemd, over a real ssh and behind a real HAProxy under load: one without a fault, then one for each host and
 * fault. The host loses its power, the new version dies there, or its disk is full.
 *   --hosts N    (default: 8)
 *   --fault F    power, service or disk (default: all)
 *   --only NAME  one host
 *   --rate N     requests per second (default: 50)
 */

const FAULTS = ['power', 'service', 'disk'] as const;
type Fault = (typeof FAULTS)[number];
/** Hosts that the others can stand in for. */
const SPARE = 2;
const ROOT = '/srv/certkeeper';
const SELF = [process.execPath, join(import.meta.dirname, '../../bin/shiplock.js')];
const ANSWERS = ['--item', 'log=yes', '--item', 'function=yes', '--item', 'memory=40', '--item', 'seen=the list'];

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { hosts: option, fault: option, only: option, rate: option } });
const count = Number(values.hosts ?? '8');
const rate = Number(values.rate ?? '50');

const why = await whyNoHosts();
if (why !== null) {
  console.error(`not run: ${why}`);
  process.exit(2);
}

/** What one host runs, from its own mouth. */
async function runningOn(host: LabHost): Promise<readonly string[] | null> {
  const { code, output } = await host.run(`${hostProgram().path} ${ROOT} observe`);
  const answer = code === 0 ? parseAnswer(output) : undefined;
  if (answer === undefined) return null;
  const up = new Set(answer.units.filter((unit) => unit.active === 'active').map((unit) => unit.unit));
  return answer.instances.filter((row) => up.has(row.unit)).map((row) => row.version);
}

interface Seen {
  /** Most hosts that did not run the old version before the checkpoint. */
  before: number;
  /** Most hosts that ran neither version at a time. A host without power is not counted: it says nothing. */
  down: number;
  looks: number;
}

async function watchHosts(
  hosts: readonly LabHost[],
  old: string,
  seen: Seen,
  state: { passed: boolean },
  stop: AbortSignal,
) {
  while (!stop.aborted) {
    const found = await Promise.all(hosts.map(runningOn));
    const changed = found.filter((versions) => versions !== null && !versions.includes(old)).length;
    if (!state.passed) seen.before = Math.max(seen.before, changed);
    seen.down = Math.max(seen.down, found.filter((versions) => versions?.length === 0).length);
    seen.looks += 1;
    await sleep(500);
  }
}

/** Does something once the journal of a newer run than these says that the node has begun. */
async function atNode(lab: Lab, node: RegExp, stop: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!stop.aborted) {
    const current = await latestJournal(lab);
    if (current.some((line) => line.includes('"step.intent"') && node.test(line))) return work();
    await sleep(50);
  }
}
let known: readonly string[] = [];
async function latestJournal(lab: Lab): Promise<readonly string[]> {
  const runs = (await readdir(join(lab.state, 'runs')).catch(() => [])).filter((name) => !known.includes(name));
  const texts = await Promise.all(
    runs.map((name) => readFile(join(lab.state, 'runs', name, 'journal.jsonl'), 'utf8').catch(() => '')),
  );
  return texts.join('').split('\n');
}
async function remember(lab: Lab): Promise<void> {
  known = await readdir(join(lab.state, 'runs')).catch(() => []);
}

interface Outcome {
  readonly code: number;
  readonly text: string;
  readonly lost: number;
  readonly requests: number;
  readonly seen: Seen;
}

/** A rolling release to its end: the checkpoint is filled in when it is come to. */
async function roll(
  lab: Lab,
  hosts: readonly LabHost[],
  old: string,
  fault: { host: LabHost; kind: Fault; version: string } | null,
): Promise<Outcome> {
  await remember(lab);
  const seen: Seen = { before: 0, down: 0, looks: 0 };
  const state = { passed: false };
  const stop = new AbortController();
  const watching = watchHosts(hosts, old, seen, state, stop.signal);
  const node = new RegExp(`host-${fault?.host.name}/start`);
  const breaking =
    fault?.kind === 'power' ? atNode(lab, node, stop.signal, () => fault.host.pullPlug()) : Promise.resolve();
  const load = await startLoad({ url: `${lab.entry}/api/v1/ping`, rate, seconds: 600 });
  let told = await release(lab);
  if (told.code === 3 && told.gate !== null && /checkpoint$/.test(told.gate)) {
    const filled = await run(lab, ['gate', 'fill', told.run, told.gate, ...ANSWERS, '--item', 'decision=go-on']);
    if (filled.code !== 0) throw new Error(filled.text);
    state.passed = true;
    told = await run(lab, ['resume', told.run]);
  }
  const { hits } = await load.stop();
  stop.abort();
  await Promise.all([watching, breaking]);
  return {
    code: told.code,
    text: told.text,
    seen,
    requests: hits.length,
    lost: hits.filter((hit) => hit.code !== 200).length,
  };
}

/** What an operator does with a host that was left behind: takes away what runs there, and starts what should. */
async function restore(host: LabHost, version: string): Promise<void> {
  const service = await openEnvironment(
    { configFile: join(lab.service, 'shiplock.yaml'), store: lab.state, env: process.env, who: 'soak', self: SELF },
    'production',
  );
  const { platform } = service.target.ports;
  const unit = (await readReleaseRecord(lab.state, 'production', '1.0.0'))?.unit ?? null;
  if (unit === null) throw new Error('1.0.0 has a unit');
  const fence = Number((await host.run(`cat ${ROOT}/run/fence`)).output);
  const { fenceFile, fenceCommand } = engineOptions(service);
  for (const effects of [
    async () => platform.stop(version, await platform.observe(), [host.name]),
    async () => platform.start(unit, await platform.observe(), [host.name]),
  ])
    for (const effect of await effects())
      await executeEffect(effectSchema.parse(effect), {
        clock: service.clock,
        secrets: service.secrets,
        fence,
        fenceFile,
        fenceCommand,
        signal: new AbortController().signal,
      });
}

async function inject(host: LabHost, kind: Fault, version: string): Promise<() => Promise<void>> {
  const dropIn = `/etc/systemd/system/certkeeper-api@${version}-1.service.d`;
  switch (kind) {
    case 'service':
      await host.run(
        `mkdir -p ${dropIn} && printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' >${dropIn}/broken.conf`,
      );
      return async () => void (await host.run(`rm -rf ${dropIn}`));
    case 'disk':
      await host.run('dd if=/dev/zero of=/srv/full bs=64k 2>/dev/null');
      return async () => void (await host.run('rm -f /srv/full'));
    case 'power':
      return async () => {
        // It is on still where the release ended before it came to this host.
        if ((await host.run('true')).code !== 0) await host.powerOn();
        await restore(host, version);
      };
  }
}

await using hostLab = await startHosts(count, { smallDisks: Array.from({ length: count }, (_, n) => n + 1) });
const lab = await openLab({
  database: false,
  frontend: false,
  ports: await portRange(),
  platform: {
    kind: 'ssh',
    root: ROOT,
    hosts: hostLab.hosts.map(({ name, address }) => ({ name, address })),
    knownHosts: hostLab.knownHosts,
    identityFile: hostLab.identity,
    // The disks are small.
    keepReleases: 3,
    crashLoop: { restarts: 3, within: '60s' },
  },
  traffic: { longestTimeout: '500ms', deadMan: '5s' },
  metrics: { every: '500ms' },
  rollout: {
    strategy: 'rolling',
    steps: [],
    healthDeadline: '20s',
    analysis: { past: '1s', floor: '2%' },
    analysisDeadline: '2s',
    lowTraffic: 'smoke',
    capacity: { perInstance: `${Math.ceil(100 / (count - SPARE))}%` },
    rolling: { firstBake: '1s', bake: '1s', wholeBake: '1s' },
  },
});
const env = { CERTKEEPER_LISTEN: '{host}:{port}' };
let failures = 0;
let before = 0;
let down = 0;
let releases = 0;
let requests = 0;
let lostOfOurs = 0;
const began = performance.now();
try {
  await lab.commit('1.0.0', { env });
  const first = await release(lab);
  if (first.code !== 0) throw new Error(first.text);
  let minor = 0;
  const chosen = hostLab.hosts.filter((host) => (values.only ?? host.name) === host.name);
  for (const kind of FAULTS.filter((one) => (values.fault ?? one) === one)) {
    for (const host of chosen) {
      minor += 1;
      const version = `1.${minor}.0`;
      await lab.commit(version, { env });
      const mend = await inject(host, kind, version);
      const from = performance.now();
      const end = await roll(lab, hostLab.hosts, '1.0.0', { host, kind, version });
      await mend();
      await sleep(1_000);
      const state = await Promise.all(hostLab.hosts.map(runningOn));
      const restored = state.every((versions) => versions?.join() === '1.0.0');
      const wrong = [
        ...(end.code === 4 ? [] : [`exit ${end.code}: ${end.text.slice(0, 600)}`]),
        ...(restored ? [] : [`left as ${JSON.stringify(state)}`]),
        ...(end.seen.before > 1 ? [`${end.seen.before} hosts changed before the checkpoint`] : []),
        ...(end.seen.down > SPARE ? [`${end.seen.down} hosts down at a time`] : []),
        // Whoever loses its power loses the requests that it has.
        ...(kind !== 'power' && end.lost > 0 ? [`${end.lost} of ${end.requests} requests lost`] : []),
      ];
      releases += 1;
      requests += end.requests;
      if (kind !== 'power') lostOfOurs += end.lost;
      before = Math.max(before, end.seen.before);
      down = Math.max(down, end.seen.down);
      failures += wrong.length === 0 ? 0 : 1;
      console.log(
        `${kind} at ${host.name}: exit ${end.code}, ${end.requests} requests, ${end.lost} lost, ${end.seen.looks} looks, at most ${end.seen.before} changed before the checkpoint, ${end.seen.down} down, ${((performance.now() - from) / 1000).toFixed(0)} s${wrong.map((text) => `\n    ${text}`).join('')}`,
      );
    }
  }
  if (values.only === undefined) {
    await lab.commit('2.0.0', { env });
    const end = await roll(lab, hostLab.hosts, '1.0.0', null);
    releases += 1;
    requests += end.requests;
    lostOfOurs += end.lost;
    if (end.code !== 0 || end.lost > 0 || end.seen.before > 1) failures += 1;
    before = Math.max(before, end.seen.before);
    console.log(
      `no fault: exit ${end.code}, ${end.requests} requests, ${end.lost} lost${end.code === 0 ? '' : `\n${end.text.slice(0, 800)}`}`,
    );
  }
} finally {
  await lab.stop();
}
console.log(
  `${releases} rolling releases over ${count} hosts: at most ${before} changed before the checkpoint, at most ${down} down at a time (${SPARE} can be spared); ` +
    `${lostOfOurs} of ${requests} requests lost where no power was; ${failures} broke a rule; ${((performance.now() - began) / 1000).toFixed(0)} s`,
);
process.exitCode = failures === 0 ? 0 : 1;
