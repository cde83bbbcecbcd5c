import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { type Problem, ProblemError } from '../../model/problem.ts';
import {
  type Quarantined,
  type QuarantineEntry,
  type QuarantineRecord,
  quarantineEntrySchema,
} from '../../model/quarantine.ts';
import { sshSignatures } from '../../procedure/index.ts';
import { replaceFile } from '../../procedure/store.ts';
import { announceQuarantine } from '../announce.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { type Ruled, signerOf, underPolicy } from '../policy/persons.ts';
import { agreeWithGit, tellGit } from '../run/shared.ts';
import { quarantineText, whyNotBelieved } from './believe.ts';
import { standingOf } from './check.ts';
import { liftInCluster } from './in-cluster.ts';
import { quarantinePath, recordOf } from './record.ts';

/** What a person says about a digest: recorded, signed where the policy wants it, and announced. */
export interface QuarantineWord {
  readonly digest: string;
  readonly why: string;
}

/** Puts a digest into quarantine in the name of this environment; it then holds in all of them. */
export async function addToQuarantine(opened: ServiceEnvironment, word: QuarantineWord): Promise<QuarantineEntry> {
  const service = await underPolicy(opened, 'forward');
  const entry = await signed(service, { kind: 'quarantined', ...(await begin(service, word)), cause: 'added' });
  return write(service, entry);
}

/** Entries of this environment that hold a digest; for `releaseFromQuarantine`. */
export async function heldDigests(
  service: ServiceEnvironment,
  digest: string,
): Promise<readonly { readonly environment: string; readonly entry: Quarantined }[]> {
  await agreeWithGit(service);
  return (await standingOf(service, 'forward')).filter(({ entry }) => entry.digest === digest);
}

/**
 * Ends the entries of this environment that hold a digest, and takes it off the list of its cluster; that comes first, so that a word stands on the list only when
 * all of it is true. What is taken back again later is in quarantine again.
 */
export async function releaseFromQuarantine(
  opened: ServiceEnvironment,
  word: QuarantineWord,
  ends: readonly string[],
): Promise<{ readonly entry: QuarantineEntry | null; readonly run: string | null }> {
  const service = await underPolicy(opened, 'forward');
  const entry = await signed(service, { kind: 'released', ...(await begin(service, word)), ends: [...ends] });
  const run = await liftInCluster(service, word);
  // Only the cluster had it: then there is no entry that could end.
  return ends.length === 0 ? { entry: null, run } : { entry: await write(service, entry), run };
}

type Begun = Pick<QuarantineEntry, 'id' | 'digest' | 'why' | 'who' | 'time' | 'host' | 'person'>;

async function begin(service: Ruled, { digest, why }: QuarantineWord): Promise<Begun> {
  const person = (await signerOf(service))?.person;
  return {
    id: randomBytes(16).toString('hex'),
    digest,
    why,
    who: person ?? service.door.who,
    time: new Date(service.clock.now()).toISOString(),
    host: hostname(),
    ...(person === undefined ? {} : { person }),
  };
}

function placeOf({ target }: Ruled): Pick<QuarantineRecord, 'service' | 'environment'> {
  return { service: target.service, environment: target.environment };
}

/** An entry in the name of who says it. @throws ProblemError when the policy does not let them */
async function signed(service: Ruled, unsigned: QuarantineEntry): Promise<QuarantineEntry> {
  const { rules, exec } = service;
  const place = placeOf(service);
  const signer = await signerOf(service);
  const text = quarantineText(place.service, place.environment, unsigned);
  const entry =
    signer === undefined ? unsigned : { ...unsigned, signature: await signer.sign(text, 'shiplock-quarantine@v1') };
  const policy = rules.kind === 'policy' ? rules.policy : null;
  const why = await whyNotBelieved(place.service, entry, policy, sshSignatures(exec));
  if (why !== undefined) throw new ProblemError(notEntitled(entry, place.environment, why));
  return entry;
}

async function write(service: Ruled, entry: QuarantineEntry): Promise<QuarantineEntry> {
  const { store } = service;
  const place = placeOf(service);
  const path = quarantinePath(store, place.environment, entry.id);
  await mkdir(dirname(path), { recursive: true });
  const record = recordOf(place, quarantineEntrySchema.parse(entry));
  await replaceFile(path, `${JSON.stringify(record, null, 2)}\n`);
  await tellGit(service);
  await announceQuarantine(service, record);
  return entry;
}

function notEntitled({ digest, kind }: QuarantineEntry, environment: string, found: string): Problem {
  return {
    code: 'release.quarantine-role',
    where: digest,
    found,
    expected: `somebody whom the policy of ${environment} lets ${kind === 'released' ? 'release digests from quarantine' : 'put digests into quarantine'}, with a signature`,
    remedy:
      'ask one of them, and sign with --sign-key; the role stands under `policy.quarantine` on the protected branch',
  };
}

/** Nothing of it stands on the list. */
export function notQuarantined(digest: string): Problem {
  return {
    code: 'release.not-quarantined',
    where: digest,
    found: 'a digest that is not in quarantine',
    expected: 'one of `shiplock quarantine list`',
    remedy: 'nothing to do, or check the digest',
  };
}
