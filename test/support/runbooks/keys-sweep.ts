import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { HostLab } from '../../../scripts/components/hosts.ts';
import { childProgram } from '../../../scripts/testing/children.ts';
import { fillGate, listRuns, showGates, systemClock, verifyRun } from '../../../src/procedure/index.ts';
import type { SweepTry } from '../crash-sweep.ts';
import { backupKeyWorld, copyOf, hostKeyWorld, type KeyWorld } from './keys.ts';

/** The runbook `key-rotate`, killed and gone on with. What is used must let us in behind every kill, before anything is gone on with. */

const SCRIPT = childProgram('runbook');

/** @param answer what people say at the checkpoint */
export type Answer = 'yes' | 'no';

function sweepTry(
  { dir, store, configFile }: KeyWorld,
  key: 'hosts' | 'backup',
  answer: Answer,
  { isIn, endState }: { isIn(): boolean; endState(): Promise<object> | object },
): Omit<SweepTry, typeof Symbol.asyncDispose> {
  const report = join(dir, 'report');
  let lockedOut = 0;
  return {
    report,
    async command(kill) {
      if (!isIn()) lockedOut += 1;
      return {
        argv: [
          ...[process.execPath, SCRIPT, configFile, store, 'key-rotate', report],
          ...(kill === undefined ? [] : [String(kill)]),
        ],
        env: { ...process.env, SWEEP_TEXTS: JSON.stringify({ reason: 'drill', key }) },
      };
    },
    async answer() {
      for (const gate of await showGates(store)) {
        const others = gate.path.endsWith('/first') ? {} : { others: true };
        const evidence = { works: answer === 'yes', ...others, seen: 'logged in as the job does' };
        const filled = await fillGate(store, gate.run, gate.path, evidence, 'ann', systemClock);
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const runs = await listRuns(store);
      const last = runs.at(-1);
      return {
        ...(await endState()),
        lockedOut,
        isIn: isIn(),
        left: readdirSync(dir).filter((name) => /next|previous|part/.test(name)),
        runs: runs.length,
        outcome: last?.finished?.outcome,
        journal: last === undefined ? 'none' : (await verifyRun(store, last.run)).kind,
      };
    },
  };
}

/** @param lab its hosts are made anew for each try */
export async function openHostKeySweep(lab: HostLab, answer: Answer): Promise<SweepTry> {
  const world = await hostKeyWorld(lab);
  const old = copyOf(world.identity);
  const blobOf = (file: string): string =>
    execFileSync('ssh-keygen', ['-y', '-f', file]).toString('utf8').split(' ')[1] ?? '';
  const isIn = (): boolean => world.hosts.every((host) => world.letsIn(host, world.identity));
  return {
    ...sweepTry(world, 'hosts', answer, {
      isIn,
      async endState() {
        const own = blobOf(world.identity);
        const lines = await Promise.all(world.hosts.map(world.lines));
        return {
          changed: own !== blobOf(old),
          old: world.hosts.map((host) => world.letsIn(host, old)),
          lines: lines.map((all) => all.map((line) => line.replace(own, 'KEY'))),
        };
      },
    }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

export async function openBackupKeySweep(answer: Answer): Promise<SweepTry> {
  const world = backupKeyWorld();
  const old = copyOf(world.password);
  const opened = (file: string): readonly boolean[] => world.repositories.map((one) => world.opens(one, file));
  return {
    ...sweepTry(world, 'backup', answer, {
      isIn: () => opened(world.password).every(Boolean),
      endState: () => ({
        changed: readFileSync(world.password, 'utf8') !== readFileSync(old, 'utf8'),
        old: opened(old),
        keys: world.repositories.map((one) => `${basename(one)}: ${world.keys(one)}`),
      }),
    }),
    [Symbol.asyncDispose]: async () => world[Symbol.dispose](),
  };
}
