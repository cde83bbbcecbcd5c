export { directoryCheck, spaceAnswer, spaceCheck, whyNotFree } from './place.ts';
export { isAtLeast, type NeededProgram, programAnswer, programCheck } from './program.ts';
export { type CheckResult, runChecks } from './run.ts';
export { journalsAnswer, journalsCheck, leaseAnswer, leaseCheck } from './state.ts';
