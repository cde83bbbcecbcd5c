import { a as openCluster, i as noCluster, n as clusterDoctor, r as clusterOf, t as applicationPlace } from "./shared-cluster.js";

export { openCluster };