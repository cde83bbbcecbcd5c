/** What a test run may do without, if its user says so; everything else is missing where it is missing. */
export const optional = ['mysql', 'hosts', 'kubernetes'] as const;
export type Optional = (typeof optional)[number];

/**
 * What SHIPLOCK_WITHOUT leaves out: names with commas or spaces between them.
 * @throws Error for a name that cannot be left out
 */
export function withoutFrom(setting: string | undefined): readonly Optional[] {
  const names = (setting ?? '').split(/[\s,]+/).filter((name) => name !== '');
  return [...new Set(names)].map((name) => {
    const known = optional.find((one) => one === name);
    if (known === undefined)
      throw new Error(`SHIPLOCK_WITHOUT: "${name}" cannot be left out; what can: ${optional.join(', ')}`);
    return known;
  });
}
