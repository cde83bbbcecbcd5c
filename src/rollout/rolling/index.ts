export { DEFAULT_ROLLING, rollingNode } from './rolling.ts';
export { wayBackNode } from './way-back.ts';
