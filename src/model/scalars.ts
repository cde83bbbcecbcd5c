import { z } from 'zod';

/**
 * The small words of configuration: durations, shares, rates, addresses, references. Each is parsed once, at the border, into
 * milliseconds, fractions and plain strings. The message of each schema is the `expected` of the problem that a door prints.
 */

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const DURATION = /^(?=.)(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m(?!s))?(?:\d{1,9}s)?(?:\d{1,9}ms)?$/;
const DURATION_HINT = 'a duration such as 30s, 5m, 1h30m or 250ms';

/** Milliseconds of `1h30m`, `30s`, `250ms`; undefined for anything else. Units are d, h, m, s, ms, each once, in this order. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[dhms])/g)) {
    if (unit === 'd' || unit === 'h' || unit === 'm' || unit === 's' || unit === 'ms')
      total += Number(count) * UNITS[unit];
  }
  return total;
}

/** The shortest way to write a duration: 5 400 000 → `1h30m`. Fractions of a millisecond are rounded away. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  const words: string[] = [];
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size);
    if (count > 0) words.push(`${count}${unit}`);
    rest -= count * size;
  }
  return words.join('') || '0s';
}

const PERCENT = /^(\d{1,3}(?:\.\d{1,6})?) ?%$/;

/** Fraction of `10%` or 0.1, between 0 and 1; undefined for anything else. */
export function parseShare(value: string | number): number | undefined {
  if (typeof value === 'number') return value >= 0 && value <= 1 ? value : undefined;
  const digits = PERCENT.exec(value)?.[1];
  if (digits === undefined) return undefined;
  // Dividing decimal digits by 100 in binary gives 0.07000000000000001: eight decimals are exact enough and stay readable.
  const share = Math.round(Number(digits) * 1e6) / 1e8;
  return share <= 1 ? share : undefined;
}

/** `0.1` → `10%`. */
export function formatShare(share: number): string {
  return `${Math.round(share * 1e8) / 1e6}%`;
}

const RATE = /^(\d{1,9}(?:\.\d{1,3})?)\/(s|m|h)$/;

/** Events per second of `500/s`, `30/m`, `10/h`; undefined for anything else or nothing at all. */
export function parseRate(text: string): number | undefined {
  const [, count, unit] = RATE.exec(text) ?? [];
  if (count === undefined || Number(count) === 0) return undefined;
  return Number(count) / (unit === 's' ? 1 : unit === 'm' ? 60 : 3600);
}

/** First and last port of `20000-20099`; undefined when they are no ports or out of order. */
export function parsePorts(text: string): { readonly first: number; readonly last: number } | undefined {
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  const first = Number(from);
  const last = Number(to);
  return first >= 1 && last <= 65_535 && first <= last ? { first, last } : undefined;
}

/** Host and port of `127.0.0.1:8080`, `[::1]:8080`, `*:8080` or `:8080`; undefined for anything else. */
export function parseAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.*-]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  return { host: bracketed ?? (plain === '' || plain === undefined ? '*' : plain), port };
}

/** A text with a password in it: `user:password@host` in any of the forms that connection strings take. */
export function holdsPassword(text: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(text) ||
    /^[^\s:/@{}]+:(?!\/\/)[^\s@]+@(?:[a-z]+\(|[^\s/]+[:/])/i.test(text)
  );
}

export interface DurationLimits {
  /** Least and greatest value, milliseconds. */
  readonly min?: number;
  readonly max?: number;
}

/** What all durations have in common, made once: every further link of a chain is a schema of its own, and configurations have many. */
const milliseconds = z
  .string({ error: DURATION_HINT })
  .regex(DURATION, DURATION_HINT)
  .transform((text) => parseDuration(text) ?? Number.NaN);

/** A duration, `30s` outside, milliseconds inside. Least value 1 ms unless said otherwise. */
export function duration(limits: DurationLimits = {}) {
  const { min = 1, max = 366 * UNITS.d } = limits;
  return milliseconds
    .refine((ms) => ms >= min && ms <= max, `a duration from ${formatDuration(min)} to ${formatDuration(max)}`)
    .meta({ title: 'duration' });
}

export interface ShareLimits {
  readonly above?: number;
  readonly below?: number;
}

/** A share, `10%` or 0.1 outside, a fraction inside; 0 and 100 % included unless `above` or `below` exclude them. */
export function share(limits: ShareLimits = {}) {
  const hint = 'a percentage such as 10% or a fraction such as 0.1';
  const { above = -1, below = 2 } = limits;
  const bounds = [above >= 0 ? `above ${formatShare(above)}` : '', below <= 1 ? `below ${formatShare(below)}` : ''];
  const range = bounds.filter((bound) => bound !== '').join(' and ');
  const expected = range === '' ? hint : `${hint}, ${range}`;
  return z
    .union([z.string().regex(PERCENT, expected), z.number().min(0, expected).max(1, expected)], { error: expected })
    .transform((value) => parseShare(value) ?? Number.NaN)
    .refine((value) => value > above && value < below && value <= 1, expected)
    .meta({ title: 'percentage' });
}

const RATE_HINT = 'a rate such as 500/s or 30/m';
/** A rate, `500/s` outside, events per second inside. */
export const rateSchema = z
  .string({ error: RATE_HINT })
  .regex(RATE, RATE_HINT)
  .transform((text) => parseRate(text) ?? Number.NaN)
  .refine((rate) => rate > 0, `${RATE_HINT}, greater than 0`)
  .meta({ title: 'rate' });

const PORTS_HINT = 'a range of ports such as 20000-20099, from 1 to 65535';
/** A range of ports, `20000-20099` outside, `{first, last}` inside. */
export const portsSchema = z
  .string({ error: PORTS_HINT })
  .regex(/^\d{1,5}-\d{1,5}$/, PORTS_HINT)
  .refine((text) => parsePorts(text) !== undefined, PORTS_HINT)
  .transform((text) => parsePorts(text) ?? { first: 0, last: 0 })
  .meta({ title: 'port range' });

const ADDRESS_HINT = 'an address such as 127.0.0.1:8080, *:8080 or [::1]:8080';
/** Where a proxy listens, `host:port`. Kept as text; `parseAddress` takes it apart. */
export const addressSchema = z
  .string({ error: ADDRESS_HINT })
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.*-]*):\d{1,5}$/, ADDRESS_HINT)
  .refine((text) => parseAddress(text) !== undefined, `${ADDRESS_HINT}, the port from 1 to 65535`)
  .meta({ title: 'address' });

const PATH_HINT = 'a path that begins with /, such as /readyz';
/** Path of an HTTP request, query allowed. */
export const httpPathSchema = z
  .string({ error: PATH_HINT })
  .regex(/^\/[^\s#]*$/, PATH_HINT)
  .meta({ title: 'path' });

const URL_HINT = 'an address such as http://127.0.0.1:9090';
/** http or https, without user and password. */
export const httpUrlSchema = z
  .string({ error: URL_HINT })
  .regex(/^https?:\/\/[^\s/@]+(?:\/\S*)?$/, URL_HINT)
  .refine((text) => URL.canParse(text.replaceAll(/\{[a-z]+\}/g, 'x')), URL_HINT)
  .meta({ title: 'URL' });

const FILE_HINT = 'the name of a file or directory';
/** A path on disk, relative to the directory of shiplock.yaml or absolute. */
export const filePathSchema = z
  .string({ error: FILE_HINT })
  .min(1, FILE_HINT)
  .refine((text) => !text.includes('\0') && text.trim() === text, FILE_HINT)
  .meta({ title: 'file' });

const NAME_HINT = 'a name of lower-case letters, digits and dashes that begins with a letter, at most 40 characters';
/** Names of services, environments, components, metrics, roles. */
export const nameSchema = z
  .string({ error: NAME_HINT })
  .regex(/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/, NAME_HINT)
  .meta({ title: 'name' });

const OBJECT = 'a name as Kubernetes knows it, such as certkeeper-api';
export const objectNameSchema = z
  .string({ error: OBJECT })
  .regex(/^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/, OBJECT)
  .meta({ title: 'Kubernetes name' });

const VARIABLE_HINT = 'the name of an environment variable: letters, digits and _, not beginning with a digit';
export const variableNameSchema = z
  .string({ error: VARIABLE_HINT })
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, VARIABLE_HINT)
  .meta({ title: 'variable' });

const WORDS_HINT = 'a text that is not empty';
export const wordsSchema = z.string({ error: WORDS_HINT }).min(1, WORDS_HINT).meta({ title: 'text' });

const SECRET_HINT = 'a reference: env:NAME or file:/absolute/path';
/** Where a secret is kept. The value itself never stands in configuration. */
export const secretReferenceSchema = z
  .string({ error: SECRET_HINT })
  .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\/\S+)$/, SECRET_HINT)
  .meta({ title: 'secret reference' });

export const secretSchema = z
  .strictObject({ secret: secretReferenceSchema.describe('Where the value is kept: env:NAME or file:/absolute/path.') })
  .meta({ title: 'secret' });

const TEXT_HINT = 'a text, or { secret: env:NAME }';
/** A text in the open or a secret by reference: what `Text` of the effects is outside. */
export const textOrSecretSchema = z
  .union([z.string(), secretSchema], { error: TEXT_HINT })
  .meta({ title: 'text or secret' });

const ARGV_HINT = 'a command as a list of words, such as [npm, run, build]';
/** A command line as a list of words: no shell takes part. */
export const argvSchema = z
  .array(z.string({ error: 'a word of a command' }).min(1, 'a word of a command'), { error: ARGV_HINT })
  .min(1, ARGV_HINT)
  .meta({ title: 'command' });

/** A request that only looks (GET) and the answer it must get. */
export const requestSchema = z
  .strictObject({
    path: httpPathSchema.describe('Path of a GET request.'),
    status: z
      .number({ error: 'an HTTP status such as 200' })
      .int('an HTTP status such as 200')
      .min(100, 'an HTTP status such as 200')
      .max(599, 'an HTTP status such as 200')
      .default(200)
      .describe('Status it must be answered with.'),
    contains: wordsSchema.exactOptional().describe('Text that the body must contain.'),
  })
  .meta({ title: 'request' });

const DATE_HINT = 'a date such as 2027-01-31';
/** A day that is in the calendar, kept as text. */
export const dateSchema = z
  .string({ error: DATE_HINT })
  .regex(/^\d{4}-\d\d-\d\d$/, DATE_HINT)
  .refine((text) => {
    // Date.parse takes the 31st of February for a day in March.
    const time = Date.parse(`${text}T00:00:00Z`);
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  }, DATE_HINT);

/** Parts of a problem that a check inside a fragment knows; place and code are added where the text is. */
export interface Complaint {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

/** Adds a complaint to a zod check: `.check((ctx) => complain(ctx, …))`. */
export function complain<T>(ctx: z.core.ParsePayload<T>, complaint: Complaint): void {
  const { path, ...params } = complaint;
  ctx.issues.push({ code: 'custom', path: [...path], input: ctx.value, message: complaint.expected, params });
}

/** What git takes for the name of a branch (git-check-ref-format), without `HEAD` and names that look like an option. */
export const BRANCH_NAME = /^(?!HEAD$|@$|[-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)|[/.]$))[^\s\p{Cc}~^:?*[\\]+$/u;
