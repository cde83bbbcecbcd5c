import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { whyNoAnswer } from '../../procedure/machine/http-client.ts';
import { type BucketKeys, type BucketPlace, bucketText } from './types.ts';
import { keysOf, nextOf, saidBy } from './xml.ts';

/**
 * Objects of one bucket, by the REST interface of S3 (Amazon S3 API Reference: GetObject, HeadObject, PutObject, DeleteObject, ListObjectsV2), signed by
 * version 4. What is written carries its SHA-256 twice: in the signature and as `x-amz-checksum-sha256`, so the server refuses other bytes.
 */
export interface Objects {
  /** The content as clients get it, unpacked where it has an encoding. Null: there is none. */
  get(key: string): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly etag: string } | null>;
  head(key: string): Promise<ObjectHead | null>;
  /** Writes it if the condition holds. What was tried twice may say `not-so` because the first try took effect. */
  put(key: string, object: NewObject, when: Condition): Promise<Written>;
  /** Repeatable. */
  delete(key: string): Promise<void>;
  /** Keys that begin with it, sorted. Here and elsewhere keys are without the prefix of the place. */
  list(prefix: string): Promise<readonly string[]>;
}

export interface ObjectHead {
  /** With its quotes, as conditions want it. */
  readonly etag: string;
  readonly size: number;
  readonly type: string | null;
  readonly cache: string | null;
  readonly encoding: string | null;
  /** SHA-256 in base64 where the server keeps one of the whole object. */
  readonly sha256: string | null;
  /** Digest of the content before it was compressed, as we wrote it. */
  readonly digest: string | null;
}

export interface NewObject {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly cache: string;
  readonly encoding?: string | null;
  /** Of the content before it was compressed. */
  readonly digest?: string;
}

/** `absent`: only where there is none; an ETag: only in the place of that one. */
export type Condition = 'absent' | { readonly etag: string };
export type Written = { readonly kind: 'written'; readonly etag: string } | { readonly kind: 'not-so' };

const TRIES = 5;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const TIMEOUT_MS = 120_000;
const MOST_CHARACTERS = 400;
/** Header of ours, kept with an object. */
const DIGEST = 'x-amz-meta-shiplock-digest';

interface Asking {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly key: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

/** @param signal ends what is under way */
export function openObjects(place: BucketPlace, keys: BucketKeys, clock: Clock, signal?: AbortSignal): Objects {
  const send = async (asking: Asking): Promise<Response> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await attempt(place, keys, clock, asking, signal).catch((error: unknown) => {
        if (signal?.aborted === true || tries >= TRIES || !(error instanceof ProblemError)) throw error;
        return null;
      });
      // 409: another write of the same key was under way.
      const busy = answer === null || answer.status === 429 || answer.status === 409 || answer.status >= 500;
      if (answer !== null && (!busy || tries >= TRIES)) return answer;
      await answer?.body?.cancel();
      await clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS), signal);
    }
  };
  return {
    async get(key) {
      const answer = await send({ method: 'GET', key });
      if (await isMissing(place, answer)) return null;
      if (answer.status !== 200) throw await refusal(place, `the question for ${key}`, answer);
      return { bytes: new Uint8Array(await answer.arrayBuffer()), etag: answer.headers.get('etag') ?? '' };
    },
    async head(key) {
      const answer = await send({ method: 'HEAD', key, headers: { 'x-amz-checksum-mode': 'ENABLED' } });
      if (answer.status === 404) return null;
      if (answer.status !== 200) throw await refusal(place, `the question for ${key}`, answer);
      return headOf(answer.headers);
    },
    async put(key, { bytes, type, cache, encoding = null, digest }, when) {
      const answer = await send({
        method: 'PUT',
        key,
        headers: {
          'content-type': type,
          'cache-control': cache,
          ...(encoding === null ? {} : { 'content-encoding': encoding }),
          ...(digest === undefined ? {} : { [DIGEST]: digest }),
          'x-amz-checksum-sha256': sha256(bytes, 'base64'),
          ...(when === 'absent' ? { 'if-none-match': '*' } : { 'if-match': when.etag }),
        },
        body: bytes,
      });
      const { status } = answer;
      // A condition on what is not there any more is answered 404; so is a bucket that is not there, which says so.
      if (status === 412 || status === 409 || (when !== 'absent' && (await isMissing(place, answer)))) {
        await answer.body?.cancel();
        return { kind: 'not-so' };
      }
      if (status !== 200) throw await refusal(place, `the object ${key}`, answer);
      await answer.body?.cancel();
      return { kind: 'written', etag: answer.headers.get('etag') ?? '' };
    },
    async delete(key) {
      const answer = await send({ method: 'DELETE', key });
      if (!answer.ok && !(await isMissing(place, answer))) throw await refusal(place, `the removal of ${key}`, answer);
      await answer.body?.cancel();
    },
    async list(prefix) {
      const found: string[] = [];
      let from: string | null = null;
      do {
        const query = listQuery(`${place.prefix}${prefix}`, from);
        const answer: Response = await send({ method: 'GET', key: '', query });
        if (await isMissing(place, answer)) return [];
        if (answer.status !== 200) {
          throw await refusal(place, `the list of ${place.prefix}${prefix}`, answer);
        }
        const text = await answer.text();
        found.push(...keysOf(text).map((key) => key.slice(place.prefix.length)));
        from = nextOf(text);
      } while (from !== null);
      return found.toSorted();
    },
  };
}

/** `encoding-type=url` is not asked for: some servers take it and answer plain keys. Pure. */
function listQuery(prefix: string, from: string | null): string {
  const token = from === null ? '' : `continuation-token=${encodeURIComponent(from)}&`;
  return `${token}list-type=2&prefix=${encodeURIComponent(prefix)}`;
}

/** Is nothing there? @throws ProblemError when it is the bucket that is missing */
async function isMissing(place: BucketPlace, answer: Response): Promise<boolean> {
  if (answer.status !== 404) return false;
  const text = await answer.text();
  if (saidBy(text).code !== 'NoSuchBucket') return true;
  throw new ProblemError({
    code: 'bucket.missing',
    where: bucketText(place),
    found: `no bucket \`${place.bucket}\` at ${place.endpoint}`,
    expected: 'a bucket that was made before, with the access that its readers need',
    remedy: 'make it, or mend `bucket`, `endpoint` or `region` under `buckets:`',
  });
}

/** Pure. */
function headOf(headers: Headers): ObjectHead {
  // Of an object in parts it is a checksum of checksums.
  const whole = (headers.get('x-amz-checksum-type') ?? 'FULL_OBJECT') === 'FULL_OBJECT';
  return {
    etag: headers.get('etag') ?? '',
    size: Number(headers.get('content-length') ?? Number.NaN),
    type: headers.get('content-type'),
    cache: headers.get('cache-control'),
    encoding: headers.get('content-encoding'),
    sha256: whole ? headers.get('x-amz-checksum-sha256') : null,
    digest: headers.get(DIGEST),
  };
}

/** Address of an object. Pure. */
export function objectUrl({ endpoint, bucket, prefix, addressing }: BucketPlace, key: string, query = ''): string {
  const base = new URL(endpoint);
  const path = key === '' ? '' : `${prefix}${key}`.split('/').map(strictly).join('/');
  const below = base.pathname.replace(/\/+$/, '');
  if (addressing === 'host') base.host = `${bucket}.${base.host}`;
  base.pathname = addressing === 'host' ? `${below}/${path}` : `${below}/${bucket}${path === '' ? '' : `/${path}`}`;
  base.search = query;
  return base.href;
}

/** Everything but the unreserved characters of RFC 3986, as the signature counts them. Pure. */
function strictly(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function sha256(bytes: Uint8Array, form: 'hex' | 'base64'): string {
  return createHash('sha256').update(bytes).digest(form);
}

async function attempt(
  place: BucketPlace,
  { id, key: secret, session }: BucketKeys,
  clock: Clock,
  { method, key, query = '', headers = {}, body }: Asking,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const signer = new AwsV4Signer({
    method,
    url: objectUrl(place, key, query),
    headers: { ...headers, 'x-amz-content-sha256': sha256(body ?? new Uint8Array(0), 'hex') },
    accessKeyId: id,
    secretAccessKey: secret,
    ...(session === undefined ? {} : { sessionToken: session }),
    service: 's3',
    region: place.region,
    // As ISO 8601 without punctuation: 20261123T043135Z.
    datetime: new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  });
  const signed = await signer.sign();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(signed.url, {
      method,
      headers: signed.headers,
      body: body ?? null,
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw new ProblemError({
      code: 'bucket.unreachable',
      where: bucketText(place),
      found: timeout.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : whyNoAnswer(error),
      expected: `an S3 server that answers at ${place.endpoint}`,
      remedy: 'does this machine reach it? Then resume the run: what it has already is not sent twice',
    });
  }
}

/** An answer that nothing can be done with. */
async function refusal(place: BucketPlace, what: string, answer: Response): Promise<ProblemError> {
  const { code, message } = saidBy(await answer.text().catch(() => ''));
  const words = [code, message]
    .filter((word) => word !== '')
    .join(': ')
    .slice(0, MOST_CHARACTERS);
  const found = `status ${answer.status} to ${what}${words === '' ? '' : ` (${words})`}`;
  const where = bucketText(place);
  const region = answer.headers.get('x-amz-bucket-region');
  if (region !== null && region !== place.region) {
    return new ProblemError({
      code: 'bucket.other-region',
      where,
      found: `${found}; the bucket is in ${region}`,
      expected: `a bucket in ${place.region}`,
      remedy: `write \`region: ${region}\`, and the endpoint of that region`,
    });
  }
  if (answer.status === 401 || answer.status === 403) {
    return new ProblemError({
      code: 'bucket.denied',
      where,
      found,
      expected: 'credentials that may list, read, write and delete below the prefix',
      remedy:
        code === 'RequestTimeTooSkewed'
          ? 'set the clock of this machine right'
          : 'mend `access` of the bucket, or what its policy allows',
    });
  }
  return new ProblemError({
    code: 'bucket.refused',
    where,
    found,
    expected: 'a server that takes it',
    remedy: 'mend what the server names; then resume the run: what it has already is not sent twice',
  });
}
