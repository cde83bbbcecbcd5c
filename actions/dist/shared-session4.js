import { a as whoAmI, c as withPersonOptions, i as selfCommand, n as door, o as withChangeOption, r as findConfig, s as withCommonOptions, t as commitDigits } from "./shared-session3.js";

export { door };