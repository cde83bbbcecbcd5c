import { n as timestamp, t as systemClock } from "./shared-clock2.js";

export { systemClock };