import type { Operation } from '../operation.ts';
import { ACCOUNTS } from './accounts.ts';
import { COMMITS } from './commits.ts';
import { DELIVERY } from './delivery.ts';
import { ISSUES } from './issues.ts';
import { OBJECTS } from './objects.ts';
import { PULLS } from './pulls.ts';
import { REPOSITORIES } from './repositories.ts';
import { SETTINGS } from './settings.ts';
import { WORKFLOWS } from './workflows.ts';

/** Everything that the simulator answers over REST. */
export const OPERATIONS: readonly Operation[] = [
  ...ACCOUNTS,
  ...REPOSITORIES,
  ...COMMITS,
  ...OBJECTS,
  ...ISSUES,
  ...PULLS,
  ...DELIVERY,
  ...WORKFLOWS,
  ...SETTINGS,
];
