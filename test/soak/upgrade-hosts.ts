import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import { findRunbook } from '../../src/cli/runbook/registry.ts';
import { fillGate, systemClock } from '../../src/procedure/index.ts';
import { openEnvironment, type ServiceEnvironment } from '../../src/release/index.ts';
import { resumeRunbook, runRunbook } from '../../src/release/runbook/index.ts';
import { breakOn, debScript, illOn, resetTo } from '../support/runbooks/host-packages.ts';

/**
 * The runbook `upgrade-packages` on real systemd hosts with real apt and dpkg, with a fault at each host and phase: the package that cannot be
 * configured, the program that does not start with it, the host that is cut off. As root.
 *   --hosts N     (default: 8)
 *   --turns 1,5   hosts with a fault (default: all)
 *   --only PHASE  set, not-healthy or unreachable
 */

const [OLD, NEW] = ['1.1', '1.2'];
const PHASES = ['set', 'not-healthy', 'unreachable'] as const;
type Phase = (typeof PHASES)[number];

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { hosts: option, turns: option, only: option } });
const count = Number(values.hosts ?? '8');
const turns = values.turns?.split(',').map(Number) ?? Array.from({ length: count }, (_, at) => at + 1);
const from = performance.now();
await using lab = await startHosts(count);
const dir = await mkdtemp(join(tmpdir(), 'sl-upgrade-'));
const configFile = join(dir, 'shiplock.yaml');
await writeFile(configFile, configText(lab.hosts));
await Promise.all(lab.hosts.map((host) => host.run(debScript([OLD, NEW], OLD))));
const { runbook } = await findRunbook('upgrade-packages', null);

let bad = 0;
let [before, most, runs] = [0, 0, 0];
const outcomes = new Map<string, number>();
for (const fault of [
  ...(values.only === undefined && values.turns === undefined ? [null] : []),
  ...PHASES.filter((phase) => (values.only ?? phase) === phase).flatMap((phase) =>
    turns.map((turn) => ({ phase, turn })),
  ),
]) {
  const report = await upgradeOnce(fault);
  runs += 1;
  before = Math.max(before, report.before);
  most = Math.max(most, report.beyond);
  outcomes.set(report.outcome, (outcomes.get(report.outcome) ?? 0) + 1);
  const what = fault === null ? 'no fault' : `${fault.phase} at ${fault.turn}`;
  console.log(
    `${what}: ${report.outcome}, ${report.before} changed before the checkpoint, ${report.changed} at the end`,
  );
  const wrong = report.before > 1 || report.beyond > 0 || (fault === null) !== (report.outcome === 'done');
  if (wrong) bad += 1;
}
console.log(
  `${runs} upgrades of ${count} hosts, ${[...outcomes].map(([name, times]) => `${times} ${name}`).join(', ')}; at most ${before} changed before the ` +
    `checkpoint, at most ${most} changed behind the one that failed; ${bad} broke a rule; ${((performance.now() - from) / 1000).toFixed(0)} s`,
);
await rm(dir, { recursive: true, force: true });
process.exitCode = bad === 0 ? 0 : 1;

interface Upgraded {
  readonly outcome: string;
  /** Hosts changed when the run waited for the inspection, or when it ended before. */
  readonly before: number;
  /** Hosts changed at the end. */
  readonly changed: number;
  /** Hosts changed behind the one with the fault. */
  readonly beyond: number;
}

async function upgradeOnce(fault: { readonly phase: Phase; readonly turn: number } | null): Promise<Upgraded> {
  const host = fault === null ? undefined : lab.hosts[fault.turn - 1];
  const store = await mkdtemp(join(dir, 'state-'));
  if (fault?.phase === 'set') await host?.run(breakOn(NEW));
  if (fault?.phase === 'not-healthy') await host?.run(illOn(NEW));
  if (fault?.phase === 'unreachable' && fault.turn === 1) await host?.cutOff(true);
  // A run that died before has raised the fence of the hosts: each begins above it.
  const service = await opened(store);
  const texts = { reason: 'drill', packages: 'shop-agent', service: 'agent' };
  let result = await runRunbook(service, runbook, { texts });
  const waiting = await changedHosts(host);
  if (result.outcome === 'waiting' && result.run !== null) {
    if (fault?.phase === 'unreachable') await host?.cutOff(true);
    const evidence = { works: true, seen: 'its log and its answers' };
    const filled = await fillGate(store, result.run, result.gate?.path ?? '', evidence, 'ann', systemClock);
    if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
    result = await resumeRunbook(await opened(store), result.run, async () => runbook);
  }
  await host?.cutOff(false);
  const changed = await changedHosts();
  await Promise.all(lab.hosts.map((one) => one.run(resetTo(OLD))));
  await Promise.all(lab.hosts.map((one) => one.run('rm -f /srv/shop/run/fence')));
  return {
    outcome: result.outcome,
    before: waiting.length,
    changed: changed.length,
    beyond: fault === null ? 0 : changed.filter((turn) => turn > fault.turn).length,
  };
}

function opened(store: string): Promise<ServiceEnvironment> {
  return openEnvironment({ configFile, store, env: {}, who: 'sweep', self: [] }, 'production');
}

/** Turns of the hosts whose package is not the old one, whole. @param cut a host that may be cut off now: nothing can have been done to it since */
async function changedHosts(cut?: LabHost): Promise<readonly number[]> {
  const states = await Promise.all(
    lab.hosts.map(async (host) => {
      const { code, output } = await host.run("dpkg-query -W -f '${Version} ${db:Status-Abbrev}' shop-agent");
      if (code !== 0 && host !== cut) throw new Error(`${host.name}: ${output}`);
      return code === 0 ? output.trim() : `${OLD} ii`;
    }),
  );
  return states.flatMap((state, at) => (state === `${OLD} ii` ? [] : [at + 1]));
}

function configText(hosts: readonly LabHost[]): string {
  return `apiVersion: shiplock/v1
service: shop
components:
  api:
    kind: go
    source: api
    binary: service
    command: [./service, '{host}:{port}']
    ready: /readyz
environments:
  production:
    platform:
      kind: ssh
      root: /srv/shop
      localRoot: here
      knownHosts: ${lab.knownHosts}
      identityFile: ${lab.identity}
      hosts:
        - { name: serves, address: 192.0.2.1 }
    traffic:
      kind: haproxy
      directory: here/haproxy
      bind: 127.0.0.1:8080
    rollout:
      steps:
        - share: 10%
          bake: 5m
    system:
      hosts:
${hosts.map(({ name, address }) => `        - { name: ${name}, address: ${address} }`).join('\n')}
      services:
        agent:
          unit: shop-agent.service
          hosts: [${hosts.map(({ name }) => name).join(', ')}]
          startTimeout: 10s
`;
}
