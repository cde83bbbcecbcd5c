export { bundleDigest, bundleOf, judgePair, nameProblems, timeProblems } from './facts.ts';
export { type Shown, shownAt } from './handshake.ts';
export { renewNode } from './nodes.ts';
export { type CertificateRow, type CertificateStep, certificateStatusNode, certificateText } from './status.ts';
export type * from './types.ts';
