import { ProblemError } from '../../model/problem.ts';
import type { Objects } from './objects.ts';
import { type BucketLive, liveKey, type Read, readLive, recordObject } from './records.ts';
import { type BucketPlace, bucketText } from './types.ts';

/** The fence at a bucket: `live.json` names the greatest one, and every change of it is a conditional write. */

/** The bucket has seen a later holder: nothing more may be changed. */
export class BucketFencedError extends Error {
  constructor(place: BucketPlace, own: number, seen: number) {
    super(
      `${bucketText(place)} has seen the fence ${seen}, and this run has ${own}: another run holds the environment`,
    );
    this.name = 'BucketFencedError';
  }
}

export interface Claiming {
  readonly place: BucketPlace;
  readonly objects: Objects;
  readonly component: string;
  /** Of the run that asks; greater than that of every holder before. */
  readonly fence: number;
}

const TRIES = 5;

/**
 * Takes the bucket for this run: from here on an earlier one is refused. What such a one has in flight can still arrive, one request.
 * @throws BucketFencedError
 * @throws ProblemError `bucket.no-conditions` when the server writes whatever the condition says
 */
export async function claim(claiming: Claiming): Promise<Read<BucketLive>> {
  const { place, objects, component, fence } = claiming;
  for (let tries = 1; ; tries += 1) {
    const found = await readLive(place, objects, component);
    const seen = found?.record.fence ?? 0;
    if (seen > fence) throw new BucketFencedError(place, fence, seen);
    if (found !== null && seen === fence) return found;
    const before = found?.record ?? { formatVersion: 1, component, current: null, next: null };
    const record: BucketLive = { ...before, fence };
    const when = found === null ? 'absent' : { etag: found.etag };
    const written = await objects.put(liveKey(component), recordObject(record), when);
    if (written.kind === 'written') {
      if (found === null) await mustHeed(claiming, record);
      return { record, etag: written.etag };
    }
    if (tries >= TRIES) throw contended(place);
  }
}

/** Looks whether this run still holds the bucket. @throws BucketFencedError */
export async function mustHold({ place, objects, component, fence }: Claiming): Promise<void> {
  const found = await readLive(place, objects, component);
  if (found !== null && found.record.fence > fence) throw new BucketFencedError(place, fence, found.record.fence);
}

/** A server that takes no notice of conditions protects nobody: told before anything is sent. The record itself does no harm. */
async function mustHeed({ place, objects, component }: Claiming, record: BucketLive): Promise<void> {
  const again = await objects.put(liveKey(component), recordObject(record), 'absent');
  if (again.kind === 'not-so') return;
  await objects.delete(liveKey(component));
  throw new ProblemError({
    code: 'bucket.no-conditions',
    where: bucketText(place),
    found: 'a server that overwrites an object although the request says `If-None-Match: *`',
    expected: 'a server with conditional writes: two runs could undo each other otherwise',
    remedy: 'take a server that has them, or a newer version of this one; docs/frontend.md names some',
  });
}

/**
 * Changes the record that this run has written last.
 * @throws BucketFencedError when it is another's by now
 */
export async function change(
  claiming: Claiming,
  { record, etag }: Read<BucketLive>,
  to: Pick<BucketLive, 'current' | 'next'>,
): Promise<Read<BucketLive>> {
  const { place, objects, component, fence } = claiming;
  const wanted: BucketLive = { ...record, ...to };
  if (record.current === to.current && record.next === to.next) return { record, etag };
  const written = await objects.put(liveKey(component), recordObject(wanted), { etag });
  if (written.kind === 'written') return { record: wanted, etag: written.etag };
  const found = await readLive(place, objects, component);
  // A first try whose answer was lost.
  const { current, next, fence: seen } = found?.record ?? { current: null, next: null, fence: 0 };
  if (found !== null && seen === fence && current === to.current && next === to.next) return found;
  if (seen > fence) throw new BucketFencedError(place, fence, seen);
  throw contended(place);
}

function contended(place: BucketPlace): ProblemError {
  return new ProblemError({
    code: 'bucket.contended',
    where: bucketText(place),
    found: 'records that change while they are written',
    expected: 'one run at a time',
    remedy: 'does another program write below `.shiplock/` of this bucket? Stop it, then resume the run',
  });
}
