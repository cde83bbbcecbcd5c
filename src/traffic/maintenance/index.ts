export { LONGEST_MESSAGE, type Maintenance, readMaintenance, underMaintenance } from './mark.ts';
export { closeNode, type Doors, openNode } from './nodes.ts';
