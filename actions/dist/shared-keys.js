import { As as keyIdOf, Ms as publicKeyFrom, Ns as publicPemOf, js as privateKeyFrom } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };