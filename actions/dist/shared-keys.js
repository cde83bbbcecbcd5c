import { Ds as privateKeyFrom, Es as keyIdOf, Os as publicKeyFrom, ks as publicPemOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };