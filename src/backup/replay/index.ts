export { type Chain, chainOf, coveredUntil, type Placed, placedIn } from './chain.ts';
export { type Base, type Cut, cutAt, type Lost, type Target } from './cut.ts';
export type { Transaction } from './fold.ts';
export {
  emptyState,
  type Family,
  type Gtid,
  type GtidState,
  gtidStateText,
  gtidText,
  parseGtid,
  parseGtidState,
  sameState,
} from './gtid.ts';
export type { PlainOptions } from './plain.ts';
export { type BinlogFile, readBinlog } from './read.ts';
export { type Replay, type Replayed, readChain, replay } from './replay.ts';
export { type ReplayAccess, replayArguments } from './server.ts';
export type { ChangeKind } from './statement.ts';
export { type BroughtBack, bringBack, lookBack, swapOf, type TableBack } from './table.ts';
export { momentText, parseMoment, placeText } from './text.ts';
