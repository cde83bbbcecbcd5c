import { t as require_promise } from "./shared-promise.js";

export default require_promise();

export {  };