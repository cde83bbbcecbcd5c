/** Reads values from outside. Each function throws TypeError for anything else than it names. */

export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new TypeError('expected an object');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function array(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('expected an array');
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('expected a text');
}

export function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TypeError('expected a number');
}

export function nullable<T>(parse: (value: unknown) => T): (value: unknown) => T | null {
  return (value) => (value === null || value === undefined ? null : parse(value));
}

export function oneOf<T extends string>(known: readonly T[]): (value: unknown) => T {
  return (value) => {
    const found = known.find((one) => one === value);
    if (found === undefined) throw new TypeError(`expected one of ${known.join(', ')}`);
    return found;
  };
}
