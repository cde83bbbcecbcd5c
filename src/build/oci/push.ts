import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ProblemError } from '../../model/problem.ts';
import { bytesDigest, mapLimited } from '../../procedure/machine/digest.ts';
import { type Descriptor, MEDIA } from './documents.ts';
import { blobPath, type Layout } from './layout.ts';
import { openRegistry, type Registry, type RegistryPlace, refusal, repositoryOf } from './registry.ts';

/**
 * Brings an image into a registry (OCI distribution-spec 1.1, "Pushing manifests", "Pushing blobs"). Everything is named by its digest, and
 * what the registry has already is not sent, so it may be killed at any moment and done again. The tag comes last.
 */

export interface PushRequest {
  readonly layout: Layout;
  readonly place: RegistryPlace;
  readonly tag: string;
  /** May a tag that names another image be moved to this one? */
  readonly moves: boolean;
  /** Repositories of the same registry that may have layers already, without the registry. */
  readonly mountFrom: readonly string[];
  /** Pieces in which large blobs are sent, bytes. */
  readonly pieceBytes?: number;
}

export interface Pushed {
  /** Blobs that were sent, and their bytes. */
  readonly sent: number;
  readonly sentBytes: number;
  /** Blobs that the registry took over from another repository. */
  readonly mounted: number;
  /** Blobs that it had. */
  readonly present: number;
}

const AT_ONCE = 3;
const PIECE_BYTES = 32 * 1024 * 1024;
const UPLOAD_MS = 15 * 60_000;
const UPLOADS = 3;

interface Pushing extends PushRequest {
  readonly registry: Registry;
  readonly signal: AbortSignal;
  /** `/v2/shop/api`. */
  readonly root: string;
}

/** @throws ProblemError `build.tag-taken` when the tag names another image and may not be moved; nothing was sent then */
export async function pushImage(request: PushRequest, signal: AbortSignal): Promise<Pushed> {
  const registry = openRegistry(request.place);
  const pushing: Pushing = { ...request, registry, signal, root: `v2/${repositoryOf(request.place.image)}` };
  const { layout, tag, moves } = pushing;
  const before = await tagged(pushing);
  if (before === layout.root.digest) return { sent: 0, sentBytes: 0, mounted: 0, present: layout.blobs.length };
  if (before !== null && !moves) throw tagTaken(pushing, before);
  const how = await mapLimited(layout.blobs, AT_ONCE, (blob) => bring(pushing, blob));
  for (const manifest of layout.manifests)
    if (manifest !== layout.root) await putManifest(pushing, manifest, manifest.digest);
  await putManifest(pushing, layout.root, tag);
  const bytes = layout.blobs.map(({ size }, index) => (how[index] === 'sent' ? size : 0));
  return {
    sent: how.filter((one) => one === 'sent').length,
    sentBytes: bytes.reduce((total, size) => total + size, 0),
    mounted: how.filter((one) => one === 'mounted').length,
    present: how.filter((one) => one === 'present').length,
  };
}

const ANY_MANIFEST = [MEDIA.index, MEDIA.manifest, MEDIA.dockerIndex, MEDIA.dockerManifest].join(', ');

/** What the tag names now; null: nothing. */
async function tagged(pushing: Pushing): Promise<string | null> {
  const { registry, root, tag, signal, place } = pushing;
  const url = `${root}/manifests/${tag}`;
  const answer = await registry.send({ method: 'GET', url, headers: { accept: ANY_MANIFEST } }, signal);
  if (answer.status === 404) {
    await answer.body?.cancel();
    return null;
  }
  if (answer.status !== 200) throw await refusal(place, `the question for ${tag}`, answer);
  // A registry's own header could be anything; the bytes are what a client would get.
  const bytes = Buffer.from(await answer.arrayBuffer());
  return bytesDigest(bytes);
}

type How = 'present' | 'mounted' | 'sent';

/** An upload that breaks off is begun anew; what came whole although its answer was lost is there then. */
async function bring(pushing: Pushing, blob: Descriptor): Promise<How> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await bringOnce(pushing, blob);
    } catch (error) {
      const denied =
        error instanceof ProblemError && error.problems.some(({ code }) => code === 'build.registry-denied');
      if (pushing.signal.aborted || denied || tries >= UPLOADS) throw error;
      await pushing.place.clock.sleep(tries * 1000, pushing.signal);
    }
  }
}

async function bringOnce(pushing: Pushing, blob: Descriptor): Promise<How> {
  const { registry, root, signal, place, mountFrom } = pushing;
  if (await has(pushing, root, blob)) return 'present';
  let query = '';
  for (const from of mountFrom) {
    // Another repository that we may not read is no reason to give up.
    const there = await has(pushing, `v2/${from}`, blob).catch(() => false);
    if (!there) continue;
    query = `?mount=${blob.digest}&from=${encodeURIComponent(from)}`;
    break;
  }
  const begun = await registry.send({ method: 'POST', url: `${root}/blobs/uploads/${query}` }, signal);
  if (begun.status !== 201 && begun.status !== 202) throw await refusal(place, 'the begin of an upload', begun);
  await begun.body?.cancel();
  if (begun.status === 201) return 'mounted';
  await upload(pushing, blob, locationOf(pushing, begun), begun.headers.get('oci-chunk-min-length'));
  return 'sent';
}

/** Does a repository have it? */
async function has({ registry, signal, place }: Pushing, root: string, { digest }: Descriptor): Promise<boolean> {
  const found = await registry.send({ method: 'HEAD', url: `${root}/blobs/${digest}` }, signal);
  // Some registries send to where their blobs lie, also when they are only asked for.
  if (found.status >= 200 && found.status < 400) return true;
  if (found.status === 404) return false;
  throw await refusal(place, `the question for ${digest}`, found);
}

/** Where the registry wants the next request of this upload. */
function locationOf({ place }: Pushing, answer: Response): string {
  const location = answer.headers.get('location');
  if (location !== null && URL.canParse(location, place.registry)) return new URL(location, place.registry).href;
  throw new ProblemError({
    code: 'build.registry-refused',
    where: place.image,
    found: `an upload without a place: location ${location ?? 'missing'}`,
    expected: 'an answer as the distribution specification has it',
    remedy: 'is something between that changes what the registry answers? Ask it directly',
  });
}

async function upload(pushing: Pushing, blob: Descriptor, begun: string, least: string | null): Promise<void> {
  const { registry, signal, place, layout } = pushing;
  const content = await openAsBlob(blobPath(layout.directory, blob.digest));
  const piece = Math.max(pushing.pieceBytes ?? PIECE_BYTES, Number(least ?? 0));
  let url = begun;
  let rest: Blob | Uint8Array<ArrayBuffer> = content;
  if (content.size > piece) {
    for (let at = 0; at < content.size; at += piece) {
      const end = Math.min(at + piece, content.size);
      const answer = await registry.send(
        {
          method: 'PATCH',
          url,
          headers: { 'content-type': 'application/octet-stream', 'content-range': `${at}-${end - 1}` },
          body: content.slice(at, end),
          timeoutMs: UPLOAD_MS,
          tries: 1,
        },
        signal,
      );
      // 202 by the specification; some say 204.
      if (!answer.ok) throw await refusal(place, `bytes ${at} to ${end - 1} of ${blob.digest}`, answer);
      await answer.body?.cancel();
      if (answer.headers.has('location')) url = locationOf(pushing, answer);
    }
    rest = new Uint8Array(0);
  }
  const last = new URL(url);
  last.searchParams.set('digest', blob.digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const answer = await registry.send(
    { method: 'PUT', url: last.href, headers, body: rest, timeoutMs: UPLOAD_MS, tries: 1 },
    signal,
  );
  if (answer.status !== 201) throw await refusal(place, `the blob ${blob.digest}`, answer);
  await answer.body?.cancel();
}

async function putManifest(pushing: Pushing, { digest, mediaType }: Descriptor, reference: string): Promise<void> {
  const { registry, root, signal, place, layout } = pushing;
  const body = new Uint8Array(await readFile(blobPath(layout.directory, digest)));
  const url = `${root}/manifests/${reference}`;
  const answer = await registry.send({ method: 'PUT', url, headers: { 'content-type': mediaType }, body }, signal);
  if (answer.status !== 201 && answer.status !== 200) throw await refusal(place, `the manifest ${digest}`, answer);
  await answer.body?.cancel();
  const said = answer.headers.get('docker-content-digest');
  if (said !== null && said !== digest) throw otherDigest(pushing, digest, said);
}

function tagTaken({ place, tag, layout }: Pushing, found: string): ProblemError {
  return new ProblemError({
    code: 'build.tag-taken',
    where: `${place.image}:${tag}`,
    found: `it names ${found} already`,
    expected: `${layout.root.digest}: a name of an image never means two`,
    remedy:
      'release under another version; `image.tags: moved` lets a tag be moved, for an experiment that nobody relies on',
  });
}

function otherDigest({ place }: Pushing, digest: string, said: string): ProblemError {
  return new ProblemError({
    code: 'build.registry-digest',
    where: place.image,
    found: `the registry says ${said}`,
    expected: `${digest}, as it was sent`,
    remedy: 'something between changes what is sent: push to the registry directly',
  });
}
