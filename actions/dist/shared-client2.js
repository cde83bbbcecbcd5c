import { n as kubeObject, t as kubeClient } from "./shared-client.js";

export { kubeClient, kubeObject };