import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Needed, needed, type Purpose } from './setup/components.ts';
import { decide, type Found, type Source } from './setup/decide.ts';
import { askEngine } from './setup/docker.ts';
import { type Say, takeFromDocker, takeKept } from './setup/images.ts';
import { look, packageRights } from './setup/probe.ts';

/**
 * Makes sure that every program which the demo or the tests run is here: taken from PATH, else from Docker images where an engine
 * and a registry answer, else installed as a Debian package when we are root or sudo needs no password. Says what it does; silent
 * and quick when nothing is missing. What comes from images is put on this process's PATH, and so on that of what it starts.
 * @returns the lines that say exactly what is missing and how to get it; empty when all is there
 */
export function setUp(purpose: Purpose): Promise<readonly string[]> {
  return provide(needed.filter((one) => one.forWhat.includes(purpose)));
}

/** The same for any list of programs. */
export async function provide(wanted: readonly Needed[]): Promise<readonly string[]> {
  let found = await look(wanted);
  if (lacking(found).length === 0) return [];
  await takeKept(lacking(found));
  found = await look(wanted);
  const images = lacking(found).some((one) => one.image !== undefined);
  if (lacking(found).length === 0) return [];
  const docker = images ? await askEngine() : { kind: 'absent' as const, why: 'not asked' };
  const machine = { ...(await packageRights()), docker };
  const tried: Source[] = [];
  const failures: string[] = [];
  for (;;) {
    const decision = decide(found, machine, tried);
    if (decision.kind === 'nothing') return [];
    if (decision.kind === 'tell') return [...failures, ...decision.lines];
    if (decision.kind === 'fetch') {
      tried.push('docker');
      await takeFromDocker(decision.needed, say);
    } else {
      tried.push('debian');
      const why = decision.instead === undefined ? '' : ` (${decision.instead})`;
      say(`installing Debian packages: ${decision.packages.join(' ')} …${why}`);
      const code = await installPackages(decision.packages, decision.sudo);
      if (code !== 0) failures.push(`apt-get failed (exit ${code}), see its message above`);
    }
    found = await look(wanted);
  }
}

function lacking(found: readonly Found[]): readonly Needed[] {
  return found.filter((one) => one.kind !== 'good').map((one) => one.needed);
}

/** One line at a time on standard output; a passing one is written over by the next. */
const say: Say = (line, passing) => {
  const terminal = process.stdout.isTTY === true;
  if (passing !== undefined && !terminal) return;
  process.stdout.write(terminal ? `\r\x1b[K${line}${passing === undefined ? '\n' : ''}` : `${line}\n`);
};

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
  const before = process.env['PATH'];
  const lines = await setUp(purpose);
  for (const line of lines) process.stderr.write(`${line}\n`);
  // The caller's own PATH is out of our reach, so it is told what to put there.
  const after = process.env['PATH'] ?? '';
  if (after !== before) process.stdout.write(`export PATH='${after}'\n`);
  process.exitCode = lines.length === 0 ? 0 : 2;
}
