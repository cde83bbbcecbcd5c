import { createHash } from 'node:crypto';
import type { Json } from '../../model/json.ts';
import { cleanLine } from '../../model/text.ts';
import type { JudgedFinding, ScanResult } from '../judge.ts';
import type { ScanFinding } from '../types.ts';
import type { WaivedFinding } from '../waivers.ts';
import type { VexStatus } from '../weights.ts';
import { purlOf, servicePurl } from './purl.ts';
import { isVulnerability } from './statements.ts';

/** What a scan knows of vulnerabilities, as documents that other tools read: OpenVEX 0.2.0 and CycloneDX 1.6. */

export interface VexAbout {
  readonly service: string;
  /** Commit that was scanned; null: not known. */
  readonly commit: string | null;
  /** Who answers for the document. */
  readonly author: string;
  /** Version of this program. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const LONGEST = 2_000;

interface Stated {
  readonly finding: ScanFinding;
  readonly status: VexStatus;
  readonly justification?: string;
  readonly text: string;
}

/**
 * What can be said of each vulnerability, and no more: it does not affect the service where somebody who has followed the calls of this
 * commit found none, or where a VEX document says so; it affects it where it is called; a waiver accepts it, it does not make it
 * harmless; of all others nothing is known yet.
 */
function stated({ findings, waived }: Pick<ScanResult, 'findings' | 'waived'>): readonly Stated[] {
  return [...waived.map(ofWaiver), ...findings.map(ofFinding)].filter(({ finding }) => isVulnerability(finding));
}

function ofWaiver({ finding, waiver }: WaivedFinding): Stated {
  return { finding, status: 'affected', text: `accepted by ${waiver.owner} until ${waiver.until}: ${waiver.reason}` };
}

function ofFinding({ finding }: JudgedFinding): Stated {
  const { vex, reach, remedy = 'none is known' } = finding;
  if (vex !== undefined) {
    const who = `as ${vex.author} says in ${vex.file}`;
    return {
      finding,
      status: vex.status,
      ...(vex.justification === undefined ? {} : { justification: vex.justification }),
      text: vex.note === undefined ? who : `${vex.note} (${who})`,
    };
  }
  if (reach === 'present')
    return {
      finding,
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      text: `${finding.scanners.join(' and ')}: no call of this commit reaches what is vulnerable`,
    };
  if (reach === 'called') return { finding, status: 'affected', text: remedy };
  return { finding, status: 'under_investigation', text: `it is there; nobody has followed the calls. ${remedy}` };
}

/** A name that is the same for the same content, as a UUID (RFC 9562, version 8: made of what we like). */
function uuidOf(content: unknown): string {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function line(text: string): string {
  return cleanLine(text, LONGEST);
}

/** OpenVEX. Null when there is no vulnerability: the form allows no document without a statement. Pure. */
export function openVexDocument(result: Pick<ScanResult, 'findings' | 'waived'>, about: VexAbout): Json {
  const { service, commit, author, version, now } = about;
  const product = servicePurl(service, commit);
  const statements = stated(result).map(({ finding, status, justification, text }): Json => {
    const words: Json =
      status === 'not_affected'
        ? { ...(justification === undefined ? {} : { justification }), impact_statement: line(text) }
        : status === 'affected'
          ? { action_statement: line(text) }
          : { status_notes: line(text) };
    return {
      vulnerability: {
        name: finding.rule,
        ...(finding.aliases.length === 0 ? {} : { aliases: [...new Set(finding.aliases)] }),
      },
      products: [{ '@id': product, identifiers: { purl: product }, subcomponents: [part(finding)] }],
      status,
      ...words,
    };
  });
  const unique = [...new Map(statements.map((one) => [JSON.stringify(one), one])).values()];
  if (unique.length === 0) return null;
  const timestamp = new Date(now).toISOString();
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:uuid:${uuidOf([about, unique])}`,
    author: line(author),
    timestamp,
    version: 1,
    tooling: `shiplock ${version}`,
    statements: unique,
  };
}

function part({ package: pack }: ScanFinding): Json {
  const purl = pack === undefined ? 'pkg:generic/unknown' : purlOf(pack);
  return { '@id': purl, identifiers: { purl } };
}

const STATES: Readonly<Record<VexStatus, string>> = {
  not_affected: 'not_affected',
  affected: 'exploitable',
  fixed: 'resolved',
  under_investigation: 'in_triage',
};
const REASONS: Readonly<Record<string, string>> = {
  component_not_present: 'code_not_present',
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  vulnerable_code_cannot_be_controlled_by_adversary: 'requires_environment',
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
};
/** Who gives out names that begin like this. */
const SOURCES: readonly (readonly [RegExp, string])[] = [
  [/^CVE-/, 'NVD'],
  [/^GHSA-/, 'GitHub'],
  [/^GO-/, 'Go'],
];

function sourceOf(name: string): string {
  return SOURCES.find(([pattern]) => pattern.test(name))?.[1] ?? 'OSV';
}

/** CycloneDX with vulnerabilities: VEX, the components that it speaks of, and the service. Pure. */
export function cycloneDxDocument(result: Pick<ScanResult, 'findings' | 'waived'>, about: VexAbout): Json {
  const { service, commit, author, version, now } = about;
  const all = stated(result);
  const product = servicePurl(service, commit);
  const components = new Map<string, Json>();
  for (const { finding } of all) {
    const pack = finding.package;
    if (pack === undefined) continue;
    const purl = purlOf(pack);
    components.set(purl, { type: 'library', 'bom-ref': purl, name: pack.name, version: pack.version, purl });
  }
  const vulnerabilities = all.map(({ finding, status, justification, text }): Json => {
    const reason = status === 'not_affected' && justification !== undefined ? REASONS[justification] : undefined;
    return {
      id: finding.rule,
      source: { name: sourceOf(finding.rule) },
      ...(finding.aliases.length === 0
        ? {}
        : { references: finding.aliases.map((id) => ({ id, source: { name: sourceOf(id) } })) }),
      ratings: [{ severity: finding.severity }],
      description: line(finding.message),
      ...(finding.remedy === undefined ? {} : { recommendation: line(finding.remedy) }),
      analysis: {
        state: STATES[status],
        ...(reason === undefined ? {} : { justification: reason }),
        detail: line(text),
      },
      affects: finding.package === undefined ? [] : [{ ref: purlOf(finding.package) }],
    };
  });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf([about, vulnerabilities])}`,
    version: 1,
    metadata: {
      timestamp: new Date(now).toISOString(),
      tools: { components: [{ type: 'application', name: 'shiplock', version }] },
      authors: [{ name: line(author) }],
      component: {
        type: 'application',
        'bom-ref': product,
        name: service,
        ...(commit === null ? {} : { version: commit }),
        purl: product,
      },
    },
    components: [...components.values()],
    vulnerabilities,
  };
}
