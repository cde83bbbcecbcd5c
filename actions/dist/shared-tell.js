import { n as tellLast, r as told, t as journalsIn } from "./shared-tell2.js";

export { journalsIn, tellLast };