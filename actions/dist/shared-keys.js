import { Bo as publicPemOf, Lo as keyIdOf, Ro as privateKeyFrom, zo as publicKeyFrom } from "./shared-common.js";

export { keyIdOf, privateKeyFrom, publicKeyFrom };