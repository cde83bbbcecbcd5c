import { z } from 'zod';
import { parsedJson } from './json.ts';

/** A place to install client scripts from, as builds write it and servers hand it out (docs/client.md). */

/** What a version may consist of: no character that a shell, a URL or a file name would take for something else. */
export const PLAIN_VERSION = /^[0-9A-Za-z][0-9A-Za-z.+_-]{0,127}$/;

export const clientManifestSchema = z.strictObject({
  formatVersion: z.literal(1),
  name: z.string(),
  version: z.string().regex(PLAIN_VERSION),
  commit: z.string(),
  /** Of the archive: name, bytes, SHA-256 in hexadecimal. */
  package: z.strictObject({ file: z.string(), size: z.number().int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  signed: z.boolean(),
});
export type ClientManifest = Readonly<z.infer<typeof clientManifestSchema>>;

/** A version that was withdrawn. */
export interface Yanked {
  readonly version: string;
  readonly reason: string;
}

/** A description as it lies in `client.json`; undefined for anything else. Pure. */
export function parseManifest(text: string): ClientManifest | undefined {
  return clientManifestSchema.safeParse(parsedJson(text)).data;
}

/** `index.json`: all versions in the order in which they are given. Pure. */
export function indexText(
  latest: string | null,
  entries: readonly ClientManifest[],
  yanked: readonly Yanked[],
): string {
  const reasons = new Map(yanked.map(({ version, reason }) => [version, reason]));
  const versions = entries.map(({ formatVersion: _, ...entry }) => {
    const reason = reasons.get(entry.version);
    return reason === undefined ? entry : { ...entry, yanked: reason };
  });
  return `${JSON.stringify({ formatVersion: 1, latest, versions }, null, 2)}\n`;
}

/** `yanked`: a line for each, version, blank, reason. Pure. */
export function yankedText(yanked: readonly Yanked[]): string {
  return yanked.map(({ version, reason }) => `${version} ${reason.replaceAll(/\s+/g, ' ').trim()}\n`).join('');
}

/** Lines that name no version are left out. Pure. */
export function parseYanked(text: string): readonly Yanked[] {
  return text.split('\n').flatMap((line) => {
    const [, version, reason = ''] = /^(\S+)(?:[ \t]+(.*))?$/.exec(line.trim()) ?? [];
    return version === undefined || !PLAIN_VERSION.test(version) ? [] : [{ version, reason }];
  });
}
