import { shareGivenBy } from './names.ts';

/**
 * What it means for users that a step of a rollout is done, by its path in the journal. A strategy that gives or takes traffic in a step
 * of another name says so here: counts of deliveries are made from it.
 */
export type TrafficMoment =
  /** The new version has a share of the users' traffic. */
  | 'some'
  /** … all of it. */
  | 'all'
  /** The earlier version has as much as it could carry at once. */
  | 'back'
  /** … all of it again. */
  | 'all-back';

/** Blue-green: from the switch on users have the new version, although the old one stands by. */
const ALL: readonly string[] = ['promote', 'open', 'switch'];
const WAY_BACK: Readonly<Record<string, TrafficMoment>> = { 'traffic-back': 'back', 'all-traffic-back': 'all-back' };

/** Null: nothing changes for users. Pure. */
export function trafficMoment(path: string): TrafficMoment | null {
  const id = path.slice(path.lastIndexOf('/') + 1);
  if (isWayBack(path)) return WAY_BACK[id] ?? null;
  if (shareGivenBy(id) !== undefined) return 'some';
  return ALL.includes(id) ? 'all' : null;
}

/** Does this node belong to a way back? */
export function isWayBack(path: string): boolean {
  return /(?:^|\/)rollback\//.test(path);
}
