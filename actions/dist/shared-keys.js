import { Ss as publicPemOf, bs as privateKeyFrom, xs as publicKeyFrom, ys as keyIdOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };