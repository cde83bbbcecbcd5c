/** Statements, and how many of them a test has executed. */
export interface Covered {
  readonly statements: number;
  readonly covered: number;
}

export interface Coverage extends Covered {
  /** By import path, sorted. */
  readonly packages: readonly (Covered & { readonly name: string })[];
}

/** `file.go:12.34,15.2 3 1`: a block of the file, its statements, how often it was executed (cmd/cover, profile of `-coverprofile`). */
const BLOCK = /^(.+):(\d+\.\d+,\d+\.\d+) (\d+) (\d+)$/;

/**
 * Reads a coverage profile. A block that several tests report counts once, and is covered when one of them executed it, as `go tool cover -func`
 * counts. Lines of another form are passed over. Pure.
 */
export function readCoverage(profile: string): Coverage {
  const blocks = new Map<string, { readonly file: string; readonly statements: number; hit: boolean }>();
  for (const line of profile.split('\n')) {
    const [, file, range, statements, count] = BLOCK.exec(line) ?? [];
    if (file === undefined) continue;
    const key = `${file}:${range}`;
    const hit = Number(count) > 0;
    const known = blocks.get(key);
    if (known === undefined) blocks.set(key, { file, statements: Number(statements), hit });
    else if (hit) known.hit = true;
  }
  const byPackage = Map.groupBy(blocks.values(), ({ file }) => file.slice(0, Math.max(0, file.lastIndexOf('/'))));
  const packages = [...byPackage]
    .map(([name, list]) => ({ name, ...sum(list.map((one) => ({ ...one, covered: one.hit ? one.statements : 0 }))) }))
    .filter(({ statements }) => statements > 0)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { ...sum(packages), packages };
}

function sum(all: readonly Covered[]): Covered {
  return {
    statements: all.reduce((total, { statements }) => total + statements, 0),
    covered: all.reduce((total, { covered }) => total + covered, 0),
  };
}

/** `61.2%`, never rounded up: 99.96 % is not all. Nothing to cover is all covered. Pure. */
export function percent({ statements, covered }: Covered): string {
  if (statements === 0) return '100%';
  return `${(Math.floor((covered * 1000) / statements) / 10).toFixed(1)}%`;
}

/** Is the share, 0 to 1, reached? Pure. */
export function reaches({ statements, covered }: Covered, least: number): boolean {
  return covered >= statements * least;
}
