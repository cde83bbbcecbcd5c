import { posix } from 'node:path';
import { z } from 'zod';
import type { PageParts } from './html.ts';

/** Which files a page loads before anything is done with it. Pure. */

/** The part of Vite's `.vite/manifest.json` that tells what a chunk brings along. */
export const viteManifestSchema = z.record(
  z.string(),
  z.looseObject({
    file: z.string(),
    imports: z.array(z.string()).optional(),
    css: z.array(z.string()).optional(),
  }),
);
export type ViteManifest = z.infer<typeof viteManifestSchema>;

export interface Surroundings {
  /** Every path that exists, relative to the root of the files. */
  has(path: string): boolean;
  /** Files that a script or a style brings along by what stands in it. */
  imports(path: string): readonly string[];
  readonly vite: ViteManifest | null;
}

/** Where an address in a page leads, as a path among the files; undefined: to another origin, or out of the files. */
export function resolveAddress(page: string, base: string | undefined, url: string): string | undefined {
  const origin = 'https://files.invalid';
  const at = URL.parse(base ?? '', `${origin}/${page}`) ?? URL.parse(`${origin}/${page}`);
  const target = at === null ? null : URL.parse(url.trim(), at.href);
  if (target === null || target.origin !== origin) return undefined;
  try {
    return decodeURIComponent(target.pathname).slice(1);
  } catch {
    return undefined;
  }
}

/**
 * Everything the page names itself, and what that imports statically. What scripts load later (`import()`) does not count: it is not
 * waited for. Sorted.
 */
export function loadsOf(page: string, parts: PageParts, around: Surroundings): readonly string[] {
  const named = parts.resources
    .filter(({ old }) => !old)
    .map(({ url }) => resolveAddress(page, parts.base, url))
    .filter((path) => path !== undefined);
  const seen = new Set<string>();
  const open = [...named];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path) || !around.has(path)) continue;
    seen.add(path);
    open.push(...around.imports(path), ...broughtByVite(path, around.vite));
  }
  return [...seen].toSorted();
}

function broughtByVite(path: string, vite: ViteManifest | null): readonly string[] {
  if (vite === null) return [];
  const chunk = Object.values(vite).find(({ file }) => file === path);
  if (chunk === undefined) return [];
  const imported = (chunk.imports ?? []).flatMap((key) => vite[key]?.file ?? []);
  return [...imported, ...(chunk.css ?? [])];
}

/** `import … from "./x.js"`, `import"./x.js"` and `export … from "./x.js"`, not `import("./x.js")`. */
const SCRIPT_IMPORT = /\b(?:import|export)\b[^'"();]{0,4000}?["']([^"'\n]{1,500})["']/g;
const STYLE_IMPORT = /@import\s+(?:url\(\s*)?["']?([^"')\s;]{1,500})/g;

/**
 * Relative imports of a module or style, as paths. A text that only looks like an import counts too when a file of that name
 * exists, so a page may be taken for larger than it is, never for smaller.
 */
export function importsIn(path: string, text: string): readonly string[] {
  const pattern = path.endsWith('.css') ? STYLE_IMPORT : SCRIPT_IMPORT;
  return [...text.matchAll(pattern)].flatMap(([, to = '']) => {
    if (!/^\.{0,2}\//.test(to)) return path.endsWith('.css') && !to.includes(':') ? [join(path, to)] : [];
    return [to.startsWith('/') ? to.slice(1) : join(path, to)];
  });
}

function join(from: string, to: string): string {
  return posix.join(posix.dirname(from), to.replace(/[?#].*$/, ''));
}
