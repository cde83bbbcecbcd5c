import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { digestSchema, versionSchema } from '../../model/release.ts';
import { settingsSchema } from '../local/records.ts';

/** What a host says of itself: the lines of `observe` of host.sh, parsed once. */

/** unit.json of a release on a host. */
export const hostUnitSchema = z.strictObject({ v: z.literal(1), settings: settingsSchema });

const eventSchema = z.union([
  /** A start, and its moment in seconds since the host was switched on. */
  z.tuple([z.literal('s'), z.number()]).readonly(),
  /** An exit that nobody asked for: how, and with what. */
  z.tuple([z.literal('e'), z.number(), z.string(), z.string()]).readonly(),
]);
export type UnitEvent = z.infer<typeof eventSchema>;

const releaseLine = z.strictObject({
  kind: z.literal('release'),
  component: z.string(),
  version: versionSchema,
  digest: z.union([digestSchema, z.literal('unknown')]),
  unit: hostUnitSchema,
});
const instanceLine = z.strictObject({
  kind: z.literal('instance'),
  component: z.string(),
  version: versionSchema,
  instance: z.string(),
  port: z.number().int(),
  unit: z.string(),
  events: z.array(eventSchema).readonly(),
});
const unitLine = z.strictObject({
  kind: z.literal('unit'),
  unit: z.string(),
  load: z.string(),
  active: z.string(),
  sub: z.string(),
  result: z.string(),
  restarts: z.number().int(),
  said: z.string(),
});
const hostLine = z.strictObject({ kind: z.literal('host'), uptime: z.number(), freeKiB: z.number() });
const line = z.discriminatedUnion('kind', [
  hostLine,
  z.strictObject({ kind: z.literal('listening'), ports: z.array(z.number().int()).readonly() }),
  releaseLine,
  z.strictObject({ kind: z.literal('current'), component: z.string(), version: z.string() }),
  instanceLine,
  unitLine,
  z.strictObject({ kind: z.literal('broken'), what: z.string() }),
  z.strictObject({ kind: z.literal('end') }),
]);

export type HostRelease = Readonly<z.infer<typeof releaseLine>>;
export type HostInstance = Readonly<z.infer<typeof instanceLine>>;
export type HostUnit = Readonly<z.infer<typeof unitLine>>;

export interface HostAnswer {
  /** Seconds since it was switched on. */
  readonly uptime: number;
  readonly listening: readonly number[];
  readonly releases: readonly HostRelease[];
  readonly current: Readonly<Record<string, string>>;
  readonly instances: readonly HostInstance[];
  readonly units: readonly HostUnit[];
  /** What could not be read: told, so that one broken file does not hide a whole host. */
  readonly broken: readonly string[];
}

/** Undefined when the answer is not a whole one; a line that is not understood is told as broken. */
export function parseAnswer(text: string): HostAnswer | undefined {
  const broken: string[] = [];
  const lines = text
    .split('\n')
    .filter((one) => one !== '')
    .flatMap((one) => {
      const parsed = line.safeParse(parsedJson(one));
      if (!parsed.success) broken.push(`a line that is not understood: ${one.slice(0, 200)}`);
      return parsed.success ? [parsed.data] : [];
    });
  const host = lines.find((one) => one.kind === 'host');
  if (host === undefined || lines.at(-1)?.kind !== 'end') return undefined;
  return {
    uptime: host.uptime,
    listening: lines.flatMap((one) => (one.kind === 'listening' ? one.ports : [])),
    releases: lines.filter((one) => one.kind === 'release'),
    current: Object.fromEntries(lines.flatMap((one) => (one.kind === 'current' ? [[one.component, one.version]] : []))),
    instances: lines.filter((one) => one.kind === 'instance'),
    units: lines.filter((one) => one.kind === 'unit'),
    broken: [...broken, ...lines.flatMap((one) => (one.kind === 'broken' ? [one.what] : []))],
  };
}
