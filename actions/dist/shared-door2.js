import { n as credentialsOf, r as resultOf, t as chat } from "./shared-door.js";

export { chat, credentialsOf, resultOf };