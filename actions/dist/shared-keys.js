import { Qo as publicPemOf, Xo as privateKeyFrom, Yo as keyIdOf, Zo as publicKeyFrom } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };