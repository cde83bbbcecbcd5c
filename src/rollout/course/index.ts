/** What a rollout went through, out of its journal: plain data first, then a chart. */
export { type CourseChartOptions, courseChart, type TimeAxis } from './chart.ts';
export { type Course, courseOf, type JudgedShare, type Versions } from './course.ts';
export type { Answer } from './looks.ts';
