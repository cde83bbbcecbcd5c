import { t as staticMain } from "./static-main.js";

export { staticMain };