import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import type { Complaint } from '../model/scalars.ts';
import type { ServiceSettings } from './schema.ts';
import type { Config, ConfiguredEnvironment } from './types.ts';

/** The order of environments, and the gates on the way. Paths are those of the file. Pure. */

type Environments = ReadonlyMap<string, ConfiguredEnvironment>;

function cameFrom(environments: Environments, name: string): string | undefined {
  const environment = environments.get(name);
  return environment?.kind === 'concrete' ? environment.settings.promotion?.from : undefined;
}

/** The environments before this one, the first first, and itself at the end. Pure. */
export function wayTo(config: Pick<Config, 'environments'>, name: string): readonly string[] {
  const way = [name];
  for (
    let from = cameFrom(config.environments, name);
    from !== undefined && !way.includes(from);
    from = cameFrom(config.environments, from)
  ) {
    way.unshift(from);
  }
  return way;
}

/** Environments in the order in which a release goes through them; those without an order as in the file. Pure. */
export function promotionOrder(config: Pick<Config, 'environments'>): readonly string[] {
  const concrete = [...config.environments].filter(([, { kind }]) => kind === 'concrete').map(([name]) => name);
  return [...new Set(concrete.flatMap((name) => (isLast(config, name) ? wayTo(config, name) : [])))];
}

function isLast({ environments }: Pick<Config, 'environments'>, name: string): boolean {
  return ![...environments.keys()].some((other) => cameFrom(environments, other) === name);
}

export function promotionChecks(service: ServiceSettings, environments: Environments): readonly Complaint[] {
  return [
    ...orderChecks(environments),
    ...gateChecks(service, environments),
    ...provenanceChecks(service, environments),
  ];
}

/** What is asked of an attestation in an environment is asked in those after it too. */
function provenanceChecks({ policy }: ServiceSettings, environments: Environments): readonly Complaint[] {
  if (policy === undefined) return [];
  const { trusted } = policy;
  const rules = policy.environments;
  const asks = (name: string): boolean => rules[name]?.provenance?.required ?? true;
  return Object.entries(rules).flatMap(([name, { provenance }]) => {
    if (provenance === undefined) return [];
    const path = ['policy', 'environments', name, 'provenance'];
    if (Object.keys(trusted).length === 0) {
      return [
        {
          path,
          code: 'config.provenance-without-keys',
          found: 'rules for attestations, and no `policy.trusted`',
          expected: 'the keys that may vouch for a release',
          remedy: 'add the public half of a key under `policy.trusted`, or delete `provenance:` here',
        },
      ];
    }
    const from = cameFrom(environments, name);
    if (from === undefined || asks(name) || !asks(from)) return [];
    return [
      {
        path: [...path, 'required'],
        code: 'config.weaker-provenance',
        found: `no attestation asked for in \`${name}\`, and one in \`${from}\` before it`,
        expected: 'at least what the environment before asks for',
        remedy: `delete \`required: false\` here, or write it under \`${from}\` too`,
      },
    ];
  });
}

function orderChecks(environments: Environments): readonly Complaint[] {
  const names = [...environments].filter(([, { kind }]) => kind === 'concrete').map(([name]) => name);
  return names.flatMap((name) => {
    const from = cameFrom(environments, name);
    const path = ['environments', name, 'promotion', 'from'];
    if (from === undefined) return [];
    if (!names.includes(from)) {
      return [
        {
          path,
          code: 'config.unknown-environment',
          found: `the environment \`${from}\``,
          expected: `one of ${names.filter((other) => other !== name).join(', ')}`,
          remedy: `write \`${nearest(from, names, distance) ?? names[0]}\``,
        },
      ];
    }
    if (!comesBack(environments, name)) return [];
    return [
      {
        path,
        code: 'config.promotion-circle',
        found: `\`${name}\` after \`${from}\`, which comes after \`${name}\` itself`,
        expected: 'an order with a first environment, to which releases go by `shiplock release`',
        remedy: 'delete `promotion:` in the first of them',
      },
    ];
  });
}

function comesBack(environments: Environments, name: string): boolean {
  const seen = new Set<string>();
  for (let at = cameFrom(environments, name); at !== undefined; at = cameFrom(environments, at)) {
    if (at === name) return true;
    if (seen.has(at)) return false;
    seen.add(at);
  }
  return false;
}

function gateChecks(service: ServiceSettings, environments: Environments): readonly Complaint[] {
  return Object.entries(service.policy?.environments ?? {}).flatMap(([name, { promotion }]) => {
    if (promotion === undefined || !environments.has(name)) return [];
    const path = ['policy', 'environments', name, 'promotion'];
    const { budget } = promotion;
    return [
      ...(service.people === undefined
        ? [
            {
              path,
              code: 'config.promotion-without-people',
              found: 'gates, and no `people:`',
              expected: 'persons: without them nobody could be held to a gate, and nobody could override one',
              remedy: 'add `people:`, or delete `promotion:` here',
            },
          ]
        : []),
      ...(cameFrom(environments, name) === undefined
        ? [
            {
              path,
              code: 'config.promotion-without-order',
              found: `gates for what comes to \`${name}\`, which comes from anywhere`,
              expected: `the environment before it under \`environments.${name}.promotion.from\``,
              remedy: `write \`promotion: { from: … }\` under \`environments.${name}\``,
            },
          ]
        : []),
      ...(budget !== undefined && budget.objective === undefined && service.objectives.availability === undefined
        ? [
            {
              path: [...path, 'budget'],
              code: 'config.no-objective',
              found: 'an error budget, and no objective',
              expected: 'the promised share of good answers',
              remedy: 'write `objectives: { availability: 99.9% }`, or `objective:` here',
            },
          ]
        : []),
    ];
  });
}
