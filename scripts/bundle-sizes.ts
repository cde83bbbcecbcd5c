import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What an entry of a bundle makes Node load, from the files themselves. */
export interface Loads {
  readonly entry: string;
  /** Bytes that are loaded whatever it is asked. */
  readonly always: number;
  /** Files that it can load besides, each when it is needed. */
  readonly later: readonly string[];
}

interface File {
  readonly bytes: number;
  readonly imports: readonly string[];
  readonly onDemand: readonly string[];
}

/** Every JavaScript file of a directory. */
export async function readBundle(dir: string): Promise<ReadonlyMap<string, File>> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.js'));
  return new Map(
    await Promise.all(
      names.map(async (name) => {
        const text = await readFile(join(dir, name), 'utf8');
        const imports = namesIn(text, /^(?:import|export)\b[^;'"]*["']\.\/([\w-]+\.js)["']/gm);
        const onDemand = namesIn(text, /\bimport\(["']\.\/([\w-]+\.js)["']\)/g);
        return [name, { bytes: Buffer.byteLength(text), imports, onDemand }] as const;
      }),
    ),
  );
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
}

/** Files that are loaded with `entry`, itself among them. Pure. */
export function loadedWith(files: ReadonlyMap<string, File>, entry: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const walk = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const next of files.get(name)?.imports ?? []) walk(next);
  };
  walk(entry);
  return seen;
}

/** Files that an action loads before it does anything: to read its inputs, and then what acts. Pure. */
export function loadedByAction(files: ReadonlyMap<string, File>, action: string): ReadonlySet<string> {
  const entry = `${action}.js`;
  const acts = (files.get(entry)?.onDemand ?? []).filter((name) => name.startsWith('act-'));
  return new Set([entry, ...acts].flatMap((name) => [...loadedWith(files, name)]));
}

/** Pure. */
export function bytesOf(files: ReadonlyMap<string, File>, names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + (files.get(name)?.bytes ?? 0), 0);
}

/** Pure. */
export function loadsOf(files: ReadonlyMap<string, File>, entry: string): Loads {
  const always = loadedWith(files, entry);
  const later = [...always].flatMap((name) => files.get(name)?.onDemand ?? []);
  return { entry, always: bytesOf(files, always), later: [...new Set(later)].toSorted() };
}
