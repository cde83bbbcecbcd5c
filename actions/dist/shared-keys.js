import { Do as publicKeyFrom, Eo as privateKeyFrom, Oo as publicPemOf, To as keyIdOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };