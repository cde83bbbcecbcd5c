import { a as setTls, i as planTls, n as digestOf, r as issueStep, t as authorityStep } from "./shared-tls.js";

export { planTls, setTls };