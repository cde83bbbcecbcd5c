export { openStartBook, type StartBook } from './book.ts';
export { type AlertRule, type Decision, decide, type Ended, type PastStart, type Start } from './decide.ts';
export { MOST_BYTES, parseMessage, type ToldAlert } from './message.ts';
