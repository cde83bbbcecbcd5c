/** What callers ask of whoever starts them by hand. Pure. */

export type Lines = readonly string[];

export function input(name: string, keys: Readonly<Record<string, string>>): Lines {
  return [`      ${name}:`, ...Object.entries(keys).map(([key, value]) => `        ${key}: ${value}`)];
}

export const SEED = input('seed', {
  description: 'Load the seed data (counts for a first release)',
  type: 'boolean',
  default: 'false',
});

export const CHANGE = input('change', {
  description: 'Change record that asks for it, where the policy wants one',
  type: 'string',
  default: "''",
});

export function chosenEnvironment({
  environments,
}: {
  readonly environments: readonly { readonly name: string }[];
}): Lines {
  const names = environments.map(({ name }) => name).join(', ');
  return input('environment', { description: 'Where', type: 'choice', required: 'true', options: `[${names}]` });
}
