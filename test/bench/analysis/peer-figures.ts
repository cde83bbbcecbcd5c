import { type Figure, say } from '../support/figure.ts';
import { median } from '../support/statistics.ts';
import { familyOf } from './families.ts';
import { peerRules, type RuleResult } from './peers/run.ts';
import type { Outcome } from './play.ts';
import type { Pool } from './pool.ts';

/** The rules of other tools on the same streams, a row per family. Kayenta's judge costs 40 ms a release, hence few. */
const RELEASES = 200;

const STREAMS: readonly string[] = [
  'innocent-calm',
  'innocent-drift',
  'innocent-clumps-5',
  'innocent-incidents',
  'innocent-missing',
  'beyond-margin-calm',
  'beyond-margin-clumps-5',
  'harmful-calm-10',
  'harmful-calm-3',
  'harmful-drift-3',
];

export async function peersFigures(pool: Pool, from: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const id of STREAMS) {
    const { truth, title } = familyOf(id);
    const { outcomes, peers } = await pool.play({
      family: id,
      from,
      count: RELEASES,
      policy: {},
      until: truth.kind === 'beyond' ? 'not-worse' : 'worse',
      servers: false,
      peers: true,
    });
    const ours = `**shiplock ${oursInWords(truth.kind, outcomes)}**`;
    const theirs = peerRules().map((rule, i) => `${rule.name}: ${theirsInWords(truth.kind, peers[i] ?? [])}`);
    figures.push({ name: `${question(truth.kind)}: ${title}`, value: [ours, ...theirs].join('; '), met: null });
    say(`peers, ${id}`);
  }
  return figures;
}

type Kind = 'innocent' | 'harmful' | 'beyond';

function question(kind: Kind): string {
  if (kind === 'innocent') return `false aborts of ${RELEASES}`;
  return kind === 'beyond' ? `false promotions of ${RELEASES}` : `missed of ${RELEASES}, median delay`;
}

function delayInWords(delays: readonly number[]): string {
  const missed = delays.filter((each) => !Number.isFinite(each)).length;
  const middle = median(delays);
  return `${missed}, ${Number.isFinite(middle) ? `${middle} s` : 'never'}`;
}

function oursInWords(kind: Kind, outcomes: readonly Outcome[]): string {
  if (kind === 'innocent') return String(outcomes.filter((one) => one.worseAt !== null).length);
  if (kind === 'beyond') return String(outcomes.filter((one) => one.notWorseAt !== null).length);
  return delayInWords(outcomes.map((one) => (one.worseAt === null ? Number.POSITIVE_INFINITY : one.worseAt + 1)));
}

function theirsInWords(kind: Kind, results: readonly RuleResult[]): string {
  if (kind === 'innocent') return String(results.filter((one) => one.outcome === 'abort').length);
  if (kind === 'beyond') return String(results.filter((one) => one.outcome === 'promote').length);
  return delayInWords(
    results.map((one) => (one.outcome === 'abort' ? (one.afterSeconds ?? 0) : Number.POSITIVE_INFINITY)),
  );
}
