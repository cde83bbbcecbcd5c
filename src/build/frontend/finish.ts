import { createHash } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsedJson } from '../../model/json.ts';
import {
  cachePolicy,
  contentType,
  ENCODING_SUFFIX,
  type Encoding,
  isHashedName,
  type PageFault,
  WEB_FILES,
  type WebFile,
  type WebFiles,
  type WebPage,
} from '../../model/web-files.ts';
import { bytesDigest, fileDigest, listTree, mapLimited, type TreeEntry } from '../../procedure/machine/digest.ts';
import { compressed, isCompressible } from './compress.ts';
import type { CspConfig } from './config.ts';
import type { FinishSettings } from './finish-request.ts';
import { importsIn, loadsOf, resolveAddress, type ViteManifest, viteManifestSchema } from './graph.ts';
import { type PageParts, type Resource, readPage, withIntegrity } from './html.ts';
import { foreignFaults, isForeign, policyOf } from './policy.ts';

const VITE_MANIFEST = '.vite/manifest.json';
/** Four threads do the packing (libuv); a few more files keep them busy. */
const AT_ONCE = 6;
const CODE = /\.(?:m?js|css)$/;

/**
 * Makes a directory of built files ready to be served, in place: `integrity` in the pages, a compressed form beside each file, and
 * `shiplock-files.json` that says how each is sent. Anything of that kind that lies there already is made anew.
 * @param dir a copy that nobody uses yet
 */
export async function finishFiles(dir: string, settings: FinishSettings): Promise<WebFiles> {
  await clearEarlier(dir);
  const entries = (await listTree(dir)).filter(({ kind }) => kind === 'f' || kind === 'x');
  // What refers to other files, or is sealed. Anything else may be large and is looked at by itself.
  const texts = entries.filter(({ path }) => CODE.test(path) || path.endsWith('.html') || path === VITE_MANIFEST);
  const contents = new Map(
    await mapLimited(texts, AT_ONCE, async ({ path }) => [path, await readFile(join(dir, path))] as const),
  );
  const world = {
    paths: new Set(entries.map(({ path }) => path)),
    contents,
    vite: viteManifest(contents.get(VITE_MANIFEST)),
  };
  const pages: Record<string, WebPage> = {};
  for (const { path } of entries.filter((one) => one.path.endsWith('.html'))) {
    const bytes = contents.get(path) ?? Buffer.alloc(0);
    const before = bytes.toString('utf8');
    // In another character encoding it is read as far as tags go, and never written: that would spoil its text.
    const integrity = settings.integrity && bytes.equals(Buffer.from(before, 'utf8'));
    const { html, page } = finishPage(path, before, { ...world, settings: { ...settings, integrity } });
    pages[path] = page;
    if (html === before) continue;
    contents.set(path, Buffer.from(html, 'utf8'));
    await writeFile(join(dir, path), html);
  }
  const served = entries.filter(({ path }) => !isHidden(path));
  const files = await mapLimited(served, AT_ONCE, async ({ path, size }) => {
    return [path, await finishFile(dir, { path, size, content: contents.get(path) }, settings)] as const;
  });
  const manifest: WebFiles = { formatVersion: 1, files: Object.fromEntries(files), pages };
  await writeFile(join(dir, WEB_FILES), `${JSON.stringify(manifest, null, 1)}\n`);
  await evenModes(dir);
  return manifest;
}

/** Forms that an earlier finish or a plugin of the bundler left: nobody knows whether they are of this content. */
async function clearEarlier(dir: string): Promise<void> {
  const plain = (await listTree(dir)).filter(({ kind }) => kind !== 'd');
  const paths = new Set(plain.map(({ path }) => path));
  const stale = [...paths].filter((path) => path === WEB_FILES || isPackedForm(path, paths));
  for (const path of stale) await rm(join(dir, path));
}

function isPackedForm(path: string, paths: ReadonlySet<string>): boolean {
  return Object.values(ENCODING_SUFFIX).some(
    (suffix) => path.endsWith(suffix) && paths.has(path.slice(0, -suffix.length)),
  );
}

/** No server of ours sends what begins with a dot. */
function isHidden(path: string): boolean {
  return path.split('/').some((name) => name.startsWith('.'));
}

interface PageWorld {
  /** Every file. */
  readonly paths: ReadonlySet<string>;
  /** Pages, scripts and styles. */
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly vite: ViteManifest | null;
  readonly settings: Pick<FinishSettings, 'integrity' | 'csp'>;
}

/** Pure. */
export function finishPage(
  path: string,
  before: string,
  { paths, contents, vite, settings }: PageWorld,
): { readonly html: string; readonly page: WebPage } {
  const parts = readPage(before);
  const values = new Map<Resource, string>();
  const faults: PageFault[] = [];
  for (const resource of parts.resources) {
    const { url, line, column } = resource;
    const target = resolveAddress(path, parts.base, url);
    const content = target === undefined ? undefined : contents.get(target);
    if (target === undefined || !paths.has(target)) {
      if (!isForeign(url)) faults.push({ kind: 'missing', what: url, line, column });
    } else if (content === undefined) {
      // A font or an image: browsers check scripts and styles only.
    } else if (resource.integrity !== undefined && resource.integrity !== '') {
      if (!fits(content, resource.integrity)) faults.push({ kind: 'wrong-integrity', what: url, line, column });
    } else if (settings.integrity && resource.checked && resource.integrity === undefined && isHashedName(target)) {
      // A name without a hash may mean other bytes a moment later, in the middle of a switch: with `integrity` the page would stay empty.
      values.set(resource, sri(content, 'sha384'));
    }
  }
  const html = withIntegrity(before, values);
  return { html, page: pageRecord(path, parts, { faults, paths, contents, vite, csp: settings.csp }) };
}

function pageRecord(
  path: string,
  parts: PageParts,
  more: Pick<PageWorld, 'paths' | 'contents' | 'vite'> & {
    readonly faults: readonly PageFault[];
    readonly csp: CspConfig | null;
  },
): WebPage {
  const { paths, contents, vite, faults, csp } = more;
  const loads = loadsOf(path, parts, {
    vite,
    has: (one) => paths.has(one),
    imports: (one) => (CODE.test(one) ? importsIn(one, contents.get(one)?.toString('utf8') ?? '') : []),
  });
  if (csp === null) return { loads, faults };
  const refused = [...parts.faults, ...foreignFaults(parts.resources, csp)];
  return { loads, policy: policyOf(parts, csp), faults: [...faults, ...refused] };
}

interface OneFile {
  readonly path: string;
  readonly size: number;
  /** Absent: it is read when it is needed. */
  readonly content: Buffer | undefined;
}

async function finishFile(dir: string, file: OneFile, settings: FinishSettings): Promise<WebFile> {
  const { path } = file;
  const type = contentType(path);
  const plain = { type, cache: cachePolicy(path) };
  const size = file.content?.length ?? file.size;
  const packs = isCompressible(type) && settings.encodings.length > 0 && size >= settings.compressFrom;
  if (file.content === undefined && !packs)
    return { digest: await fileDigest(join(dir, path)), size, ...plain, encodings: {} };
  const content = file.content ?? (await readFile(join(dir, path)));
  const encodings: Partial<Record<Encoding, { digest: string; size: number }>> = {};
  for (const encoding of packs ? settings.encodings : []) {
    const packed = await compressed(content, encoding);
    if (packed.length >= content.length) continue;
    await writeFile(join(dir, `${path}${ENCODING_SUFFIX[encoding]}`), packed);
    encodings[encoding] = { digest: bytesDigest(packed), size: packed.length };
  }
  return {
    ...{ digest: bytesDigest(content), size: content.length, ...plain, encodings },
    ...(CODE.test(path) ? { integrity: sri(content, 'sha384') } : {}),
  };
}

/** A web server that is another user must be able to read them, whatever the umask of the build was. */
async function evenModes(dir: string): Promise<void> {
  const mode = ({ kind }: TreeEntry): number => (kind === 'f' ? 0o644 : 0o755);
  for (const entry of await listTree(dir)) if (entry.kind !== 'l') await chmod(join(dir, entry.path), mode(entry));
  await chmod(dir, 0o755);
}

function viteManifest(content: Buffer | undefined): ViteManifest | null {
  if (content === undefined) return null;
  const parsed = viteManifestSchema.safeParse(parsedJson(content.toString('utf8')));
  return parsed.success ? parsed.data : null;
}

type SriHash = 'sha256' | 'sha384' | 'sha512';

function sri(content: Buffer, hash: SriHash): string {
  return `${hash}-${createHash(hash).update(content).digest('base64')}`;
}

/** Of several values the strongest kind counts, and one of it must fit (W3C SRI 3.3.4). */
function fits(content: Buffer, integrity: string): boolean {
  const values = integrity.split(/\s+/).map((value) => value.replace(/\?.*$/, ''));
  const kinds: readonly SriHash[] = ['sha512', 'sha384', 'sha256'];
  const kind = kinds.find((one) => values.some((value) => value.startsWith(`${one}-`)));
  return kind === undefined || values.includes(sri(content, kind));
}
