import { makeFamily } from './generator/family.ts';
import type { ClumpSpec, DriftSpec, IncidentSpec, TimeoutSpec, WorldSpec } from './generator/spec.ts';
import type { Family } from './types.ts';

/** The kinds of releases that the analysis is measured on. What a family's world leaves out is that of `DEFAULT_WORLD`. */

type World = Partial<WorldSpec>;

const clumpsOf = (size: number, spreadSeconds: number, sizes: ClumpSpec['sizes'] = 'fixed'): ClumpSpec => ({
  size,
  sizes,
  spreadSeconds,
});
const driftOf = (coefficient: number, sd: number): DriftSpec => ({ coefficient, sd });
const INCIDENTS: IncidentSpec = { everySeconds: 120, seconds: 10, rate: 0.5, inHistory: false };
const PAST_INCIDENTS: IncidentSpec = { ...INCIDENTS, inHistory: true };
const TIMEOUTS: TimeoutSpec = { part: 0.5, seconds: 30 };
/** The weights of a careful rollout, and of one that goes back step by step. */
const RAMP_UP: World = {
  share: 0.01,
  shareChanges: [
    { at: 150, share: 0.05 },
    { at: 300, share: 0.1 },
    { at: 450, share: 0.25 },
  ],
};
const RAMP_DOWN: World = {
  share: 0.25,
  shareChanges: [
    { at: 150, share: 0.1 },
    { at: 300, share: 0.05 },
    { at: 450, share: 0.01 },
  ],
};

/** Four old servers of the same kind, told apart in the rows: what they share cannot be taken for clumps. */
const FOUR_SERVERS: World = { servers: { baseline: 4, canary: 1, sd: 0 } };

/** As much worse as `harmRatio` still allows. */
const AT_HARM_RATIO = { measure: 'risk', times: 1.25 } as const;
const AT_MARGIN = { measure: 'odds', times: 2 } as const;
/** The old version's rate at which a canary of twice the odds has a bad rate of 0.1 %, the floor. */
const FLOOR_BASE_RATE = 0.001 / (0.001 + 2 * (1 - 0.001));

const CANCELS = 'only the share of bad events that falls on the canary counts, and that is not moved by what hits both';
const MEASURED = 'clumps as large as the measured dispersion, shown in the past';

/** Releases that must not be called worse. */
const innocent = (id: string, title: string, world: World, why: string, inside = true): Family =>
  makeFamily({ id: `innocent-${id}`, title, purpose: 'false-abort', kind: 'innocent', world, inside, why });

const FALSE_ABORTS: readonly Family[] = [
  innocent('calm', 'independent errors', {}, 'the plain case'),
  innocent(
    'harm-ratio',
    'independent errors, 1.25 times as bad',
    { effect: AT_HARM_RATIO },
    'the edge of the guarantee',
  ),
  innocent(
    'no-past',
    'independent errors, no past',
    { historySeconds: 0 },
    'without a past dispersion is taken for large',
  ),
  innocent(
    'day',
    'day-shaped, noisy load',
    { day: { lengthSeconds: 86_400, amplitude: 0.8, noise: 0.2 } },
    'each interval has its own requests',
  ),
  innocent('drift', 'shared rate AR(1) 0.9, sd 0.5', { drift: driftOf(0.9, 0.5) }, CANCELS),
  innocent('drift-wide', 'shared rate AR(1) 0.9, sd 1', { drift: driftOf(0.9, 1) }, CANCELS),
  innocent(
    'drift-4',
    'shared rate AR(1) 0.9, sd 1, four old servers',
    { drift: driftOf(0.9, 1), ...FOUR_SERVERS },
    CANCELS,
  ),
  innocent(
    'clumps-4',
    'clumps of 20 within 5 s, 1.25 times as bad, four old servers',
    { clumps: clumpsOf(20, 5), effect: AT_HARM_RATIO, ...FOUR_SERVERS },
    'clumps on one server show in the split between servers',
  ),
  innocent(
    'clumps-30-4',
    'clumps of 20 within 30 s, four old servers',
    { clumps: clumpsOf(20, 30), ...FOUR_SERVERS },
    'clumps on one server show in the split between servers',
  ),
  ...[0, 1, 5, 30].map((spread) =>
    innocent(`clumps-${spread}`, `clumps of 20 within ${spread} s`, { clumps: clumpsOf(20, spread) }, MEASURED),
  ),
  innocent(
    'clumps-mixed',
    'clumps of 1 to 20 within 5 s',
    { clumps: clumpsOf(20, 5, 'uniform') },
    'the largest clumps are above the dispersion of 13.7: inside by simulation, not by proof',
  ),
  innocent(
    'clumps-harm-ratio',
    'clumps of 20 within 5 s, 1.25 times as bad',
    { clumps: clumpsOf(20, 5), effect: AT_HARM_RATIO },
    MEASURED,
  ),
  innocent(
    'clumps-no-past',
    'clumps of 20 within 30 s, no past',
    { clumps: clumpsOf(20, 30), historySeconds: 0 },
    'clumps that no past has shown',
    false,
  ),
  innocent('incidents', 'shared incidents, up to 50 % errors', { incidents: INCIDENTS }, CANCELS),
  innocent('incidents-past', 'shared incidents, in the past too', { incidents: PAST_INCIDENTS }, CANCELS),
  innocent(
    'ramp-up',
    'half the failures are time-outs of 30 s, share 1 to 25 %',
    { ...RAMP_UP, timeouts: TIMEOUTS },
    'late events belong to a smaller share: too few fall on the canary',
  ),
  innocent(
    'ramp-down',
    'half the failures are time-outs of 30 s, share 25 to 1 %',
    { ...RAMP_DOWN, timeouts: TIMEOUTS },
    'rows after a smaller weight are marked and serve nothing',
  ),
  innocent(
    'restarts-together',
    'both versions restart at once, 20 % errors for 3 s',
    { restarts: { everySeconds: 200, seconds: 3, rate: 0.2, together: true } },
    CANCELS,
  ),
  innocent(
    'restarts-alone',
    'each instance restarts by itself, 10 % errors for 2 s',
    { restarts: { everySeconds: 600, seconds: 2, rate: 0.1, together: false } },
    'a burst of one instance is a clump larger than the measured dispersion',
    false,
  ),
  innocent(
    'heavy-client',
    'a sticky client with 2 % of all requests, all bad',
    { heavyClient: { part: 0.02, counted: 'requests' } },
    'a difference of who is served, not of the release: where clients are sticky, count clients',
    false,
  ),
  innocent(
    'heavy-client-counted',
    'a sticky client with 2 % of all requests, all bad, counted by client',
    { heavyClient: { part: 0.02, counted: 'clients' } },
    'the unit of analysis is the unit of assignment',
  ),
  innocent(
    'missing',
    'a tenth of the rows missing, gaps, a canary without requests',
    {
      metrics: { count: 2, correlation: 0, affected: 2 },
      missing: {
        intervals: 0.1,
        gaps: { everySeconds: 120, seconds: 20 },
        idle: { everySeconds: 120, seconds: 20 },
        carried: false,
      },
    },
    'what is missing does not depend on the counts',
  ),
  innocent(
    'missing-carried',
    'a third of the looks missing, raw counters',
    { clumps: clumpsOf(5, 5), missing: { intervals: 0.33, gaps: null, idle: null, carried: true } },
    'a longer interval is an interval',
  ),
  innocent(
    'metrics-6',
    'six independent metrics',
    { metrics: { count: 6, correlation: 0, affected: 6 } },
    'the metrics share alpha',
  ),
  innocent(
    'metrics-correlated',
    'six metrics, correlation 0.8',
    { metrics: { count: 6, correlation: 0.8, affected: 6 } },
    'an average of e-values is one, however they hang together',
  ),
  innocent(
    'everything',
    'day, drift, clumps, incidents, ramp, gaps, three metrics',
    {
      ...RAMP_UP,
      day: { lengthSeconds: 86_400, amplitude: 0.5, noise: 0.1 },
      drift: driftOf(0.9, 0.5),
      clumps: clumpsOf(5, 5),
      incidents: PAST_INCIDENTS,
      timeouts: TIMEOUTS,
      metrics: { count: 3, correlation: 0.5, affected: 3 },
      missing: { intervals: 0.05, gaps: { everySeconds: 300, seconds: 20 }, idle: null, carried: false },
    },
    'all of the above at once',
  ),
];

/** Releases that must not be called not worse: twice the odds, and not below the floor in any interval. */
const beyond = (id: string, title: string, world: World, why: string, inside = true): Family =>
  makeFamily({
    id: `beyond-${id}`,
    title,
    purpose: 'false-promotion',
    kind: 'beyond',
    world: { effect: AT_MARGIN, ...world },
    inside,
    why,
  });

/** The same troubles at the margin with the usual rate, and with the canary exactly at the floor. */
const beyondBoth = (id: string, title: string, world: World, why: string): readonly Family[] => [
  beyond(`margin-${id}`, `at the margin: ${title}`, world, why),
  beyond(`floor-${id}`, `at the floor: ${title}`, { baseRate: FLOOR_BASE_RATE, ...world }, why),
];

const FALSE_PROMOTIONS: readonly Family[] = [
  ...beyondBoth('calm', 'independent errors', {}, 'the edge of the guarantee'),
  ...beyondBoth(
    'incidents',
    'shared incidents, up to 50 % errors',
    { incidents: INCIDENTS },
    'intervals above the ceiling say nothing about the margin; against the floor they count',
  ),
  ...beyondBoth(
    'timeouts',
    'all failures are time-outs of 30 s',
    { timeouts: { part: 1, seconds: 30 } },
    'nothing is cleared before the longest time-out has passed',
  ),
  ...beyondBoth(
    'ramp-up',
    'half the failures are time-outs of 30 s, share 1 to 25 %',
    { ...RAMP_UP, timeouts: TIMEOUTS },
    'rows after a change of the weight are marked; beta is per step',
  ),
  ...[0, 1, 5, 30].flatMap((spread) =>
    beyondBoth(`clumps-${spread}`, `clumps of 20 within ${spread} s`, { clumps: clumpsOf(20, spread) }, MEASURED),
  ),
  ...beyondBoth(
    'everything',
    'clumps of 5 within 5 s, incidents, time-outs, share 1 to 25 %',
    { ...RAMP_UP, clumps: clumpsOf(5, 5), incidents: INCIDENTS, timeouts: TIMEOUTS },
    'all of the above at once; late events of an incident draw odds ratios a little towards 1: by simulation, not by proof',
  ),
  beyond('margin-drift', 'at the margin: shared rate AR(1) 0.9, sd 0.5', { drift: driftOf(0.9, 0.5) }, CANCELS),
  beyond(
    'margin-drift-4',
    'at the margin: shared rate AR(1) 0.9, sd 0.5, four old servers',
    { drift: driftOf(0.9, 0.5), ...FOUR_SERVERS },
    CANCELS,
  ),
  beyond(
    'margin-clumps-30-4',
    'at the margin: clumps of 20 within 30 s, four old servers',
    { clumps: clumpsOf(20, 30), ...FOUR_SERVERS },
    'clumps on one server show in the split between servers',
  ),
  beyond(
    'margin-one-of-three',
    'at the margin in one of three metrics',
    { metrics: { count: 3, correlation: 0, affected: 1 } },
    'every metric must show it',
  ),
  beyond(
    'floor-clumps-30-no-past',
    'at the floor: clumps of 20 within 30 s, no past',
    { baseRate: FLOOR_BASE_RATE, clumps: clumpsOf(20, 30), historySeconds: 0 },
    'clumps that no past has shown',
    false,
  ),
];

/** How quickly a bad release is found, and a healthy one cleared. */
const harmful = (id: string, title: string, times: number, world: World): Family =>
  makeFamily({
    id: `harmful-${id}-${times}`,
    title: `${times} times as bad, ${title}`,
    purpose: 'speed',
    kind: 'harmful',
    world: { effect: { measure: 'risk', times }, ...world },
    inside: true,
    why: 'of the same kind as innocent releases that are inside',
  });

const healthy = (id: string, title: string, world: World): Family =>
  makeFamily({
    id: `healthy-${id}`,
    title: `no difference, ${title}`,
    purpose: 'speed',
    kind: 'innocent',
    world,
    inside: true,
    why: 'for the time to not-worse',
  });

const SPEED: readonly Family[] = [
  ...[10, 5, 3].flatMap((times) => [
    harmful('calm', 'independent errors', times, {}),
    harmful('clumps', 'clumps of 5 within 30 s', times, { clumps: clumpsOf(5, 30) }),
    harmful('drift', 'shared rate AR(1) 0.9, sd 0.5', times, { drift: driftOf(0.9, 0.5) }),
    harmful('drift-4', 'shared rate AR(1) 0.9, sd 0.5, four old servers', times, {
      drift: driftOf(0.9, 0.5),
      ...FOUR_SERVERS,
    }),
    harmful('clumps-4', 'clumps of 5 within 30 s, four old servers', times, {
      clumps: clumpsOf(5, 30),
      ...FOUR_SERVERS,
    }),
    harmful('slow-traffic', 'independent errors, 100 requests/s', times, { requestsPerSecond: 100 }),
  ]),
  healthy('calm', 'independent errors', {}),
  healthy('slow-traffic', 'independent errors, 100 requests/s', { requestsPerSecond: 100, releaseSeconds: 2400 }),
  healthy('drift-4', 'shared rate AR(1) 0.9, sd 0.5, four old servers', { drift: driftOf(0.9, 0.5), ...FOUR_SERVERS }),
  healthy('clumps', 'clumps of 5 within 30 s', { clumps: clumpsOf(5, 30), releaseSeconds: 1200 }),
];

/** Name of the family with so many old and new servers that differ by `sd`, and a release that is `times` times as bad. */
export function serverNoiseId(old: number, fresh: number, sd: number, times: number): string {
  return `servers-${old}-${fresh}-sd-${sd * 100}-${times === 1 ? 'innocent' : times}`;
}

/** Servers that differ by themselves. `hosts` has the counts of each, for remedies that look at them. */
const serverNoise = (old: number, fresh: number, sd: number, times: number): Family =>
  makeFamily({
    id: serverNoiseId(old, fresh, sd, times),
    title: `${times === 1 ? 'no difference' : `${times} times as bad`}, ${old} old and ${fresh} new servers, log rates ± ${sd}`,
    purpose: 'server-noise',
    kind: times === 1 ? 'innocent' : 'harmful',
    world: { effect: { measure: 'risk', times }, servers: { baseline: old, canary: fresh, sd } },
    inside: false,
    why: 'a difference that belongs to the server looks like the release',
  });

const SERVER_NOISE: readonly Family[] = [0.2, 0.5].flatMap((sd) =>
  [1, 3, 10].flatMap((times) => [serverNoise(9, 1, sd, times), serverNoise(4, 2, sd, times)]),
);

export const FAMILIES: readonly Family[] = [...FALSE_ABORTS, ...FALSE_PROMOTIONS, ...SPEED, ...SERVER_NOISE];

/** @throws RangeError for a name that no family has */
export function familyOf(id: string): Family {
  const found = FAMILIES.find((family) => family.id === id);
  if (found === undefined) throw new RangeError(`there is no family ${id}`);
  return found;
}
