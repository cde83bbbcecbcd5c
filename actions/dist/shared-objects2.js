import { n as openObjects, r as sha256, t as objectUrl } from "./shared-objects.js";

export { objectUrl, openObjects, sha256 };