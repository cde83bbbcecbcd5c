import { is as publicPemOf, ns as privateKeyFrom, rs as publicKeyFrom, ts as keyIdOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };