import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { needed, type Purpose } from './setup/components.ts';
import { decide } from './setup/decide.ts';
import { look, thisMachine } from './setup/probe.ts';

/**
 * Makes sure that every program which the demo or the tests run is here: taken from PATH, else installed as a Debian package
 * when we are root or sudo needs no password. Says what it does; silent and quick when nothing is missing.
 * @returns the lines that say exactly what is missing and how to get it; empty when all is there
 */
export async function setUp(purpose: Purpose): Promise<readonly string[]> {
  const wanted = needed.filter((one) => one.forWhat.includes(purpose));
  const found = await look(wanted);
  if (found.every((one) => one.kind === 'good')) return [];
  const machine = await thisMachine();
  const decision = decide(found, machine);
  if (decision.kind === 'nothing') return [];
  if (decision.kind === 'tell') return decision.lines;
  process.stdout.write(`installing Debian packages: ${decision.packages.join(' ')} …\n`);
  const code = await installPackages(decision.packages, decision.sudo);
  const still = decide(await look(wanted), machine, true);
  if (still.kind !== 'tell') return [];
  return code === 0 ? still.lines : [`apt-get failed (exit ${code}), see its message above`, ...still.lines];
}

function installPackages(packages: readonly string[], sudo: boolean): Promise<number | null> {
  const script = join(import.meta.dirname, 'setup', 'install.sh');
  const argv = [...(sudo ? ['sudo', '-n'] : []), 'sh', script, ...packages];
  const [command = 'sh', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

if (import.meta.main) {
  const purpose = process.argv[2] === 'demo' ? 'demo' : 'test';
  const lines = await setUp(purpose);
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exitCode = lines.length === 0 ? 0 : 2;
}
