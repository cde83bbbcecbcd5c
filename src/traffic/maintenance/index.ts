/** What every release needs of it; the procedures (nodes.ts) are loaded by the runbooks only. */
export type { Doors } from './doors.ts';
export { LONGEST_MESSAGE, type Maintenance, readMaintenance, underMaintenance } from './mark.ts';
