import { n as fetchRunsOf, t as fetchChanges } from "./shared-fetch2.js";

export { fetchChanges, fetchRunsOf };