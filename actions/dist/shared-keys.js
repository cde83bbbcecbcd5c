import { As as privateKeyFrom, Ms as publicPemOf, js as publicKeyFrom, ks as keyIdOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };