export { pipeline } from './look.ts';
export type { Behind, GateView, PipelineView, StageView } from './view.ts';
