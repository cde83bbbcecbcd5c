export * from './config.ts';
export * from './local/index.ts';
