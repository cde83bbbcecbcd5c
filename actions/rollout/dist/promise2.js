import { t as require_promise } from "./promise.js";

export default require_promise();

export {  };