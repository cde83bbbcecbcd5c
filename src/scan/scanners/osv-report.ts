import { z } from 'zod';
import type { CommandResult } from '../../model/ports.ts';
import type { ProgramId } from '../ids.ts';
import { asJson, endedWith, GarbledOutput, inForm } from '../scanner.ts';
import { ofScore } from '../severity.ts';
import type { RawFinding, Severity } from '../types.ts';
import { nextFixed } from '../versions.ts';

/** What osv-scanner prints, whether of lock files or of an image. https://google.github.io/osv-scanner/output/ */

const rated = z.looseObject({ severity: z.string().optional() });
const vulnerability = z.looseObject({
  id: z.string().min(1),
  summary: z.string().optional(),
  aliases: z.array(z.string()).optional(),
  // Version 1 writes the first, version 2 the second.
  database_specific: rated.optional(),
  databaseSpecific: rated.optional(),
  affected: z
    .array(
      z.looseObject({
        package: z.looseObject({ name: z.string(), ecosystem: z.string().optional() }).optional(),
        ranges: z
          .array(z.looseObject({ events: z.array(z.looseObject({ fixed: z.string().optional() })).optional() }))
          .optional(),
      }),
    )
    .optional(),
});
const packaged = z.looseObject({
  package: z.looseObject({ name: z.string(), version: z.string(), ecosystem: z.string() }),
  vulnerabilities: z.array(vulnerability).optional(),
  groups: z
    .array(
      z.looseObject({
        ids: z.array(z.string()),
        aliases: z.array(z.string()).nullish(),
        max_severity: z.string().optional(),
      }),
    )
    .optional(),
});
const report = z.looseObject({
  results: z
    .array(z.looseObject({ source: z.looseObject({ path: z.string() }), packages: z.array(packaged) }))
    .nullable(),
});
type Vulnerability = z.infer<typeof vulnerability>;
export type OsvPackage = z.infer<typeof packaged>;

export interface OsvSource {
  /** As osv-scanner names it. */
  readonly path: string;
  readonly packages: readonly OsvPackage[];
}

/**
 * What one call said, by the files that it read.
 * @throws GarbledOutput when it ended badly, is in another form, or went on without one of its databases
 */
export function osvSources(result: CommandResult): readonly OsvSource[] {
  // 1: it has found something.
  endedWith(result, [0, 1]);
  // It goes on with what the other databases say, and that would pass for the whole.
  const lost = /^.*(?:could not load db|unable to fetch OSV database|Error during extraction).*$/im.exec(
    result.stderr,
  )?.[0];
  if (lost !== undefined) throw new GarbledOutput(lost.trim().slice(0, 300));
  return (inForm(report, asJson(result.stdout)).results ?? []).map(({ source, packages }) => ({
    path: source.path,
    packages,
  }));
}

/** The words of GitHub's advisories. */
const WORDS: Readonly<Record<string, Severity>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MODERATE: 'medium',
  LOW: 'low',
};

export interface OsvFinding {
  readonly finding: RawFinding;
  /** Some version is said to be without it, whether or not it is known here which comes next. */
  readonly mended: boolean;
}

/** What is known of one package: a finding for each vulnerability, whatever number of names its databases have for it. Pure. */
export function osvFindings(
  scanner: ProgramId,
  { package: pack, vulnerabilities = [], groups = [] }: OsvPackage,
  file: string,
): readonly OsvFinding[] {
  const { name, ecosystem } = pack;
  const version = named(ecosystem, pack.version);
  return groups.flatMap(({ ids, aliases, max_severity: score = '' }): readonly OsvFinding[] => {
    const known = vulnerabilities.filter(({ id }) => ids.includes(id));
    const [rule] = ids;
    if (rule === undefined) return [];
    const names = new Set([...ids, ...(aliases ?? []), ...known.flatMap((one) => one.aliases ?? [])]);
    const fixes = known.flatMap((one) => fixesOf(one, pack));
    const fixed = nextFixed(ecosystem, version, fixes);
    const summary = known.map((one) => one.summary).find((text) => text !== undefined && text !== '');
    const finding: RawFinding = {
      scanner,
      subject: 'dependencies',
      rule,
      aliases: [...names].filter((one) => one !== rule),
      severity: severityOf(rule, score, known),
      message: `${summary ?? rule} (${name} ${version})`,
      file,
      package: { ecosystem, name, version, ...(fixed === undefined ? {} : { fixed: named(ecosystem, fixed) }) },
      remedy:
        fixed === undefined
          ? 'no version without it is known: do without the package'
          : `raise ${name} to ${named(ecosystem, fixed)}`,
      documentation: `https://osv.dev/vulnerability/${rule}`,
    };
    return [{ finding, mended: fixes.length > 0 }];
  });
}

/** An entry about a distribution names what is mended in each of its releases: where the own one is among them, only that counts. */
function fixesOf({ affected = [] }: Vulnerability, { name, ecosystem }: OsvPackage['package']): readonly string[] {
  const named = affected.filter((one) => one.package?.name === name);
  const own = named.filter((one) => one.package?.ecosystem === ecosystem);
  return (own.length > 0 ? own : named).flatMap(({ ranges = [] }) =>
    ranges.flatMap(({ events = [] }) => events.flatMap(({ fixed }) => fixed ?? [])),
  );
}

function named(ecosystem: string, version: string): string {
  return ecosystem === 'Go' && /^\d/.test(version) ? `v${version}` : version;
}

/** A package that was made to do harm has no score, and what nobody has rated is not taken for harmless. */
function severityOf(rule: string, score: string, known: readonly Vulnerability[]): Severity {
  if (rule.startsWith('MAL-')) return 'critical';
  const number = Number.parseFloat(score);
  if (Number.isFinite(number)) return ofScore(number);
  const words = known.flatMap((one) => (one.database_specific ?? one.databaseSpecific)?.severity ?? []);
  return words.map((word) => WORDS[word.toUpperCase()]).find((severity) => severity !== undefined) ?? 'high';
}
