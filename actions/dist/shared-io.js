import { a as processIo, i as plainOnly, n as knowsUnicode, r as painter, t as FALLBACK_COLUMNS } from "./shared-io2.js";

export { FALLBACK_COLUMNS, knowsUnicode, painter, plainOnly, processIo };