import { n as openCluster, t as clusterDoctor } from "./shared-cluster.js";

export { openCluster };