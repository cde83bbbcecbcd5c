import { join } from 'node:path';
import { childProgram } from '../../../scripts/testing/children.ts';
import { findRunbook } from '../../../src/cli/runbook/registry.ts';
import { fillGate, listRuns, showGates, systemClock, verifyRun } from '../../../src/procedure/index.ts';
import { askForChange, previewOf, recordFor } from '../../../src/release/change/index.ts';
import type { SweepTry } from '../crash-sweep.ts';
import { SETUPS } from './upkeep.ts';
import { type CommandWorld, commandWorld, SERVICES } from './world.ts';

/** Runbooks of the system on real processes, each try in a world of its own, for the crash sweep. */

const SCRIPT = childProgram('runbook');

/** Runbooks that change something and need no release, and what runs when they are begun. */
export const SWEPT: Readonly<Record<string, readonly string[]>> = {
  'service-revive': ['database'],
  'system-start': ['database'],
  'system-stop': SERVICES,
  'system-restart': SERVICES,
  'upgrade-packages': SERVICES,
  'certificate-renew': [],
  'log-rotate': [],
  'maintenance-on': [],
  'password-rotate': [],
  'maintenance-off': [],
};

/** The world that the sample of a runbook is for. */
export async function sampleWorld(name: string): Promise<CommandWorld> {
  const world = await commandWorld(SWEPT[name] ?? ['database'], SETUPS[name]);
  if (name === 'upgrade-packages') {
    world.packages.offer({ name: 'libssl3', version: '3.0.14-1' }, { name: 'openssl', version: '3.0.14-1' });
    world.packages.apt('install', 'libssl3', 'openssl');
    world.packages.apt('mark', 'auto', 'libssl3');
    world.packages.offer(
      { name: 'libssl3', version: '3.0.15-1' },
      { name: 'openssl', version: '3.0.15-1', depends: 'libssl3 (>= 3.0.15), openssl-provider' },
      { name: 'openssl-provider', version: '1' },
    );
  }
  return world;
}

/** @param forChange it is carried out for a change record, behind the gate of that */
export async function openRunbookSweep(name: string, forChange = false): Promise<SweepTry> {
  const world = await sampleWorld(name);
  if (forChange) await askFor(world, name);
  const report = join(world.dir, 'report');
  return {
    report,
    command: async (kill) => ({
      argv: [
        process.execPath,
        SCRIPT,
        ...[world.configFile, world.store, name, report],
        ...(kill === undefined ? [] : [String(kill)]),
      ],
    }),
    async answer() {
      const gates = await showGates(world.store);
      if (name !== 'password-rotate') throw new Error('these runbooks ask nobody on one host');
      for (const gate of gates) {
        const evidence = { works: true, others: true, seen: 'an order was placed' };
        const filled = await fillGate(world.store, gate.run, gate.path, evidence, 'ann', systemClock);
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const runs = await listRuns(world.store);
      const last = runs.at(-1);
      return {
        // Each start and stop that happened: one done twice, or left out, shows.
        log: world.log(),
        packages: world.packages.installed(),
        running: await world.running(),
        upkeep: await world.endState(),
        runs: runs.length,
        outcome: last?.finished?.outcome,
        journal: last === undefined ? 'none' : (await verifyRun(world.store, last.run)).kind,
      };
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

async function askFor(world: CommandWorld, name: string): Promise<void> {
  const find = async (wanted: string) => (await findRunbook(wanted, null)).runbook;
  const service = await world.open();
  const wish = { kind: 'runbook', runbook: name, inputs: (await find(name)).sample } as const;
  const preview = await previewOf(service, wish, service.clock.now(), find);
  const texts = { why: 'x', impact: 'x', verification: 'x' };
  await askForChange(service, recordFor(service, preview, { title: 'Swept', texts }));
}
