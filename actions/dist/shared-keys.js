import { Cs as publicPemOf, Ss as publicKeyFrom, bs as keyIdOf, xs as privateKeyFrom } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };