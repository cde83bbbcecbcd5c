/** The pipeline: composes the rooms into procedures. Every door calls the functions of this file. */
export { planRollback, rollback, type RollbackRequest } from './go-back.ts';
export { releaseProcedure, rollbackProcedure } from './procedure.ts';
export { planRelease, release, type ReleaseOutcome, type ReleaseRequest } from './release.ts';
export { procedureOf, replayRun, resume } from './resume.ts';
export { type DoorOptions, openEnvironment, openService, type Service, type ServiceEnvironment } from './service.ts';
export { nextCommands, type Status, status } from './status.ts';
export { type Summary, summaryMarkdown, summaryText } from './summary.ts';
