import type { TarEntry } from './tar.ts';

/** Files as they were against files as they are. All pure. */

export interface Difference {
  readonly path: string;
  /** `missing`: it was there and is not. `extra`: it is there and was not. Otherwise what is not the same. */
  readonly what:
    | 'missing'
    | 'extra'
    | readonly ('kind' | 'content' | 'target' | 'mode' | 'owner' | 'time' | 'attributes')[];
}

/** Everything that is not the same, in the order of the paths. Times of directories change with what is put into them, and do not count. */
export function differences(was: readonly TarEntry[], is: readonly TarEntry[]): readonly Difference[] {
  const now = new Map(is.map((one) => [one.path, one]));
  const then = new Set(was.map(({ path }) => path));
  const found: Difference[] = was.flatMap((one): readonly Difference[] => {
    const other = now.get(one.path);
    if (other === undefined) return [{ path: one.path, what: 'missing' }];
    const what = changed(one, other);
    return what.length === 0 ? [] : [{ path: one.path, what }];
  });
  for (const { path } of is) if (!then.has(path)) found.push({ path, what: 'extra' });
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function changed(one: TarEntry, other: TarEntry): Exclude<Difference['what'], string> {
  if (one.kind !== other.kind) return ['kind'];
  return [
    ...(one.sha256 !== other.sha256 || one.size !== other.size ? (['content'] as const) : []),
    ...(one.target !== other.target ? (['target'] as const) : []),
    ...(one.mode !== other.mode ? (['mode'] as const) : []),
    ...(one.uid !== other.uid || one.gid !== other.gid ? (['owner'] as const) : []),
    ...(one.kind === 'file' && one.mtime !== other.mtime ? (['time'] as const) : []),
    ...(JSON.stringify(one.attributes) !== JSON.stringify(other.attributes) ? (['attributes'] as const) : []),
  ];
}

/** `/etc/nginx/nginx.conf: content, mode`. */
export function differenceText({ path, what }: Difference): string {
  return `${path}: ${typeof what === 'string' ? what : what.join(', ')}`;
}

/** At or below one of these paths. */
export function isWithin(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root === '/' ? root : `${root}/`));
}
