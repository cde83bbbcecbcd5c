import { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import { type Node, parallel, type Step, step } from '../procedure/index.ts';
import { DAY_MS, timeProblems } from './facts.ts';
import { look, shownText } from './nodes.ts';
import type { Certificate, Place } from './types.ts';

/** What every host shows now, and how long it is good for. Looks only. */

const rowSchema = z.strictObject({
  certificate: z.string(),
  host: z.string(),
  at: z.string(),
  state: z.enum(['good', 'ends-soon', 'expired', 'not-yet', 'not-trusted', 'silent']),
  serial: z.string().nullable(),
  notAfter: z.string().nullable(),
  /** Whole days until then; negative when it is over. */
  daysLeft: z.number().int().nullable(),
  detail: z.string(),
});
export type CertificateRow = z.infer<typeof rowSchema>;
export type CertificateStep = Step<CertificateRow, { readonly row: CertificateRow }>;
const outputs = z.strictObject({ row: rowSchema });

/** @param days fewest days that must be left; null: what each certificate is configured with */
export function certificateStatusNode(
  certificates: readonly Certificate[],
  days: number | null,
): { readonly root: Node; readonly steps: readonly CertificateStep[] } {
  const groups = certificates.map((one) => one.places.map((place) => lookStep(one, place, days ?? one.days)));
  return {
    steps: groups.flat(),
    root: parallel({
      id: 'certificates',
      title: 'Look at every certificate by a handshake',
      steps: certificates.map((one, at) =>
        parallel({ id: one.name, title: `${one.name} (${one.names.join(', ')})`, steps: groups[at] ?? [] }),
      ),
    }),
  };
}

function lookStep(certificate: Certificate, place: Place, days: number): CertificateStep {
  return step({
    id: place.host,
    title: `Look at ${certificate.name} on ${place.host}`,
    inputs: { at: place.at, days },
    read: async (ctx): Promise<CertificateRow> => {
      const shown = await look(certificate, place, ctx.signal);
      const now = ctx.clock.now();
      const base = { certificate: certificate.name, host: place.host, at: place.at, detail: shownText(shown, now) };
      if (shown.kind === 'silent') return { ...base, state: 'silent', serial: null, notAfter: null, daysLeft: null };
      const { serial, notAfter } = shown.facts;
      const [late] = timeProblems(shown.facts, { days, now, where: place.at });
      const distrust = shown.distrust === null ? base : { ...base, detail: `${base.detail}; ${shown.distrust}` };
      return {
        ...(late === undefined ? distrust : base),
        state: late === undefined ? (shown.distrust === null ? 'good' : 'not-trusted') : stateOf(late),
        ...{ serial, notAfter, daysLeft: Math.floor((Date.parse(notAfter) - now) / DAY_MS) },
      };
    },
    decide: (row) => ({ kind: 'nothing', why: `${row.state}: ${row.detail}` }),
    outputs,
    collect: (_results, row) => ({ row }),
    probe: 'repeatable',
  });
}

function stateOf({ code }: Problem): CertificateRow['state'] {
  switch (code) {
    case 'certificate.expired':
      return 'expired';
    case 'certificate.not-yet':
      return 'not-yet';
    default:
      return 'ends-soon';
  }
}

/** The rows as a table for people. Pure. */
export function certificateText(rows: readonly CertificateRow[]): string {
  const cells = [
    ['CERTIFICATE', 'HOST', 'STATE', ''],
    ...rows.map((row) => [row.certificate, row.host, row.state, row.detail]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
