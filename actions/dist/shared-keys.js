import { Go as publicPemOf, Ho as keyIdOf, Uo as privateKeyFrom, Wo as publicKeyFrom } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };