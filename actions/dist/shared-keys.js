import { Jo as publicKeyFrom, Ko as keyIdOf, Yo as publicPemOf, qo as privateKeyFrom } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };