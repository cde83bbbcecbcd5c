import { Jo as privateKeyFrom, Xo as publicPemOf, Yo as publicKeyFrom, qo as keyIdOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };