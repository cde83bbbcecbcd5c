import { i as readEnvelopeText, n as envelopePath, r as provenanceOf, t as attestationsOf } from "./shared-check.js";

export { provenanceOf };