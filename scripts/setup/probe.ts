import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { cacheDir } from '../cache.ts';
import type { Needed } from './components.ts';
import { atLeast, type Found, type Machine, versionIn } from './decide.ts';

/** The full path of a program on PATH, or null. */
export async function onPath(binary: string): Promise<string | null> {
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(dir, binary);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return null;
}

/** Looks for every needed program. Versions are remembered per file (path, size, time), so that asking again costs nothing. */
export async function look(needed: readonly Needed[]): Promise<readonly Found[]> {
  const memory = await remembered();
  const before = JSON.stringify(memory);
  const found = await Promise.all(needed.map((one) => lookFor(one, memory)));
  if (JSON.stringify(memory) !== before) await remember(memory);
  return found;
}

/** What this machine lets us install packages with. */
export async function packageRights(): Promise<Pick<Machine, 'apt' | 'rights'>> {
  const apt = (await onPath('apt-get')) !== null;
  if (process.getuid?.() === 0) return { apt, rights: 'root' };
  const sudo = (await onPath('sudo')) !== null && (await output('sudo', ['-n', 'true'])) !== null;
  return { apt, rights: sudo ? 'sudo' : 'none' };
}

/** The full path of a program under the name it has everywhere, else under that of the distribution; null when neither is there. */
export async function programPath(needed: Pick<Needed, 'alsoCalled'>, binary: string): Promise<string | null> {
  const other = needed.alsoCalled?.[binary];
  return (await onPath(binary)) ?? (other === undefined ? null : await onPath(other));
}

type Memory = Record<string, string>;

async function lookFor(needed: Needed, memory: Memory): Promise<Found> {
  const paths = await Promise.all(needed.binaries.map((binary) => programPath(needed, binary)));
  const absent = needed.binaries.filter((_, index) => paths[index] === null);
  const [first] = paths;
  if (absent.length > 0 || first === null || first === undefined) return { kind: 'absent', needed, binaries: absent };
  if (needed.version === undefined) return { kind: 'good', needed };
  const text = await versionText(first, needed.version.args, memory);
  const version = versionIn(text);
  if (atLeast(version, needed.version.least)) return { kind: 'good', needed };
  return { kind: 'old', needed, version: version.join('.') || `"${text.trim().slice(0, 60)}"` };
}

async function versionText(path: string, args: readonly string[], memory: Memory): Promise<string> {
  const real = await realpath(path);
  const { size, mtimeMs } = await stat(real);
  const key = [real, size, Math.round(mtimeMs), ...args].join(' ');
  const known = memory[key];
  if (known !== undefined) return known;
  // Some programs begin with their own path, which may have numbers of its own.
  const text = (await output(path, args))?.replaceAll(path, '') ?? null;
  // Only an answer is remembered: a program that fails now may work next time.
  if (text !== null) memory[key] = text.slice(0, 200);
  return text ?? '';
}

/** Standard output and error of a program that ends within 20 s with 0; null otherwise. */
function output(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 20_000 }, (error, stdout, stderr) =>
      resolve(error === null ? `${stdout}${stderr}` : null),
    );
  });
}

const memoryFile = cacheDir('versions.json');

async function remembered(): Promise<Memory> {
  const text = await readFile(memoryFile, 'utf8').catch(() => '{}');
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    return {};
  }
}

async function remember(memory: Memory): Promise<void> {
  await mkdir(dirname(memoryFile), { recursive: true });
  await writeFile(`${memoryFile}.${process.pid}`, JSON.stringify(memory));
  await rename(`${memoryFile}.${process.pid}`, memoryFile);
}
