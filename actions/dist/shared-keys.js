import { Io as keyIdOf, Lo as privateKeyFrom, Ro as publicKeyFrom, zo as publicPemOf } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };