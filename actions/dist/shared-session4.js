import { a as whoAmI, i as selfCommand, n as door, o as withCommonOptions, r as findConfig, s as withPersonOptions, t as commitDigits } from "./shared-session3.js";

export { door };