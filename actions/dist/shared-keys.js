import { As as publicKeyFrom, Os as keyIdOf, js as publicPemOf, ks as privateKeyFrom } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };