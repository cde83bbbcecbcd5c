export { bundleDigest, bundleOf, judgePair, nameProblems, type PairFacts, signedBy, timeProblems } from './facts.ts';
export { type Shown, shownAt } from './handshake.ts';
export { renewNode, shownText } from './nodes.ts';
export { type CertificateRow, type CertificateStep, certificateStatusNode, certificateText } from './status.ts';
export type * from './types.ts';
