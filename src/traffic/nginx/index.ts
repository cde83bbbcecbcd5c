export { type NginxCounter, type NginxReading, nginxCounter } from './counters.ts';
export { type NginxOptions, type NginxPaths, nginxPaths } from './options.ts';
export { nginxRouter } from './router.ts';
export { nginxUnit } from './unit.ts';
