/** The bytes of a bundle, divided among those who want some. */

export interface Budget {
  /**
   * Takes what one answer may have: its own limit, or an even part of what is left for those who have not been served, when that is less.
   * Null: less than a useful answer is left.
   */
  take(maxBytes: number): Grant | null;
}

export interface Grant {
  readonly bytes: number;
  /** Gives back what was not used. */
  used(bytes: number): void;
}

/** Less is not worth a question. */
const LEAST = 512;

/** @param shares how many will ask; whoever wants little asks first, so that little is never lost to much */
export function createBudget(total: number, shares: number): Budget {
  let left = total;
  let waiting = shares;
  return {
    take(maxBytes) {
      const bytes = Math.min(maxBytes, Math.floor(left / Math.max(1, waiting)));
      waiting -= 1;
      if (bytes < Math.min(LEAST, maxBytes)) return null;
      left -= bytes;
      return {
        bytes,
        used: (count) => {
          left += bytes - Math.min(bytes, count);
        },
      };
    },
  };
}
