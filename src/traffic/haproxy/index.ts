export { type HaproxyReading, readHaproxy } from './counters.ts';
export {
  type FilesRoute,
  type HaproxyOptions,
  type HaproxyPaths,
  haproxyPaths,
  optionProblems,
  type RateLimit,
} from './options.ts';
export { haproxyRouter, reloadEffects } from './router.ts';
export { type HaproxyUnit, haproxyUnit } from './unit.ts';
