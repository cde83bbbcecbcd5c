/** Change records: asked for, scored by facts, approved in the run, told from its journal. */
export { askForChange, recordFor } from './ask.ts';
export { type ClosingWord, closeChange } from './close.ts';
export type { ChangeRun, ChangeState } from './course.ts';
export { fetchChanges } from './fetch.ts';
export { findChange } from './find.ts';
export { unknownChange } from './missing.ts';
export { type FindRunbook, type Preview, previewOf, type Wish } from './preview.ts';
export { RISK_LEVELS, RISK_POINTS, type Risk, type RiskFact, riskOf } from './risk.ts';
export { changePath, readChange } from './store.ts';
export { FORM_FIELDS, issueForm, recordTemplate } from './template.ts';
export { changeText, readSections, wordsUnder } from './text.ts';
export { type ChangeList, type ChangeView, listChanges, sectionsOf, viewChange } from './view.ts';
