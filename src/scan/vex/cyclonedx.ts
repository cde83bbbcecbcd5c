import { z } from 'zod';
import type { VexStatus, VexWord } from '../weights.ts';
import type { Justification } from './openvex.ts';
import { BadVex, type VexStatement } from './statements.ts';

/** VEX in CycloneDX (1.4 and newer), read. https://cyclonedx.org/capabilities/vex/ */

const STATE_NAMES = [
  'resolved',
  'resolved_with_pedigree',
  'exploitable',
  'in_triage',
  'false_positive',
  'not_affected',
] as const;
const REASON_NAMES = [
  'code_not_present',
  'code_not_reachable',
  'requires_configuration',
  'requires_dependency',
  'requires_environment',
  'protected_by_compiler',
  'protected_at_runtime',
  'protected_at_perimeter',
  'protected_by_mitigating_control',
] as const;

/** Its states and what OpenVEX calls them. */
const STATES: Readonly<Record<(typeof STATE_NAMES)[number], VexStatus>> = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
};

/** Its reasons and those of OpenVEX that come nearest. */
const REASONS: Readonly<Record<(typeof REASON_NAMES)[number], Justification>> = {
  code_not_present: 'vulnerable_code_not_present',
  code_not_reachable: 'vulnerable_code_not_in_execute_path',
  requires_configuration: 'vulnerable_code_cannot_be_controlled_by_adversary',
  requires_dependency: 'vulnerable_code_cannot_be_controlled_by_adversary',
  requires_environment: 'vulnerable_code_cannot_be_controlled_by_adversary',
  protected_by_compiler: 'inline_mitigations_already_exist',
  protected_at_runtime: 'inline_mitigations_already_exist',
  protected_at_perimeter: 'inline_mitigations_already_exist',
  protected_by_mitigating_control: 'inline_mitigations_already_exist',
};

const component = z.looseObject({ 'bom-ref': z.string().optional(), purl: z.string().optional(), name: z.string() });
const documentSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string().regex(/^1\.(?:[4-9]|\d\d)$/, 'CycloneDX 1.4 or newer'),
  metadata: z.looseObject({
    timestamp: z.iso.datetime({ offset: true }),
    component: component.optional(),
    authors: z.array(z.looseObject({ name: z.string().optional(), email: z.string().optional() })).optional(),
    supplier: z.looseObject({ name: z.string().optional() }).optional(),
    manufacturer: z.looseObject({ name: z.string().optional() }).optional(),
  }),
  components: z.array(component).optional(),
  vulnerabilities: z.array(
    z.looseObject({
      id: z.string().min(1),
      references: z.array(z.looseObject({ id: z.string() })).optional(),
      updated: z.iso.datetime({ offset: true }).optional(),
      analysis: z
        .looseObject({
          state: z.enum(STATE_NAMES).optional(),
          justification: z.enum(REASON_NAMES).optional(),
          detail: z.string().optional(),
          lastUpdated: z.iso.datetime({ offset: true }).optional(),
        })
        .optional(),
      affects: z.array(z.looseObject({ ref: z.string() })).optional(),
    }),
  ),
});

/** Is it meant to be CycloneDX? Pure. */
export function isCycloneDx(value: unknown): boolean {
  return z.looseObject({ bomFormat: z.literal('CycloneDX') }).safeParse(value).success;
}

/**
 * Statements of a document; `file` is its name in the configuration. Vulnerabilities without an analysis say nothing. What they affect
 * is a package URL, or the name of a component in the same document that has one. Pure.
 * @throws BadVex for another form, without an author, and for `not_affected` without a reason
 */
export function readCycloneDx(value: unknown, file: string): readonly VexStatement[] {
  const read = documentSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new BadVex(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { metadata, components = [], vulnerabilities } = read.data;
  const [person] = metadata.authors ?? [];
  const author = person?.name ?? person?.email ?? metadata.supplier?.name ?? metadata.manufacturer?.name;
  if (author === undefined) throw new BadVex('metadata names neither an author nor a supplier: nobody says it');
  const purls = new Map(
    [...components, ...(metadata.component === undefined ? [] : [metadata.component])].flatMap(
      ({ 'bom-ref': ref, purl }) => (ref === undefined || purl === undefined ? [] : [[ref, purl] as const]),
    ),
  );
  return vulnerabilities.flatMap(
    ({ id, references = [], analysis, affects = [], updated }): readonly VexStatement[] => {
      if (analysis?.state === undefined) return [];
      const status = STATES[analysis.state];
      const justification = analysis.justification === undefined ? undefined : REASONS[analysis.justification];
      if (status === 'not_affected' && justification === undefined && (analysis.detail ?? '') === '')
        throw new BadVex(`${id}: ${analysis.state} without a justification or a detail`);
      const word: VexWord = {
        status,
        ...(justification === undefined ? {} : { justification }),
        ...(analysis.detail === undefined ? {} : { note: analysis.detail }),
        author,
        at: Date.parse(analysis.lastUpdated ?? updated ?? metadata.timestamp),
        file,
      };
      const about = affects.flatMap(({ ref }) => (ref.startsWith('pkg:') ? ref : (purls.get(inDocument(ref)) ?? [])));
      return [{ names: [id, ...references.map((one) => one.id)], purls: about, word }];
    },
  );
}

/** A BOM-link names the document before the component: `urn:cdx:UUID/1#REF`. */
function inDocument(ref: string): string {
  const [, name] = /^urn:cdx:[^#]+#(.+)$/.exec(ref) ?? [];
  return name === undefined ? ref : decodeURIComponent(name);
}
