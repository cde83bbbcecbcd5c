export { openUnit, type ServiceUnit } from './open.ts';
export {
  planUnit,
  planUnitPromotion,
  promoteUnit,
  releaseUnit,
  resumeUnit,
  type UnitOutcome,
  type UnitPlan,
  type UnitPromoteRequest,
} from './run.ts';
export { type UnitSummary, unitSummaryText } from './summary.ts';
export { type UnitStage, type UnitView, unitPipeline } from './view.ts';
