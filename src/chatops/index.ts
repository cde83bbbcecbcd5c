/** Commands in comments: what they say, who may say it, which commit they mean, and what is answered. Starts nothing by itself. */

export { answerText, markOf, type Standing } from './answer.ts';
export { authorise, type Membership, NOBODY, personOf } from './authorise.ts';
export {
  type ChatCommand,
  type ChatKind,
  type ChatParameter,
  helpOf,
  helpTable,
  readComment,
  type Said,
  usageOf,
  valueFor,
} from './command.ts';
export { commitNameProblem, LEAST_DIGITS } from './commit.ts';
export { type CommentEvent, readEvent } from './event.ts';
export { begins, type Doing, type Done, type Handled, handleComment, type Order, type Ruling } from './handle.ts';
export { orderOf, runOf } from './identity.ts';
export { wordsOf } from './line.ts';
export type { Account, ChatForge, Check, Comment, Pull, Reaction, Review, Thread } from './ports.ts';
export { commentIn, commentProof, whyNoProof } from './proof.ts';
