import { t as unitMain } from "./shared-unit.js";

export { unitMain };