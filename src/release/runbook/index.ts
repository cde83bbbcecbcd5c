/** The kit of runbooks, for their files and for doors. Apart from the other functions for doors: releases need none of it. */

export * from './define.ts';
export { type HistoryRow, historyOf, historyText } from './history.ts';
export * from './input.ts';
export { checkRunbook, definitionProblems, type RunbookCheck, treeProblems } from './judge.ts';
export {
  contextOf,
  documentRunbook,
  givenOf,
  planRunbook,
  procedureOfRunbook,
  type RunbookOutcome,
  type RunbookRequest,
  resumeRunbook,
  runRunbook,
} from './run.ts';
export { commandsOf, SEVERITIES, sopMarkdown } from './sop.ts';
export { sopHtml } from './sop-html.ts';
