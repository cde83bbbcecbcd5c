export { openUnit, type ServiceUnit } from './open.ts';
export { planUnitRollback, rollbackUnit, type UnitBackPlan } from './rollback.ts';
export {
  planUnit,
  planUnitPromotion,
  promoteUnit,
  releaseUnit,
  resumeUnit,
  type UnitPlan,
  type UnitPromoteRequest,
} from './run.ts';
export { type UnitOutcome, type UnitSummary, unitSummaryText } from './summary.ts';
export { type UnitStage, type UnitView, unitPipeline } from './view.ts';
