import { z } from 'zod';
import { momentSchema } from './release.ts';

/** What somebody orders a run that is under way to do: a file in the directory of the run, until the run has taken it up. */

export const ORDER_KINDS = ['pause', 'resume', 'abort'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

export const orderSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Drawn by lot: an order is taken up once, however often its file is read. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  run: z.string().min(1),
  kind: z.enum(ORDER_KINDS),
  /** Who it is said to be. */
  by: z.string().min(1),
  why: z.string().min(1),
  /** Machine on which it was given. */
  host: z.string(),
  time: momentSchema,
  /** Person of the policy, where it is signed. */
  person: z.string().exactOptional(),
  /** OpenSSH signature over run, environment, id, kind, reason, host and person. */
  signature: z.string().exactOptional(),
});
export type Order = Readonly<z.infer<typeof orderSchema>>;
