import { fingerprintOf } from './fingerprint.ts';
import { atLeast, worse } from './severity.ts';
import { type RawFinding, type ScanFinding, SEVERITIES } from './types.ts';

/** Several scanners that say the same become one finding. */

/** Text of a line, 1-based; undefined: there is none, or it cannot be read. */
export type LineText = (file: string, line: number) => string | undefined;

/** What all scanners say, each thing once, worst first. Pure but for `lineText`. */
export function mergeFindings(raw: readonly RawFinding[], lineText: LineText): readonly ScanFinding[] {
  const groups = new Set<RawFinding[]>();
  const byKey = new Map<string, readonly RawFinding[][]>();
  for (const finding of raw) {
    const exact = keysOf(finding).flatMap((key) => byKey.get(key) ?? []);
    // Two of one scanner are two: it has seen two containers where another speaks of their object.
    const alike = byKey
      .get(alikeKey(finding) ?? '')
      ?.find((group) => group.every((one) => one.scanner !== finding.scanner));
    // One that knows both names shows that two groups are one.
    const found = new Set(alike === undefined ? exact : [...exact, alike]);
    for (const group of found) groups.delete(group);
    const group = [...new Set([...found].flat()), finding];
    groups.add(group);
    for (const one of group) {
      for (const key of keysOf(one)) byKey.set(key, [group]);
      const key = alikeKey(one);
      if (key === null) continue;
      const others = (byKey.get(key) ?? []).filter((other) => groups.has(other) && other !== group);
      byKey.set(key, [...others, group]);
    }
  }
  const seen = new Map<string, number>();
  return [...groups]
    .map((group) => joined(group, lineText, seen))
    .toSorted((one, other) => rank(one, other) || text(one).localeCompare(text(other), 'en'));
}

/**
 * Two findings are the same when they share one of these: a vulnerability by any of its names in the same package and version; a secret by
 * itself; a weakness by its number in CWE at the same line; else only by the same rule of the same scanner at the same place. What scanners say in words
 * that they share (`same`) is put together where one of each says it.
 */
function keysOf(finding: RawFinding): readonly string[] {
  const { subject, scanner, rule, aliases = [], cwe = [], file = '', line = 0, column = 0, manifest = file } = finding;
  if (finding.package !== undefined) {
    const { ecosystem, name, version } = finding.package;
    return [rule, ...aliases].map((id) => JSON.stringify([subject, id, ecosystem, name, version, manifest]));
  }
  // Once, however many files and commits have it: what has to be done is the same.
  if (finding.secret !== undefined) return [JSON.stringify([subject, finding.secret])];
  const own = JSON.stringify([subject, scanner, rule, file, line, column, finding.message]);
  return [own, ...cwe.map((id) => JSON.stringify([subject, id, file, line]))];
}

/** What it says in words that other scanners share; null: it does not. Pure. */
function alikeKey({ subject, same, file = '' }: RawFinding): string | null {
  return same === undefined ? null : JSON.stringify([subject, 'same', same, file]);
}

function joined(group: readonly RawFinding[], lineText: LineText, seen: Map<string, number>): ScanFinding {
  // The worst speaks; of a secret in files and in commits the one that can be seen in the files.
  const [first, ...others] = group.toSorted(
    (one, other) =>
      SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
      Number(one.commit !== undefined) - Number(other.commit !== undefined) ||
      (one.file ?? '').localeCompare(other.file ?? '', 'en'),
  );
  if (first === undefined) throw new Error('a group of findings is never empty');
  const line = first.file === undefined || first.line === undefined ? undefined : lineText(first.file, first.line);
  const all = <T>(of: (finding: RawFinding) => readonly T[]): readonly T[] =>
    [...new Set(group.flatMap(of))].toSorted();
  const named =
    first.package === undefined ? first : { ...first, aliases: all((one) => [one.rule, ...(one.aliases ?? [])]) };
  const plain = fingerprintOf(named, line, 0);
  const nth = seen.get(plain) ?? 0;
  seen.set(plain, nth + 1);
  const {
    scanner: _scanner,
    aliases: _aliases,
    cwe: _cwe,
    reach: _reach,
    secret: _secret,
    same: _same,
    ...outer
  } = first;
  const { identity: _identity, known: _known, manifest: _manifest, ...rest } = outer;
  const reaches = all((one) => (one.reach === undefined ? [] : [one.reach]));
  // Where it is called says more than where it is pinned.
  const called = group.find(({ reach }) => reach === 'called');
  const known = group.every((one) => one.known === true);
  const fixed = group.map((one) => one.package?.fixed).find((version) => version !== undefined);
  return {
    ...rest,
    ...(called?.file === undefined ? {} : { file: called.file }),
    ...(called?.line === undefined ? {} : { line: called.line }),
    ...(known ? { known } : {}),
    ...(rest.package === undefined || fixed === undefined ? {} : { package: { ...rest.package, fixed } }),
    // Who has followed the calls knows more than who has only read a list.
    ...(reaches.length === 0 ? {} : { reach: reaches.includes('called') ? 'called' : 'present' }),
    severity: others.reduce((worst, one) => worse(worst, one.severity), first.severity),
    scanners: all((one) => [one.scanner]),
    aliases: all((one) => [one.rule, ...(one.aliases ?? [])]).filter((name) => name !== first.rule),
    cwe: all((one) => one.cwe ?? []),
    fingerprint: nth === 0 ? plain : fingerprintOf(named, line, nth),
  };
}

function rank(one: ScanFinding, other: ScanFinding): number {
  if (one.severity === other.severity) return 0;
  return atLeast(one.severity, other.severity) ? -1 : 1;
}

function text({ file = '', line = 0, rule, message }: ScanFinding): string {
  return `${file}:${String(line).padStart(7, '0')}:${rule}:${message}`;
}
