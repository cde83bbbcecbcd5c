import { H as _isoDate, U as _isoDateTime, l as ZodISODate, u as ZodISODateTime } from "./shared-problem.js";

// node_modules/zod/v4/classic/iso.js
function datetime(params) {
	return _isoDateTime(ZodISODateTime, params);
}
function date(params) {
	return _isoDate(ZodISODate, params);
}

export { datetime as n, date as t };