/** Setting up MySQL and MariaDB: what a server should be set to, and what it is. */
export { compareSettings, type Difference, setStatement, settingsFile, validateArgv } from './compare.ts';
export { thisMachine } from './machine.ts';
export { type Engine, fitting, type Machine, memoryPlan, type Setting, settingsFor, type Wanted } from './settings.ts';
