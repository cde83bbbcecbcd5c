/**
 * Ids of the nodes of a rollout that say something to those who read a journal. Steps are given their ids here and are recognised
 * here, so that both sides cannot drift apart.
 */

const PERCENT = String.raw`(\d+(?:-\d+)?)-percent`;
const SHARE_STEP = new RegExp(`(?:^|/)share-${PERCENT}$`);
const JUDGE = new RegExp(`(?:^|/)judge-${PERCENT}$`);

/** Id of the step that gives the new version a share, 0 to 1: `share-2-5-percent`. */
export function shareStepId(share: number): string {
  return `share-${percentWord(share)}`;
}

/** Id of the watch that judges it there: `judge-2-5-percent`. */
export function judgeId(share: number): string {
  return `judge-${percentWord(share)}`;
}

/** The share that a step of this path gives; undefined for another step. */
export function shareGivenBy(path: string): number | undefined {
  return shareIn(SHARE_STEP.exec(path)?.[1]);
}

/** The share that a watch of this path judges; undefined for another watch. */
export function shareJudgedBy(path: string): number | undefined {
  return shareIn(JUDGE.exec(path)?.[1]);
}

/** An id cannot hold a decimal point: 2.5 % is `2-5-percent`. */
function percentWord(share: number): string {
  return `${String(Math.round(share * 1000) / 10).replace('.', '-')}-percent`;
}

function shareIn(word: string | undefined): number | undefined {
  return word === undefined ? undefined : Number(word.replace('-', '.')) / 100;
}
