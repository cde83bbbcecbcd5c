import { z } from 'zod';
import { VEX_STATUSES, type VexWord } from '../weights.ts';
import { BadVex, type VexStatement } from './statements.ts';

/** OpenVEX 0.2.0, read. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md */

export const JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;
export type Justification = (typeof JUSTIFICATIONS)[number];

const part = z.looseObject({
  '@id': z.string().optional(),
  identifiers: z.looseObject({ purl: z.string().optional() }).optional(),
});
const documentSchema = z.looseObject({
  '@context': z.string().regex(/^https:\/\/openvex\.dev\/ns(?:\/v0\.2\.\d+)?$/, 'OpenVEX 0.2'),
  '@id': z.string().min(1),
  author: z.string().min(1),
  timestamp: z.iso.datetime({ offset: true }),
  version: z.number().int().min(1),
  statements: z
    .array(
      z.looseObject({
        vulnerability: z.looseObject({ name: z.string().min(1), aliases: z.array(z.string()).optional() }),
        timestamp: z.iso.datetime({ offset: true }).optional(),
        last_updated: z.iso.datetime({ offset: true }).optional(),
        products: z.array(z.looseObject({ ...part.shape, subcomponents: z.array(part).optional() })).optional(),
        status: z.enum(VEX_STATUSES),
        justification: z.enum(JUSTIFICATIONS).optional(),
        impact_statement: z.string().optional(),
        action_statement: z.string().optional(),
        status_notes: z.string().optional(),
      }),
    )
    .min(1),
});

/** Is it meant to be OpenVEX? Pure. */
export function isOpenVex(value: unknown): boolean {
  const known = z.looseObject({ '@context': z.string() }).safeParse(value);
  return known.success && known.data['@context'].includes('openvex.dev');
}

/**
 * Statements of a document; `file` is its name in the configuration. A statement without products says nothing about any package here.
 * Where a product has parts that are named, it is about the parts. Pure.
 * @throws BadVex for another form, and for `not_affected` without a reason
 */
export function readOpenVex(value: unknown, file: string): readonly VexStatement[] {
  const read = documentSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new BadVex(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { author, timestamp, statements } = read.data;
  return statements.map((one): VexStatement => {
    const { name, aliases = [] } = one.vulnerability;
    const { status, justification, impact_statement: impact, action_statement: action, status_notes: notes } = one;
    if (status === 'not_affected' && justification === undefined && (impact ?? '') === '')
      throw new BadVex(`${name}: not_affected without a justification or an impact_statement`);
    const note = impact ?? action ?? notes;
    const word: VexWord = {
      status,
      ...(justification === undefined ? {} : { justification }),
      ...(note === undefined ? {} : { note }),
      author,
      at: Date.parse(one.last_updated ?? one.timestamp ?? timestamp),
      file,
    };
    return { names: [name, ...aliases], purls: (one.products ?? []).flatMap(purlsOf), word };
  });
}

type Part = z.infer<typeof part>;

function purlsOf(product: Part & { readonly subcomponents?: readonly Part[] | undefined }): readonly string[] {
  const parts = product.subcomponents ?? [];
  return (parts.length === 0 ? [product] : parts)
    .flatMap((one) => [one.identifiers?.purl ?? '', one['@id'] ?? ''])
    .filter((text) => text.startsWith('pkg:'));
}
