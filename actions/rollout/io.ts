/** Keys of action.yml, in one place; a contract test compares them with action.yml and with what is really read and written. */
export const INPUTS = ['environment', 'config', 'state', 'release', 'reason', 'seed'] as const;
export const OUTPUTS = ['outcome', 'version', 'run', 'plan-hash', 'anchor'] as const;

export type InputName = (typeof INPUTS)[number];
export type OutputName = (typeof OUTPUTS)[number];
