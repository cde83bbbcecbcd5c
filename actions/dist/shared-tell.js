import { n as tellLast, r as told, t as placeOf } from "./shared-tell2.js";

export { tellLast };