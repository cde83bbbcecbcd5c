import { sha256 } from '../../procedure/journal/canonical.ts';
import type { Inventory } from './inventory.ts';

/**
 * A UUID that follows from the content: version 8 of RFC 9562, the first 128 bits of a SHA-256. The same release has the same document,
 * and another one another name. Pure.
 */
export function uuidOf(inventory: Inventory): string {
  const hex = sha256(JSON.stringify(inventory)).slice(0, 32);
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  const text = `${hex.slice(0, 12)}8${hex.slice(13, 16)}${variant}${hex.slice(17)}`;
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
