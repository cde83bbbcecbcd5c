import { resolveEnvironment } from '../../config/index.ts';
import type { Policy } from '../../model/people.ts';
import { type Problem, problemsOf, unwrap } from '../../model/problem.ts';
import { type Quarantined, type QuarantineRecord, standing } from '../../model/quarantine.ts';
import { sshSignatures } from '../../procedure/index.ts';
import type { Service } from '../door.ts';
import { readPolicy } from '../policy/policy.ts';
import { whyNotBelieved } from './believe.ts';
import { readQuarantine } from './record.ts';

/** What stands in quarantine now, and whether a release may pass it. Every door asks here. */

export interface Standing {
  readonly environment: string;
  readonly entry: Quarantined;
  /** Why somebody's word that it may return does not count; empty: nobody has said so. */
  readonly notBelieved: readonly string[];
}

/** What is being done: on the way back nobody waits for the policy, so what is recorded counts where it cannot be read. */
export type Way = 'forward' | 'back';

export async function standingOf(service: Service, way: Way): Promise<readonly Standing[]> {
  const records = await readQuarantine(service.store);
  const doubts = new Map<string, string>();
  for (const { environment, entry } of records) {
    if (entry.kind !== 'released') continue;
    const why = await doubt(service, environment, entry, way);
    if (why !== undefined) doubts.set(entry.id, why);
  }
  const entries = records.map(({ entry }) => entry);
  const held = new Set(standing(entries, ({ id }) => !doubts.has(id)));
  return records.flatMap(({ environment, entry }) => {
    if (entry.kind !== 'quarantined' || !held.has(entry)) return [];
    const words = entries.flatMap((one) => {
      const why = doubts.get(one.id);
      return why !== undefined && one.kind === 'released' && one.ends.includes(entry.id) ? [why] : [];
    });
    return [{ environment, entry, notBelieved: words }];
  });
}

const policies = new WeakMap<Service, Map<string, Promise<Policy | null>>>();

/** Read once per environment and process: a word in quarantine is rare, and is asked about several times in a run. */
function policyFor(service: Service, environment: string): Promise<Policy | null> {
  const known = policies.get(service) ?? new Map<string, Promise<Policy | null>>();
  policies.set(service, known);
  const asked = known.get(environment) ?? policyNow(service, environment);
  known.set(environment, asked);
  return asked;
}

async function policyNow(service: Service, environment: string): Promise<Policy | null> {
  return readPolicy(service, unwrap(resolveEnvironment(service.config, environment, { baseDir: service.baseDir })));
}

async function doubt(
  service: Service,
  environment: string,
  entry: QuarantineRecord['entry'],
  way: Way,
): Promise<string | undefined> {
  let policy: Policy | null;
  try {
    policy = await policyFor(service, environment);
  } catch (error) {
    return way === 'back' ? undefined : `the policy cannot be read: ${problemsOf(error, environment)[0]?.found ?? ''}`;
  }
  return whyNotBelieved(service.config.service.service, entry, policy, sshSignatures(service.exec));
}

/**
 * Why these digests may not be released; empty: they may. A run that has put its own release there is on its way back, and must come to
 * its end: `ownRun` names the one that is gone on with.
 */
export async function quarantineProblems(
  service: Service,
  digests: readonly { readonly component: string; readonly digest: string }[],
  way: Way,
  ownRun?: string,
): Promise<readonly Problem[]> {
  const held = await standingOf(service, way);
  if (ownRun !== undefined && held.some(({ entry }) => entry.run === ownRun)) return [];
  return digests.flatMap(({ component, digest }) => {
    const found = held.find(({ entry }) => entry.digest === digest);
    return found === undefined ? [] : [quarantined(component, found)];
  });
}

/** Pure. */
export function quarantined(component: string, { environment, entry, notBelieved }: Standing): Problem {
  const run = entry.run === undefined ? '' : `, run ${entry.run}`;
  const doubts =
    notBelieved.length === 0 ? '' : `; a word that it may return does not count: ${notBelieved.join('; ')}`;
  return {
    code: 'release.quarantined',
    where: `${component} ${entry.version ?? ''} ${entry.digest}`.replace(/ +/g, ' '),
    found: `in quarantine since ${entry.time}: ${CAUSE[entry.cause]} in ${environment}${run} (${entry.why})${doubts}`,
    expected: 'artefacts that were not taken back, or that somebody has released from quarantine',
    remedy: `release a mended version; or, where that was not its fault: shiplock quarantine release ${entry.digest} --reason …`,
  };
}

export const CAUSE: Readonly<Record<Quarantined['cause'], string>> = {
  worse: 'it was worse than what served',
  'above-limit': 'too many of its answers were bad',
  'crash-loop': 'it kept crashing',
  rejected: 'a person has rejected it',
  aborted: 'its rollout was aborted',
  'gone-back-from': 'it was rolled back',
  added: 'a person has put it there',
};
