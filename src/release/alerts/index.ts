export { type CheckedRule, checkAlertRules, type FindRunbook } from './rules.ts';
export { type AlertServer, type AlertServerOptions, startAlertServer } from './server.ts';
export { type AlertUnit, alertUnit } from './unit.ts';
