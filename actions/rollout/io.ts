/** Keys of action.yml, in one place; a contract test compares them. */
export const INPUTS = ['environment', 'config', 'state', 'release', 'reason', 'seed'] as const;
export const OUTPUTS = ['outcome', 'version', 'run', 'plan-hash', 'anchor'] as const;

export type InputName = (typeof INPUTS)[number];
export type OutputName = (typeof OUTPUTS)[number];
