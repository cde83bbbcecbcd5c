import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { provide } from '../../scripts/setup.ts';
import { seeded } from '../e2e/support/random.ts';
import { composeContainers, startComposeLab, writeComposeSystem } from '../support/compose.ts';
import { engineNeeds } from './support/engine.ts';

/**
 * Stop, start and restart of services of Compose on a real engine, the command killed (-9) at a random moment and gone on with: what runs in the
 * end, and that each container was started once. As root; installs Docker's engine.
 *   --kills N    of each of the three (default: 10)
 *   --longest N  the latest moment of a kill, in ms after the beginning (default: 4000)
 *   --seed N     chooses the moments (default: 1)
 * Exit codes: 0 all good · 1 something is not · 2 something is missing on this machine
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { kills: option, seed: option, longest: option } });
const kills = Number(values.kills ?? '10');
const longestMs = Number(values.longest ?? '4000');
const random = seeded(Number(values.seed ?? '1'));
const PROGRAM = resolve('bin/shiplock.js');

const missing = await provide(engineNeeds);
if (missing.length > 0 || process.getuid?.() !== 0) {
  console.error(missing.length > 0 ? missing.join('\n') : 'an engine of its own can be started by root only');
  process.exit(2);
}
await using lab = await startComposeLab();
const dir = mkdtempSync(join(tmpdir(), 'sl-compose-soak-'));
await writeComposeSystem(dir, lab.image);

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

async function shiplock(words: readonly string[], killAfterMs?: number): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, ...words, '--state', join(dir, 'state')], {
    cwd: dir,
    env: { ...process.env, ...lab.env, SHIPLOCK_WHO: 'soak' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs), once(child, 'exit')]);
    child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, text };
}

/** Goes on until it is done: who was killed left the lease, which is waited for. */
async function goOn(first: readonly string[]): Promise<Ended> {
  let ended = await shiplock(['runbook', 'resume', '--quiet']);
  // Killed before anything was written down, there is nothing to go on with.
  if (ended.code === 2 || /nothing to/.test(ended.text)) ended = await shiplock(first);
  return ended;
}

/** How often each container was started since then, by the engine's own events. */
function startsSince(moment: string): Readonly<Record<string, number>> {
  const format = '{{index .Actor.Attributes "com.docker.compose.service"}} {{.ID}}';
  const now = String(Date.now() / 1000);
  const words = ['--since', moment, '--until', now, '--filter', 'event=start', '--format', format];
  const counts: Record<string, number> = {};
  for (const line of lab
    .docker('events', ...words)
    .split('\n')
    .filter(Boolean)) {
    const name = line.slice(0, line.indexOf(' ') + 13);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

let killed = 0;
let wrong = 0;
const run = (name: string, ...more: readonly string[]): readonly string[] => [
  ...['runbook', 'run', name, 'production', '--reason', 'soak', '--quiet'],
  ...more,
];
const first = await shiplock(run('system-start'));
if (first.code !== 0) throw new Error(first.text);
const CASES = [
  { words: run('system-stop'), states: 'exited exited exited', starts: [0] },
  { words: run('system-start'), states: 'running running running', starts: [1, 1, 1] },
  { words: run('system-restart', '--service', 'search'), states: 'running running running', starts: [1, 1] },
] as const;
for (let round = 1; round <= kills; round += 1) {
  for (const { words, states, starts } of CASES) {
    const moment = String(Date.now() / 1000);
    const ms = Math.round(300 + random() * longestMs);
    const died = await shiplock(words, ms);
    if (died.code === null) killed += 1;
    const ended = died.code === null ? await goOn(words) : died;
    const seen = composeContainers(lab)
      .map((line) => line.split(' ')[1])
      .join(' ');
    const counts = Object.values(startsSince(moment));
    const good =
      ended.code === 0 && seen === states && JSON.stringify(counts) === JSON.stringify(starts.filter((one) => one > 0));
    if (!good) wrong += 1;
    console.log(
      `${good ? 'good' : 'BAD '}  round ${round}, ${words[2]} killed after ${ms} ms: ${seen}, starts ${JSON.stringify(counts)}${good ? '' : `\n${died.text}\n${ended.text}`}`,
    );
  }
}
rmSync(dir, { recursive: true, force: true });
console.log(`${killed} processes killed, ${wrong} wrong ends`);
process.exitCode = wrong > 0 ? 1 : 0;
