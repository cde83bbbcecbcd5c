/** What fills databases. Apart from the other functions for doors: grammar, generator and names are large, and releases need none of them. */

export { type CopiedData, type CopyTablePlan, copyData, planDataCopy } from './copy.ts';
export { type FilledData, type GenerateTablePlan, generateData, planDataGenerate } from './generate.ts';
export { planDataReset, type ResetData, type ResetPlan, resetData, resetLines } from './reset.ts';
export { resetUnits } from './reset-units.ts';
