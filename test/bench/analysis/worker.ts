import { parentPort } from 'node:worker_threads';
import { makePolicy } from '../../../src/rollout/analysis/index.ts';
import { familyOf } from './families.ts';
import { looksOf, peerRules, type RuleResult, runRule } from './peers/run.ts';
import { type Outcome, play } from './play.ts';
import type { Played, Slice } from './pool.ts';

/** A thread of `pool.ts`: makes and judges the releases of a slice. */
parentPort?.on('message', (slice: Slice) => parentPort?.postMessage(playSlice(slice)));

function playSlice({ family, from, count, policy, until, servers, peers }: Slice): Played {
  const { make } = familyOf(family);
  const frozen = makePolicy(policy);
  const rules = peers ? peerRules() : [];
  const outcomes: Outcome[] = [];
  const byRule = rules.map((): RuleResult[] => []);
  for (let seed = from; seed < from + count; seed += 1) {
    const release = make(seed);
    outcomes.push(play(release, { policy: frozen, until, servers }));
    const looks = rules.length === 0 ? undefined : looksOf(release);
    for (const [index, rule] of rules.entries()) byRule[index]?.push(runRule(rule, release, looks));
  }
  return { outcomes, peers: byRule };
}
