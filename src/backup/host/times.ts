import { z } from 'zod';
import { besideFile, type CataloguePlace, readBeside } from '../catalogue/store.ts';

/** How long it takes until a lost host is back: what earlier ones took, and what follows from it. */

const KIND = 'whole-hosts';

/** What one whole host took; seconds, without those in which people were waited for. */
export const hostTimesSchema = z.strictObject({
  at: z.string().datetime(),
  host: z.string(),
  /** Of the stored tar. */
  bytes: z.number(),
  /** Packages that were installed. */
  packages: z.number(),
  packageSeconds: z.number(),
  fileSeconds: z.number(),
  /** Units, the application, and looks. */
  otherSeconds: z.number(),
});
export type HostTimes = Readonly<z.infer<typeof hostTimesSchema>>;

/** In proportion to bytes and to packages, by the newest one that had some; null: nothing was measured yet. Pure. */
export function predictHost(
  { bytes, packages }: Pick<HostTimes, 'bytes' | 'packages'>,
  measured: readonly HostTimes[],
): number | null {
  const newest = measured.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const last = newest.at(-1);
  const byFiles = newest.findLast((one) => one.bytes > 0);
  const byPackages = newest.findLast((one) => one.packages > 0);
  if (last === undefined || byFiles === undefined || (packages > 0 && byPackages === undefined)) return null;
  const ofPackages = byPackages === undefined ? 0 : (byPackages.packageSeconds * packages) / byPackages.packages;
  return last.otherSeconds + (byFiles.fileSeconds * bytes) / byFiles.bytes + ofPackages;
}

/** File of the times of one: beside the records, and so in the repository too. Pure. */
export function hostTimesFile(place: CataloguePlace, run: string): string {
  return besideFile(place, KIND, run);
}

/** Text of its file. Pure. */
export function hostTimesText(times: HostTimes): string {
  return `${JSON.stringify(hostTimesSchema.parse(times), null, 2)}\n`;
}

/** What earlier ones of the environment took; a file that cannot be read tells nothing. */
export async function readHostTimes(place: CataloguePlace): Promise<readonly HostTimes[]> {
  return readBeside(place, KIND, hostTimesSchema);
}
