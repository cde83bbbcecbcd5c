import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type Json, jsonSchema } from '../../model/json.ts';

/** RFC 8785 (JSON Canonicalization Scheme): one value has one text, so one digest. */
export function canonical(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON values have a canonical form');
  return text;
}

/** SHA-256 as 64 hexadecimal digits. */
export function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Digest of a JSON value: SHA-256 of its canonical form. */
export function digestOf(value: Json): string {
  return sha256(canonical(value));
}

/**
 * A value of unknown type as plain JSON: what cannot be stored (functions, undefined members) is dropped, dates become text,
 * as JSON.stringify has it. `undefined` itself becomes null. Lone surrogates, which no canonical form exists for, are replaced.
 */
export function toJson(value: unknown): Json {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? member.toWellFormed() : typeof member === 'bigint' ? member.toString() : member,
  );
  const parsed: unknown = text === undefined ? null : JSON.parse(text);
  return jsonSchema.parse(parsed);
}
