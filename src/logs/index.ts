export { baseOf, dueLogs, surplus, unfinished } from './due.ts';
export { type RotateAsked, rotateNode } from './nodes.ts';
export type * from './types.ts';
