import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { parsedJson } from '../../model/json.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { fenced } from '../routes.ts';

/**
 * The mark of maintenance lies beside the configuration of the proxy that it is about: whoever renders that configuration, from whichever
 * state directory, finds it there, and so never opens the doors by accident.
 */

export const maintenanceSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Who began it. */
  who: z.string(),
  reason: z.string(),
  /** RFC 3339, when it is expected to be over; null: nobody has said so. Nothing ends by itself then. */
  until: z.string().nullable(),
  /** Seconds after which a client may ask again (Retry-After, RFC 9110 section 10.2.3). */
  retryAfterS: z.number().int().min(1).max(86_400),
  /** What users are told besides; null: nothing. */
  message: z.string().nullable(),
  /** Path prefixes that are answered as ever. */
  except: z.array(z.string()).readonly(),
});
export type Maintenance = Readonly<z.infer<typeof maintenanceSchema>>;

/** Most characters of `message`: as entities they must fit into one word of Nginx (4 KiB). */
export const LONGEST_MESSAGE = 300;

export function maintenanceFile(directory: string): string {
  return join(directory, 'maintenance.json');
}

/** Null: users are let in. @throws ProblemError `traffic.maintenance-unreadable` when the mark cannot be understood */
export async function readMaintenance(directory: string): Promise<Maintenance | null> {
  const path = maintenanceFile(directory);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw new ProblemError(unreadable(path, error instanceof Error ? error.message : String(error)));
  }
  const parsed = maintenanceSchema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new ProblemError(unreadable(path, z.prettifyError(parsed.error).replaceAll('\n', '; ')));
}

/** Sets the mark, or takes it away (null). Pure. */
export function markEffect(
  { directory, resource }: { readonly directory: string; readonly resource?: string | undefined },
  mark: Maintenance | null,
): Effect {
  return {
    ...fenced({ resource }, 10_000),
    kind: 'file',
    path: maintenanceFile(directory),
    content: mark === null ? null : markText(mark),
    mode: 0o644,
    why: mark === null ? 'releases may begin again' : 'no release begins while it lies there',
  };
}

/** The same mark is the same text. Pure. */
function markText(mark: Maintenance): string {
  return `${JSON.stringify(mark, null, 2)}\n`;
}

/** Why nothing is released now. Pure. */
export function underMaintenance(environment: string, { who, reason, until }: Maintenance): Problem {
  return {
    code: 'traffic.maintenance',
    where: environment,
    found: `maintenance, begun by ${who}: ${reason}${until === null ? '' : `; it should be over at ${until}`}`,
    expected: 'a service that users reach: what a release does to them cannot be seen otherwise',
    remedy: `wait, or end it: shiplock runbook run maintenance-off ${environment}`,
  };
}

function unreadable(path: string, found: string): Problem {
  return {
    code: 'traffic.maintenance-unreadable',
    where: path,
    found,
    expected: 'a mark of maintenance as `maintenance-on` writes it',
    remedy:
      'look whether the service is under maintenance; delete the file if it is not, or run maintenance-on again after that',
  };
}
