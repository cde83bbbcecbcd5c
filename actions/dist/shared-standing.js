import { n as otherPlan, r as underWay, t as objections } from "./shared-standing2.js";

export { objections, otherPlan, underWay };