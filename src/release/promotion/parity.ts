import type { ResolvedEnvironment } from '../../config/index.ts';
import type { Json } from '../../model/json.ts';
import type { ParityRule, ParityWaiver } from '../../model/promotion.ts';
import { digestOf } from '../../procedure/journal/canonical.ts';

/** What differs between the environment that a release comes from and the one that it goes to. Pure. */

/** Key → what is there, in words. Secrets stand here by their kind, never by value. */
export type ParityFacts = Readonly<Record<string, string>>;

export interface Difference {
  readonly key: string;
  /** Null: it has no such thing. */
  readonly there: string | null;
  readonly here: string | null;
  /** Who answers for it; null: nobody, or not any more. */
  readonly waiver: ParityWaiver | null;
}

export interface ParityReport {
  readonly from: string;
  readonly to: string;
  /** How many keys were compared. */
  readonly compared: number;
  readonly differences: readonly Difference[];
}

/** What a configuration says that should be the same in both places; addresses, hosts, paths and secrets differ by nature. */
export function settingsOf(environment: ResolvedEnvironment): ParityFacts {
  const { components, database, platform, traffic, rollout, purge, verify, metrics } = environment;
  const facts: Record<string, string> = {
    'platform.kind': platform.kind,
    'traffic.kind': traffic.kind,
    'traffic.component': traffic.component,
    ...proxyFacts(traffic),
    'traffic.longestTimeout': `${traffic.longestTimeoutMs} ms`,
    'rollout.strategy': rollout.strategy,
    'rollout.lowTraffic': rollout.lowTraffic.kind,
    'database.engine': database === null ? 'none' : database.engine,
    'metrics.prometheus': metrics.prometheus === null ? 'none' : 'configured',
    'purge.methods': list(purge.map(({ method }) => method)),
    'verify.paths': list(verify.map(({ path }) => path)),
  };
  for (const [name, component] of Object.entries(components)) {
    const at = `components.${name}`;
    facts[`${at}.kind`] = component.kind;
    if (component.kind === 'go') facts[`${at}.tags`] = list(component.tags);
    if (component.process === null) continue;
    const { command, ready, live, env } = component.process;
    facts[`${at}.command`] = command.join(' ');
    facts[`${at}.ready`] = ready;
    facts[`${at}.live`] = live;
    for (const [variable, value] of Object.entries(env)) {
      facts[`${at}.env.${variable}`] = typeof value === 'string' ? 'set' : 'secret';
    }
  }
  return facts;
}

/** What only a proxy of ours is told. */
function proxyFacts(traffic: ResolvedEnvironment['traffic']): ParityFacts {
  if (traffic.kind === 'argo-rollouts') return {};
  const { files, privatePaths, rateLimits } = traffic;
  return {
    'traffic.files': files === null ? 'none' : files.component,
    'traffic.singlePage': String(files?.singlePage ?? false),
    'traffic.privatePaths': list(privatePaths),
    'traffic.rateLimits': list(rateLimits.map(({ path }) => path)),
  };
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.toSorted().join(', ');
}

/** Instances of all hosts together; null in a cluster, where the manifests say how many there are. */
export function replicasOf({ platform }: Pick<ResolvedEnvironment, 'platform'>): number | null {
  if (platform.kind === 'kubernetes') return null;
  return platform.replicas * Math.max(1, 'hosts' in platform ? (platform.hosts?.length ?? 1) : 1);
}

/** Replicas that are too far apart: what was tried on one instance says little about ten. */
export function replicaFacts(
  there: number | null,
  here: number | null,
  rule: ParityRule,
): { readonly there: ParityFacts; readonly here: ParityFacts } {
  if (there === null || here === null) return { there: {}, here: {} };
  const alone = (there === 1) !== (here === 1);
  const far = Math.max(there, here) / Math.min(there, here) > rule.replicaRatio;
  const say = (count: number): ParityFacts => ({
    'platform.replicas': alone || far ? `${count} ${count === 1 ? 'instance' : 'instances'}` : 'near enough',
  });
  return { there: say(there), here: say(here) };
}

export interface ParityQuestion {
  readonly from: string;
  readonly to: string;
  readonly there: ParityFacts;
  readonly here: ParityFacts;
  readonly rule: ParityRule;
  /** `2026-11-21`, in UTC. */
  readonly today: string;
}

export function parityReport({ from, to, there, here, rule, today }: ParityQuestion): ParityReport {
  const keys = [...new Set([...Object.keys(there), ...Object.keys(here)])].toSorted();
  const differences = keys.flatMap((key): readonly Difference[] => {
    const [one = null, other = null] = [there[key], here[key]];
    if (one === other) return [];
    const waiver = rule.waivers.find((each) => covers(each, key) && today <= each.until) ?? null;
    return [{ key, there: one, here: other, waiver }];
  });
  return { from, to, compared: keys.length, differences };
}

function covers({ key }: ParityWaiver, wanted: string): boolean {
  return key.endsWith('*') ? wanted.startsWith(key.slice(0, -1)) : key === wanted;
}

/** What is bound to the gate: the same differences and waivers are the same report. */
export function reportHash(report: ParityReport): string {
  return digestOf(reportJson(report));
}

export function reportJson({ from, to, compared, differences }: ParityReport): Json {
  return {
    from,
    to,
    compared,
    differences: differences.map(({ key, there, here, waiver }) => ({
      key,
      there,
      here,
      waiver: waiver === null ? null : { ...waiver },
    })),
  };
}

/** The report as people read it: what nobody answers for first. */
export function parityText(report: ParityReport): string {
  const { from, to, compared, differences } = report;
  const open = differences.filter(({ waiver }) => waiver === null);
  const say = ({ key, there, here, waiver }: Difference): string => {
    const by = waiver === null ? '' : ` (waived by ${waiver.owner} until ${waiver.until}: ${waiver.reason})`;
    return `${key}: ${there ?? 'none'} in ${from}, ${here ?? 'none'} in ${to}${by}`;
  };
  const head = `${compared} things compared, ${open.length} differ, ${differences.length - open.length} waived; report ${reportHash(report).slice(0, 12)}`;
  return [head, ...[...open, ...differences.filter(({ waiver }) => waiver !== null)].map(say)].join('\n');
}
