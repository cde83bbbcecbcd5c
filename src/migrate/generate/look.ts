import type { FakeKind } from '../desensitise/rules.ts';

/** What a column most likely holds, by the words of its name. Pure. */

export type Look =
  | { readonly kind: 'fake'; readonly what: FakeKind }
  | { readonly kind: 'hex' | 'uuid' | 'words' }
  /** A number within these. */
  | { readonly kind: 'range'; readonly min: number; readonly max: number }
  | { readonly kind: 'one-of'; readonly values: readonly string[] };

const FAKES: readonly (readonly [what: FakeKind, name: RegExp])[] = [
  ['email', /\be ?mail\b|\bmail\b/],
  ['phone', /\b(?:phone|mobile|tel|fax)\b/],
  ['first-name', /\b(?:first ?name|given ?name|forename|vorname)\b/],
  ['last-name', /\b(?:last ?name|surname|family ?name|nachname)\b/],
  ['user-name', /\b(?:user ?name|login|nick(?:name)?|handle|slug)\b/],
  ['company', /\b(?:company|organi[sz]ation|employer|firm|vendor|supplier|brand|issuer)\b/],
  ['street', /\b(?:street|address|addr)\b/],
  ['city', /\b(?:city|town|place)\b/],
  ['postcode', /\b(?:zip|zip ?code|post ?code|postal)\b/],
  ['country', /\bcountry\b/],
  ['url', /\b(?:url|uri|link|website|homepage)\b/],
  ['domain', /\b(?:domain|host|hostname|fqdn)\b/],
  ['ipv4', /\b(?:ip|ipv4|ip ?address)\b/],
  ['ipv6', /\bipv6\b/],
  ['name', /\b(?:full ?name|author|owner|actor|contact|person|customer|recipient)\b/],
  ['sentence', /\b(?:description|comment|note|notes|remark|message|text|body|title|subject|reason|summary|content)\b/],
];

const RANGES: readonly (readonly [name: RegExp, min: number, max: number])[] = [
  [/\bage\b/, 18, 90],
  [/\b(?:percent|percentage|share|progress)\b/, 0, 100],
  [/\bport\b/, 1024, 65_535],
  [/\byear\b/, 1990, 2030],
  [/\bmonth\b/, 1, 12],
  [/\b(?:quantity|qty|count|amount of|number of|pieces|attempts|retries)\b/, 0, 20],
  [/\b(?:price|amount|total|cost|balance|salary|fee)\b/, 1, 5000],
  [/\b(?:lat|latitude)\b/, -85, 85],
  [/\b(?:lon|lng|longitude)\b/, -180, 180],
];

const PERSONS = /^(?:person|people|user|customer|client|patient|employee|member|contact|student|guest|staff)s?$/;

/** @param table gives `name` its meaning: that of a person in `users`, of a thing elsewhere */
export function lookOf(column: string, table: string, length: number): Look {
  const words = wordsOf(column);
  const name = words.join(' ');
  for (const [range, min, max] of RANGES) if (range.test(name)) return { kind: 'range', min, max };
  if (/\b(?:uuid|guid)\b/.test(name) && length >= 36) return { kind: 'uuid' };
  if (/\b(?:hash|digest|sha\d*|md5|token|secret|password|passwd|key|signature|checksum|fingerprint|etag)\b/.test(name))
    return { kind: 'hex' };
  if (name === 'name') {
    const person = wordsOf(table).some((word) => PERSONS.test(word));
    return person ? { kind: 'fake', what: 'name' } : { kind: 'words' };
  }
  const fake = FAKES.find(([, pattern]) => pattern.test(name));
  if (fake !== undefined) return { kind: 'fake', what: fake[0] };
  if (/\b(?:status|state)\b/.test(name)) return { kind: 'one-of', values: ['new', 'active', 'closed'] };
  if (/\bcurrency\b/.test(name)) return { kind: 'one-of', values: ['EUR', 'USD', 'GBP', 'CHF'] };
  if (/\b(?:lang|language|locale)\b/.test(name)) return { kind: 'one-of', values: ['en', 'de', 'fr', 'es'] };
  return { kind: 'words' };
}

/** Rows of which something has not happened yet: most of them. */
export function mostlyNull(column: string): boolean {
  return /\b(?:deleted|removed|archived|cancel(?:l)?ed|revoked|closed|finished)\b/.test(wordsOf(column).join(' '));
}

const LATER: readonly (readonly [string, string])[] = [
  ...([['created', 'updated'] as const, ['created', 'modified'] as const, ['start', 'end'] as const] as const),
  ...([['started', 'ended'] as const, ['started', 'finished'] as const, ['from', 'to'] as const] as const),
  ...([['before', 'after'] as const, ['from', 'until'] as const, ['begin', 'end'] as const] as const),
  ...([['opened', 'closed'] as const, ['issued', 'expires'] as const, ['created', 'deleted'] as const] as const),
];

/** Names of moments of which the second is later: `starts_at` and `ends_at` are not told from others, `start` and `end` are. */
export function laterThan(columns: readonly string[]): readonly (readonly [low: string, high: string])[] {
  const named = new Map(columns.map((column) => [wordsOf(column).join(' '), column]));
  return [...named].flatMap(([name, low]) =>
    LATER.flatMap(([a, b]) => {
      const words = name.split(' ');
      if (!words.includes(a)) return [];
      const high = named.get(words.map((word) => (word === a ? b : word)).join(' '));
      return high === undefined ? [] : [[low, high] as const];
    }),
  );
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
