import { createMask } from '../../procedure/masking/mask.ts';
import { maskShapes } from '../../procedure/masking/patterns.ts';

/** What must not be in a bundle: values that are known here, and whatever looks like one. */

export interface BundleMask {
  mask(text: string): string;
  /** One that is known by its value. */
  holdsSecret(text: string): boolean;
  /** How many are known by their value. */
  readonly secrets: number;
  /** References that lead nowhere here. */
  readonly unread: readonly string[];
}

/** Variables of this process that hold secrets, by their names: they may stand in what other programs write, whoever configured them. */
const SECRET_VARIABLE = /PASS|PWD$|SECRET|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|DSN|AUTH/i;
/** Shorter values are words that stand everywhere. */
const SHORTEST = 8;

/**
 * @param references secrets of the configuration; one that cannot be read is told, and stops nothing
 * @param get value behind a reference; throws where there is none
 */
export function bundleMask(
  references: readonly string[],
  get: (reference: string) => string,
  env: Readonly<Record<string, string | undefined>>,
  { emails }: { readonly emails: boolean },
): BundleMask {
  const known = new Set<string>();
  const unread: string[] = [];
  for (const reference of references) {
    try {
      known.add(get(reference));
    } catch {
      unread.push(reference);
    }
  }
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value.length >= SHORTEST && SECRET_VARIABLE.test(name) && !value.startsWith('/'))
      known.add(value);
  }
  const values = createMask();
  for (const value of known) values.add(value);
  return {
    mask: (text) => maskShapes(values.text(text), { emails }),
    holdsSecret: (text) => values.text(text) !== text,
    secrets: known.size,
    unread,
  };
}
