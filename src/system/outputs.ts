import { z } from 'zod';

/** What a step that starts or stops something records. */
export const doneSchema = z.strictObject({
  /** False: it was so already. */
  changed: z.boolean(),
});
export type Done = z.infer<typeof doneSchema>;
