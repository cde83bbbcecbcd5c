/** Errors that are known: how they are recognised in what a run or a program said, what causes them, what to do. Pure. */
export type { KnownError } from './known-error.ts';
export { type Answer, type Matcher, matcherOf, type Recognised, recognise, type Said } from './match.ts';
export { type Page, readPage } from './read.ts';
