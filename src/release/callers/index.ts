export { type CallerWishes, planCallers, planUpgrade, type Upgrade, type UpgradedFile } from './callers.ts';
export { findPin, type Pin } from './pin.ts';
