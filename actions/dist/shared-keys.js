import { Ja as keyIdOf, Xa as publicKeyFrom, Ya as privateKeyFrom, Za as publicPemOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };