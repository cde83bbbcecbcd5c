import { Cs as publicKeyFrom, Ss as privateKeyFrom, ws as publicPemOf, xs as keyIdOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };