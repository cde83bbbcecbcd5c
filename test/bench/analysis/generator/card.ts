import type { Family, Purpose } from '../types.ts';
import { DEFAULT_WORLD, type WorldSpec } from './spec.ts';

/** The card of the data set: Markdown, made from the same specifications as the data. */

/** Goes up whenever a seed gives other numbers. */
export const GENERATOR_VERSION = 1;

const PURPOSES: Readonly<Record<Purpose, string>> = {
  'false-abort': 'No release is worse than allowed. Calling one `worse` is a false abort.',
  'false-promotion':
    'Every release is beyond the margin and not below the floor. Calling one `not-worse` is a false promotion.',
  speed: 'How soon a bad release is found, and a healthy one cleared.',
  'server-noise': 'Servers differ by themselves, with and without a bad release.',
};

export interface CardFacts {
  readonly families: readonly Family[];
  /** Releases of each family; their seeds are 1 … perFamily. */
  readonly perFamily: number;
}

export function card({ families, perFamily }: CardFacts): string {
  const purposes = [...new Set(families.map((family) => family.purpose))];
  return `# Labelled canary releases, simulated

${families.length * perFamily} releases of ${families.length} families, ${perFamily} of each. For everybody who judges canaries from counts of bad requests and wants to know how often
a rule aborts good releases, promotes bad ones, and how long it takes. Generator version ${GENERATOR_VERSION}.

## Files

| file | what |
|---|---|
| \`labels.csv\` | one line per release: what is true of it, and where its files are |
| \`FAMILY/SEED/canary.csv\` | the release: \`t,metric,baseline_requests,baseline_bad,canary_requests,canary_bad\`, a row per metric and interval |
| \`FAMILY/SEED/history.csv\` | the old version's own past: \`t,metric,baseline_requests,baseline_bad\`, \`t\` below 0; not there for families without a past |
| \`FAMILY/SEED/settling.csv\` | only where the weight changes: rows of the ${DEFAULT_WORLD.settlingSeconds} s after a change, with a column \`settling\` (\`up\`, \`down\`: the share grew, shrank). They may hold requests begun under another weight, so \`canary.csv\` leaves them out |

\`t\` is in seconds since the release began. Intervals in which nothing was read have no row. Judge one with
\`shiplock analyse --input FAMILY/SEED/canary.csv --baseline-history FAMILY/SEED/history.csv\`.

| column of \`labels.csv\` | |
|---|---|
| \`family\`, \`seed\` | which release; the two alone decide every number |
| \`purpose\` | which question the family answers, see below |
| \`kind\` | \`innocent\`, \`harmful\`, or \`beyond\` (at the margin and not below the floor: \`not-worse\` would be wrong) |
| \`risk_ratio\` | bad rate of the new version over that of the old one, outside incidents and without what servers and clients add |
| \`base_rate\` | long-run bad rate of the old version, outside incidents |
| \`inside\` | whether the guarantees of Shiplock's analysis promise something about the family |
| \`metrics\`, \`first_share\`, \`interval_seconds\` | how many metrics; the canary's first weight; length of an interval |
| \`canary\`, \`history\`, \`settling\` | paths, empty where there is no such file |

## How it was made

By a seeded simulation, no production data. Requests arrive independently; good and bad ones are drawn apart, so bad never exceeds requests. A
misfortune is one bad request, or several (a clump: retries of one client) on the same version. Drift and incidents hit both versions alike.
Slow failures are counted when they end. The random numbers are xoshiro128**, one stream per part of a world; exponential, logarithm and sine use
basic arithmetic only, so every machine makes the same files. The sources are in \`test/bench/analysis/generator\` of the Shiplock repository, where
\`spec.ts\` explains each parameter.

Names that end in \`Seconds\`, \`seconds\` and \`at\` are seconds; shares, parts and rates are from 0 to 1. Every family has, unless its line says otherwise:

${bullets(DEFAULT_WORLD)}

## Families
${purposes.map((purpose) => section(purpose, families)).join('\n')}
## Known limits

- It is a model. Real errors depend on endpoints, load and each other in ways that are not in it.
- Families marked as outside are not covered by the guarantees of Shiplock's analysis; they are there to show what happens then.
- A CSV stream has one step: where the weight changes, a rollout would begin \`not-worse\` afresh at each weight.
- Counts of single servers are not in the files; the generator gives them for the families whose servers differ.
- Random numbers come in steps of 2⁻³²: what is rarer than about 10⁻⁹ does not happen.

## Licence

Apache-2.0, as the Shiplock project.
`;
}

function section(purpose: Purpose, families: readonly Family[]): string {
  const lines = families
    .filter((family) => family.purpose === purpose)
    .map(
      ({ id, title, truth, inside, why, world }) =>
        `| \`${id}\` | ${title} | ${round(truth.riskRatio)} | ${round(truth.baseRate)} | ${inside ? 'inside' : 'outside'}: ${why} | ${differences(world)} |`,
    );
  return `
### ${purpose}

${PURPOSES[purpose]}

| family | what is special | risk ratio | base rate | guarantee | parameters |
|---|---|---|---|---|---|
${lines.join('\n')}
`;
}

function bullets(world: WorldSpec): string {
  const entries: readonly [string, unknown][] = Object.entries(world);
  return entries.map(([key, value]) => `- \`${key}\`: ${inWords(value)}`).join('\n');
}

/** The options in which a world is not the default one. */
function differences(world: WorldSpec): string {
  const usual = new Map<string, unknown>(Object.entries(DEFAULT_WORLD));
  const entries: readonly [string, unknown][] = Object.entries(world);
  const other = entries.filter(([key, value]) => inWords(value) !== inWords(usual.get(key)));
  return other.map(([key, value]) => `\`${key}\` ${inWords(value)}`).join('; ');
}

function inWords(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'number') return round(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(inWords).join(', then ');
  if (typeof value !== 'object') return String(value);
  const entries: readonly [string, unknown][] = Object.entries(value ?? {});
  return `(${entries.map(([key, inner]) => `${key} ${inWords(inner)}`).join(', ')})`;
}

/** Five significant digits, without an exponent. */
function round(value: number): string {
  return String(Number(value.toPrecision(5)));
}
