/** Evidence for Argo Rollouts: answers AnalysisRuns from the counts of Prometheus. */
export { type Answer, answerQuestion, beginnings, type JudgeLimits, type JudgeOptions } from './answer.ts';
export { type JudgedEnvironment, judgedEnvironment, judgedEnvironments } from './environments.ts';
export { parseQuestion, type Question } from './question.ts';
export { type Judge, type JudgeServerOptions, startJudge } from './server.ts';
