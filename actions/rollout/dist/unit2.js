import { t as unitMain } from "./unit.js";

export { unitMain };