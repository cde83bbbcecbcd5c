/**
 * Which modules of a bundle are stored together. Left to itself, a bundler makes a file for every set of entries that share something: an action
 * then loads some forty files, and each costs its start a search, a look and a compilation, a quarter of all that it takes.
 */

/** A file as the bundler makes it by itself. */
export interface PlainChunk {
  readonly fileName: string;
  readonly isEntry: boolean;
  /** The module that an entry is made for. */
  readonly facadeModuleId: string | null;
  /** Files that are loaded with it. */
  readonly imports: readonly string[];
  /** Files that are loaded when they are asked for. */
  readonly dynamicImports: readonly string[];
  readonly moduleIds: readonly string[];
  readonly code: string;
}

/**
 * Modules that at least half of the large entries load (two at the least), and none of the small ones: what must start quickly, or run beside every unit, loads
 * no more for it. Whatever such a module imports is one too, or is loaded by small entries: no file imports another in a circle. Pure.
 */
export function commonModules(chunks: readonly PlainChunk[]): ReadonlySet<string> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const entries = chunks.filter(({ isEntry }) => isEntry);
  // An entry that loads what acts a moment later counts with it; what it loads before that is small by itself.
  const loads = entries.map((entry) => loadedBy(entry, byName, true));
  const most = Math.max(0, ...loads.map(bytesOf));
  const isLarge = (files: readonly PlainChunk[]): boolean => bytesOf(files) > most / 2;
  const large = loads.filter(isLarge);
  const first = entries.map((entry) => loadedBy(entry, byName, false));
  const small = new Set([...loads, ...first].filter((files) => !isLarge(files)).flatMap(modulesOf));
  const counts = new Map<string, number>();
  for (const id of large.flatMap(modulesOf)) counts.set(id, (counts.get(id) ?? 0) + 1);
  // What only one entry loads may be the entry itself, a program: together with others it would run whenever they are loaded.
  const enough = Math.max(2, large.length / 2);
  return new Set([...counts].filter(([id, count]) => count >= enough && !small.has(id)).map(([id]) => id));
}

/**
 * Modules that lie in an entry although other files load them too, each with the name of a file for them: an entry is a program, and whoever loads
 * a part of it would run it. Pure.
 */
export function partsOfEntries(chunks: readonly PlainChunk[]): ReadonlyMap<string, string> {
  const loaded = new Set(chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]));
  const entries = chunks.filter(({ isEntry, fileName }) => isEntry && loaded.has(fileName));
  return new Map(
    entries.flatMap(({ fileName, facadeModuleId, moduleIds }) =>
      moduleIds
        .filter((id) => id !== facadeModuleId)
        .map((id) => [id, `${fileName.replace(/\.js$/, '')}-parts`] as const),
    ),
  );
}

/**
 * The name of the file for a part that acts, so that its loads can be told from the names; undefined for any other file. Pure.
 * @param module the module that the file is made for
 */
export function actName(module: string | null): string | undefined {
  const [, directory = '', name = ''] = /[\\/]actions[\\/]([\w-]+)[\\/]act(?:-([\w-]+))?\.ts$/.exec(module ?? '') ?? [];
  return directory === '' ? undefined : `act-${name === '' ? directory : name}`;
}

function loadedBy(
  entry: PlainChunk,
  byName: ReadonlyMap<string, PlainChunk>,
  withActs: boolean,
): readonly PlainChunk[] {
  const seen = new Set<PlainChunk>();
  const open: (PlainChunk | undefined)[] = [entry];
  while (open.length > 0) {
    const chunk = open.pop();
    if (chunk === undefined || seen.has(chunk)) continue;
    seen.add(chunk);
    open.push(...chunk.imports.map((name) => byName.get(name)));
    if (!withActs) continue;
    const later = chunk.dynamicImports.map((name) => byName.get(name));
    open.push(...later.filter((one) => actName(one?.facadeModuleId ?? null) !== undefined));
  }
  return [...seen];
}

function modulesOf(chunks: readonly PlainChunk[]): readonly string[] {
  return chunks.flatMap(({ moduleIds }) => moduleIds);
}

function bytesOf(chunks: readonly PlainChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
}
