export { type Answers, complete, type Wishes } from './answers.ts';
export { type PlannedFile, planFiles, writeFiles } from './init.ts';
export { type Found, lookAround } from './look.ts';
export { finishBegun } from './write.ts';
