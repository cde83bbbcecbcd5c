import { z } from 'zod';

/** What a finding is worth: whether somebody makes use of it, and what others say of it. Also the form in which it is kept. */

export const exploitabilitySchema = z.strictObject({
  /** Probability that it is exploited within 30 days, 0 to 1 (EPSS). */
  epss: z.number().min(0).max(1).exactOptional(),
  /** It has been exploited: since when the catalogue of CISA has it (YYYY-MM-DD), and whether for ransom. */
  kev: z.strictObject({ added: z.string(), ransom: z.boolean() }).exactOptional(),
});
export type Exploitability = Readonly<z.infer<typeof exploitabilitySchema>>;

export const VEX_STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;
export type VexStatus = (typeof VEX_STATUSES)[number];

/** What somebody says about a vulnerability in this product. The words are those of OpenVEX 0.2.0. */
export const vexWordSchema = z.strictObject({
  status: z.enum(VEX_STATUSES),
  /** Why it is not affected; one of OpenVEX's five. */
  justification: z.string().exactOptional(),
  /** In their own words. */
  note: z.string().exactOptional(),
  /** Who says so. */
  author: z.string(),
  /** When, milliseconds since 1970. */
  at: z.number(),
  /** Document, as the configuration names it. */
  file: z.string(),
});
export type VexWord = Readonly<z.infer<typeof vexWordSchema>>;
