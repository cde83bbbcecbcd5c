import { zs as clean } from "./shared-common.js";

// src/report/page/escape.ts
/** Text as HTML: between tags and in attribute values with double quotes. Pure. */
function html(text) {
	return clean(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;").replaceAll("'", "&#39;");
}

export { html as t };