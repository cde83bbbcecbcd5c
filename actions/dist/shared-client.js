import { Ga as kubeObject, Wa as kubeClient } from "./shared-common.js";

export { kubeClient, kubeObject };