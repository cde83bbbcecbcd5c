/**
 * JSON in which no member stands twice. Two readers of `{"a":1,"a":2}` may see different values, so what somebody signed and what is judged
 * could be two things (RFC 8259, section 4: names "SHOULD be unique", and what readers do otherwise is unpredictable).
 */
export type StrictJson =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'bad'; readonly why: string };

/** Pure. */
export function parseStrict(text: string): StrictJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'bad', why: `no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const twice = repeatedName(text);
  return twice === undefined ? { kind: 'json', value } : { kind: 'bad', why: `the member ${twice} stands there twice` };
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** First name that an object of this text has twice, as it is written there; the text must be JSON. Pure. */
function repeatedName(text: string): string | undefined {
  /** Names of each open object; null for an array. */
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      // The text before a colon is a name; escapes can write one name in several ways.
      const names = open.at(-1);
      const name: unknown = JSON.parse(last);
      if (names !== null && names !== undefined && typeof name === 'string') {
        if (names.has(name)) return last;
        names.add(name);
      }
    }
    last = token;
  }
  return undefined;
}
