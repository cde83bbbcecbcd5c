export { type HaproxyReading, readHaproxy } from './counters.ts';
export { type HaproxyOptions, type HaproxyPaths, haproxyPaths, optionProblems } from './options.ts';
export { haproxyRouter, reloadEffects } from './router.ts';
export { type HaproxyUnit, haproxyUnit } from './unit.ts';
