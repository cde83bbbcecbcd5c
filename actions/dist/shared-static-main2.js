import { t as staticMain } from "./shared-static-main.js";

export { staticMain };