export type {
  Boundary,
  EngineOptions,
  MaskStream,
  OpenGate,
  Outcome,
  ResumeOptions,
  RunEvent,
  RunResult,
  SecretsWithMask,
  StopSignal,
} from './api.ts';
export * from './build.ts';
export type * from './tree.ts';
