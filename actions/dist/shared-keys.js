import { Qa as publicPemOf, Xa as privateKeyFrom, Ya as keyIdOf, Za as publicKeyFrom } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };