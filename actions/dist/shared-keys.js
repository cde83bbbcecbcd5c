import { Ho as privateKeyFrom, Uo as publicKeyFrom, Vo as keyIdOf, Wo as publicPemOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };