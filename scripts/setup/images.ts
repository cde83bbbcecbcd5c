import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { cacheDir, exists, makeOnce } from '../cache.ts';
import type { ImageSource, Needed } from './components.ts';
import { complaintIn, type LocalImage, localImage, pull, unpackScript } from './docker.ts';
import { look } from './probe.ts';
import { imagePlatform, referenceOf, registryFrom } from './reference.ts';
import { wrapPrograms } from './wrap.ts';

/** Writes one line of progress; `passing` ones are overwritten by the next where the output is a terminal, and else left out. */
export type Say = (line: string, passing?: 'passing') => void;

interface Wanted {
  readonly needed: Needed;
  readonly image: ImageSource;
  readonly reference: string;
  readonly platform: string;
}

/** Puts on PATH what earlier runs unpacked. No engine and no registry is asked, so it costs a few milliseconds. */
export async function takeKept(needed: readonly Needed[]): Promise<void> {
  for (const wanted of needed.flatMap(wantedOf)) {
    const root = await keptRoot(wanted);
    if (root !== null) await offer(wanted, root);
  }
}

/**
 * Fetches the images of these components, unpacks them into the cache and puts their programs on PATH. One that cannot be had is
 * a line, no error; when the registry does not answer at all, the others are not tried.
 */
export async function takeFromDocker(needed: readonly Needed[], say: Say): Promise<void> {
  const all = needed.flatMap(wantedOf);
  say(`taking ${all.map((one) => one.needed.name).join(', ')} from Docker images (once; up to some 100 MB each) …`);
  for (const wanted of all) {
    const took = await take(wanted, say);
    if (took.kind === 'done') continue;
    say(`  ${wanted.reference} cannot be had: ${took.why}`);
    if (!took.answered) return;
  }
}

type Took = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly why: string; readonly answered: boolean };

async function take(wanted: Wanted, say: Say): Promise<Took> {
  const { reference, platform } = wanted;
  const begun = performance.now();
  say(`  ${reference} …`, 'passing');
  if ((await localImage(reference, platform)) === null) {
    const pulled = await pull(reference, platform, ({ arrived, all }) =>
      say(`  ${reference}: ${arrived} of ${all} layers …`, 'passing'),
    );
    if (pulled.kind === 'failed') return pulled;
  }
  const image = await localImage(reference, platform);
  if (image === null) return { kind: 'failed', why: `the engine has none for ${platform}`, answered: true };
  say(`  ${reference}: unpacking …`, 'passing');
  try {
    const root = await unpack(reference, image);
    await keep(wanted, image);
    const problem = await offer(wanted, root);
    if (problem !== null) return { kind: 'failed', why: problem, answered: true };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', why: `it could not be unpacked: ${complaintIn(said)}`, answered: true };
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  say(`  ${reference}: ${Math.round(image.size / 1e6)} MB in ${seconds} s`);
  return { kind: 'done' };
}

function wantedOf(needed: Needed): readonly Wanted[] {
  const registry = registryFrom(process.env['SHIPLOCK_REGISTRY']);
  const platform = imagePlatform(process.platform, process.arch);
  const { image } = needed;
  if (image === undefined || registry === null || platform === null) return [];
  return [{ needed, image, reference: referenceOf(image, registry), platform }];
}

/** Puts a component's programs first on this process's PATH, if they work here. @returns why they do not, or null */
async function offer({ needed, image }: Wanted, root: string): Promise<string | null> {
  try {
    const prefix = await wrapPrograms({
      root,
      programs: needed.binaries,
      settings: image.settings,
      into: dirname(root),
    });
    const before = process.env['PATH'] ?? '';
    process.env['PATH'] = [join(prefix, 'bin'), before].join(delimiter);
    const [found] = await look([needed]);
    if (found?.kind === 'good') return null;
    process.env['PATH'] = before;
    return `what ${join(prefix, 'bin')} starts does not work here`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The image's file system, unpacked once per image: the directory is named by the image's digest. */
function unpack(reference: string, image: LocalImage): Promise<string> {
  const target = rootOf(image.id);
  const container = `shiplock-${createHash('sha256').update(target).digest('hex').slice(0, 16)}`;
  return makeOnce({ target, script: unpackScript, args: [reference, container] });
}

function rootOf(id: string): string {
  return join(cacheDir('images', id.replace('sha256:', '')), 'root');
}

const keptSchema = z.object({
  reference: z.string(),
  platform: z.string(),
  id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

/** What remembers which image a name stood for, so that the next run needs no engine. */
function memoOf({ reference, platform }: Wanted): string {
  const name = createHash('sha256').update(`${reference} ${platform}`).digest('hex').slice(0, 16);
  return join(cacheDir('images'), `${name}.json`);
}

async function keep(wanted: Wanted, image: LocalImage): Promise<void> {
  const { reference, platform } = wanted;
  const file = memoOf(wanted);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, JSON.stringify({ reference, platform, id: image.id }));
  await rename(`${file}.${process.pid}`, file);
}

async function keptRoot(wanted: Wanted): Promise<string | null> {
  const text = await readFile(memoOf(wanted), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const root = rootOf(keptSchema.parse(JSON.parse(text)).id);
    return (await exists(root)) ? root : null;
  } catch {
    return null;
  }
}
