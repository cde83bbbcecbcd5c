import { c as judgePair, d as timeProblems, i as shownAt, l as nameProblems, n as renewNode, o as bundleDigest, r as shownText, s as bundleOf, u as signedBy } from "./shared-certificate.js";
import { n as certificateText, t as certificateStatusNode } from "./shared-certificate-status.js";

export { shownText };