export { type Answers, complete, type Wishes } from './answers.ts';
export { planFiles, writeFiles } from './init.ts';
export { type Found, lookAround } from './look.ts';
export type { PlannedFile } from './planned.ts';
export { finishBegun, writeAll } from './write.ts';
