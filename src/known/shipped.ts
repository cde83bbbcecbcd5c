import { z } from 'zod';
import { type KnownError, knownErrorSchema } from './known-error.ts';
import pages from './shipped.json' with { type: 'json' };

/** Known errors that come with the program: docs/known-errors, written into shipped.json by scripts/schemas.ts. */
export function shippedErrors(): readonly KnownError[] {
  return z.array(knownErrorSchema).parse(pages);
}
