import { i as openCluster, n as clusterDoctor, r as clusterOf, t as applicationPlace } from "./shared-cluster.js";

export { openCluster };