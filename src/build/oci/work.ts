/** What writing and pushing an image need: one piece that is loaded when there is an image to be made. */
export { writeImage } from './assemble.ts';
export { readLayout } from './layout.ts';
export { pushImage } from './push.ts';
