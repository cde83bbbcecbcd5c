/** The few elements of S3's answers that are read (Amazon S3 API Reference: ListObjectsV2, Error Responses). Pure. */

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Text of an element with its entities (XML 1.0, 4.1) put in. */
function plain(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot|apos));/g, (_all, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name)] ?? '';
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal));
  });
}

function first(text: string, element: string): string {
  return plain(new RegExp(`<${element}>([^<]*)</${element}>`).exec(text)?.[1] ?? '');
}

/** Keys of a list, in its order. */
export function keysOf(text: string): readonly string[] {
  return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => plain(key));
}

/** From where the list goes on; null: it is whole. */
export function nextOf(text: string): string | null {
  return first(text, 'IsTruncated') === 'true' ? first(text, 'NextContinuationToken') || null : null;
}

/** What an error says. */
export function saidBy(text: string): { readonly code: string; readonly message: string } {
  return { code: first(text, 'Code'), message: first(text, 'Message') };
}
