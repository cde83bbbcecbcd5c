/** What a policy asks of a release that comes from an earlier environment: plain data. */
export interface PromotionRules {
  /** `ended-well`: its run there went to its end. `not-worse`: and each share of traffic was judged, with that verdict. */
  readonly verdict: 'ended-well' | 'not-worse';
  /** How long it must have served there, milliseconds; 0: it is not asked. */
  readonly soakMs: number;
  readonly ticket: TicketRule | null;
  readonly acceptance: AcceptanceRule | null;
  readonly budget: BudgetRule | null;
  readonly parity: ParityRule | null;
}

/** A change ticket whose number somebody fills in. */
export interface TicketRule {
  readonly role: string;
  /** Regular expression that the whole number matches. */
  readonly pattern: string;
}

/** Users have tried it in the earlier environment, and one of them says so. */
export interface AcceptanceRule {
  readonly role: string;
  /** What must have been tried. */
  readonly items: readonly string[];
}

/** Errors that the objective still allows in its window. */
export interface BudgetRule {
  readonly url: string;
  readonly timeoutMs: number;
  /** PromQL of counts over the window. */
  readonly total: string;
  readonly bad: string;
  readonly windowMs: number;
  /** Promised share of good answers. */
  readonly objective: number;
  /** Share of the budget that must be left. */
  readonly left: number;
}

export interface ParityRule {
  /** Greatest ratio of replicas between the two environments. */
  readonly replicaRatio: number;
  readonly waivers: readonly ParityWaiver[];
}

/** A difference that somebody answers for, for a time. */
export interface ParityWaiver {
  /** Key of the difference, or its beginning up to a `*` at the end. */
  readonly key: string;
  readonly owner: string;
  readonly reason: string;
  /** Last day, `2027-01-31`, in UTC. */
  readonly until: string;
}
