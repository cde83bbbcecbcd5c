import { z } from 'zod';

/** What a package is made of: what a build tells the process that packs. */
export const packSpecSchema = z.strictObject({
  /** Directory of the sources, absolute. */
  source: z.string(),
  name: z.string(),
  version: z.string(),
  commit: z.string(),
  /** Files of the package, relative to the source: the main script first. */
  files: z.array(z.string()).min(1).readonly(),
  config: z.array(z.string()).readonly(),
  links: z.record(z.string(), z.string()),
  /** Variable of the main script that gets the version; null: none. */
  stamp: z.string().nullable(),
  address: z.string().nullable(),
  /** File with the public key; null: not signed. */
  publicKey: z.string().nullable(),
});
export type PackSpec = Readonly<z.infer<typeof packSpecSchema>>;

/** Names that the package has of its own. */
export const OWN_NAMES = ['install.sh', 'FILES', 'VERSION'] as const;
