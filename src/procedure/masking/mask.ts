import type { Json } from '../../model/json.ts';
import type { MaskStream } from '../api.ts';
import { type Form, OPEN } from './form.ts';

const BLANK = '***';

export interface Mask {
  add(secret: string): void;
  text(input: string): string;
  /** Every string in it, names of members too, but for what its form says of itself. */
  json(value: Json, form?: Form): Json;
  stream(): MaskStream;
}

type Span = readonly [start: number, end: number];

/** Finds secrets in everything that leaves the engine. A secret is also found in its usual disguises (see `formsOf`). */
export function createMask(): Mask {
  const forms = new Set<string>();

  const text = (input: string): string => blank(input, spansIn(input, forms));

  /** The form is asked only where something was found: it costs more than looking. */
  const json = (value: Json, form: () => Form): Json => {
    if (typeof value === 'string') {
      const masked = text(value);
      return masked === value || form().has(value) ? value : masked;
    }
    if (typeof value === 'number') {
      const masked = text(String(value));
      return masked === String(value) || form().counts() ? value : masked;
    }
    if (value === null || typeof value === 'boolean') return value;
    if (isList(value)) return value.map((item, at) => json(item, () => form().item(at)));
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        const masked = text(key);
        const kept = masked === key || form().names(key) ? key : masked;
        return [kept, json(member, () => form().member(key))];
      }),
    );
  };

  const stream = (): MaskStream => {
    let held = '';
    return {
      push(chunk) {
        held += chunk;
        const spans = spansIn(held, forms);
        let cut = earliestPartial(held, forms);
        // Never cut through a secret that was found: keep it whole for the next piece.
        for (const [start, end] of spans) if (start < cut && cut < end) cut = start;
        const out = blank(
          held.slice(0, cut),
          spans.filter(([, end]) => end <= cut),
        );
        held = held.slice(cut);
        return out;
      },
      end() {
        const out = text(held);
        held = '';
        return out;
      },
    };
  };

  return {
    add(secret) {
      for (const part of partsOf(secret)) for (const form of formsOf(part)) forms.add(form);
    },
    text,
    json: (value, form = OPEN) => (forms.size === 0 ? value : json(value, () => form)),
    stream,
  };
}

/** The secret itself, a password inside a connection string, and each long line of a secret of several lines (keys). */
function partsOf(secret: string): readonly string[] {
  const parts = [secret];
  const url = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*?:([^/?#]*)@/i.exec(secret);
  if (url?.[1] !== undefined) parts.push(url[1], decode(url[1]));
  const goDsn = /^[^:@/\s]+:(.*)@(?:tcp|unix)?\(/.exec(secret);
  if (goDsn?.[1] !== undefined) parts.push(goDsn[1]);
  parts.push(...secret.split(/\r?\n/).filter((line) => line.length >= 8));
  return parts.filter((part) => part.length >= 4);
}

/** Widths at which tools break base64: openssl and PEM, `base64`. */
const BASE64_WIDTHS = [64, 76];

/**
 * As it is; inside JSON text; quoted for a shell; percent-encoded; in hex; in base64 at each of the three alignments it can have inside a
 * longer text, and broken into lines.
 */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = [
    secret,
    ...jsonForms(secret),
    ...shellForms(secret),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams({ s: secret }).toString().slice(2),
    bytes.toString('hex'),
  ];
  for (const offset of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // The first and last characters also carry bits of the neighbours: only what the secret alone decides is looked for.
    const start = offset === 0 ? 0 : offset + 1;
    const end = (offset + bytes.length) % 3 === 0 ? whole.length : whole.length - 1;
    const inner = whole.slice(start, end);
    if (inner.length >= 6) forms.push(inner, inner.replaceAll('+', '-').replaceAll('/', '_'));
    if (offset === 0) for (const width of BASE64_WIDTHS) forms.push(...linesOf(inner, width));
  }
  return forms;
}

/** Lines too short to tell anything are left out: they would be found everywhere. */
function linesOf(text: string, width: number): readonly string[] {
  const lines = Array.from({ length: Math.ceil(text.length / width) }, (_, n) =>
    text.slice(n * width, (n + 1) * width),
  );
  return lines.length < 2 ? [] : lines.filter((line) => line.length >= 8);
}

/** Inside a JSON string: as JavaScript writes it, as Go does (for HTML), and in ASCII as Python does. */
function jsonForms(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const unicode = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return [json, json.replaceAll(/[<>&\u2028\u2029]/g, unicode), json.replaceAll(/[^\x20-\x7e]/g, unicode)];
}

const ANSI_C: Readonly<Record<string, string>> = { '\n': 'n', '\t': 't', '\r': 'r' };

/** Inside single quotes in their two ways, inside double quotes, with backslashes (`printf %q` of bash), and as `$'…'`. */
function shellForms(secret: string): readonly string[] {
  const ansiC = secret.replaceAll(/[\n\t\r\\']/g, (char) => `\\${ANSI_C[char] ?? char}`);
  const octal = (char: string): string =>
    [...Buffer.from(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  return [
    secret.replaceAll("'", String.raw`'\''`),
    secret.replaceAll("'", `'"'"'`),
    secret.replaceAll(/["$`\\]/g, '\\$&'),
    secret.replaceAll(/^[~#]|(?<=[:=])~|[^A-Za-z0-9_@%+=:./~#\u0080-\uffff-]/g, '\\$&'),
    ansiC,
    // In the C locale bash writes everything beyond ASCII as bytes.
    ansiC.replaceAll(/[^\x20-\x7e]+/gu, octal),
  ];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** All occurrences of all forms, overlapping ones merged, in order. */
function spansIn(input: string, forms: ReadonlySet<string>): readonly Span[] {
  const found: Span[] = [];
  for (const form of forms) {
    for (let at = input.indexOf(form); at >= 0; at = input.indexOf(form, at + 1)) found.push([at, at + form.length]);
  }
  found.sort((a, b) => a[0] - b[0]);
  const merged: Span[] = [];
  for (const span of found) {
    const last = merged.at(-1);
    if (last !== undefined && span[0] < last[1]) {
      merged[merged.length - 1] = [last[0], Math.max(last[1], span[1])];
    } else {
      merged.push(span);
    }
  }
  return merged;
}

function blank(input: string, spans: readonly Span[]): string {
  let out = '';
  let from = 0;
  for (const [start, end] of spans) {
    out += input.slice(from, start) + BLANK;
    from = end;
  }
  return out + input.slice(from);
}

/** Where the earliest form could begin that the end of the text cuts off; the length of the text when none can. */
function earliestPartial(input: string, forms: ReadonlySet<string>): number {
  let earliest = input.length;
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, input.length); length > input.length - earliest; length--) {
      if (input.endsWith(form.slice(0, length))) {
        earliest = input.length - length;
        break;
      }
    }
  }
  return earliest;
}

function isList(value: readonly Json[] | { readonly [key: string]: Json }): value is readonly Json[] {
  return Array.isArray(value);
}
