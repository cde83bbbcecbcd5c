import type { Evidence } from './evidence.ts';
import type { PromotionRules } from './promotion.ts';

/** Persons, what each may do at a gate, and when: plain data, as a policy has it for one environment. */

export interface Person {
  /** Name in the policy; four eyes compares these, never keys or accounts. */
  readonly id: string;
  /** Account number at the forge; null: none. */
  readonly account: number | null;
  readonly emails: readonly string[];
  /** OpenSSH public keys, `ssh-ed25519 AAAA…`, without comment. */
  readonly keys: readonly string[];
  /** Roles in this environment. */
  readonly roles: readonly string[];
}

/** What an environment demands at its gates. */
export interface GateRules {
  /** `signed`: only a signature counts. `forge`: a comment of the person's account too. `unsigned`: a name that is claimed counts too. */
  readonly evidence: 'signed' | 'forge' | 'unsigned';
  /** Distinct persons that must agree. */
  readonly approvals: number;
  /** Whoever started the run or wrote the commit may not approve. */
  readonly fourEyes: boolean;
  /** Who wrote a commit is proven by its signature, or believed from its author line. */
  readonly commits: 'signed' | 'named';
  /** Role that approves a release before it begins; null: nobody is asked. */
  readonly approval: string | null;
  /** Role that may let a gate pass alone, with a reason; null: nobody may. */
  readonly override: string | null;
  /** Null: at any time. */
  readonly windows: Windows | null;
  /** What a release must show that comes from an earlier environment; null: nothing but that it has proven itself there. */
  readonly promotion: PromotionRules | null;
}

export interface Windows {
  /** IANA name, `Europe/Berlin`. */
  readonly timeZone: string;
  /** Empty: always open, except in a freeze. */
  readonly open: readonly WeeklyWindow[];
  readonly freezes: readonly Freeze[];
  /** What calendars close, in the weeks around now. */
  readonly closures?: readonly Closure[];
}

/** From a calendar; milliseconds since 1970. */
export interface Closure {
  readonly from: number;
  readonly until: number;
  readonly why: string;
}

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** `to` not after `from` means the next day. */
export interface WeeklyWindow {
  readonly days: readonly Day[];
  /** `09:00` on the clock on the wall. */
  readonly from: string;
  readonly to: string;
}

/** `2026-12-20T00:00` on the clock on the wall. */
export interface Freeze {
  readonly from: string;
  readonly until: string;
  readonly why: string;
}

/** Persons and rules of one environment, and where they were read. */
export interface Policy {
  readonly environment: string;
  readonly people: readonly Person[];
  readonly rules: GateRules;
  /** Role that may put digests into quarantine and release them from it; null: nobody may release one. */
  readonly quarantine: string | null;
  readonly source: PolicySource;
  /** What may be done here by comments at the forge; left out: nothing. */
  readonly chat?: ChatRules | undefined;
}

/** What an environment lets people do from comments. */
export interface ChatRules {
  /** Command → role that may give it; one that is not here is refused. */
  readonly commands: Readonly<Record<string, string>>;
  /** Team of the forge → roles of its members here. */
  readonly teams: Readonly<Record<string, readonly string[]>>;
  /** Must a command name the commit, or is the one meant that the server had then? */
  readonly commit: 'named' | 'pinned';
  readonly commitsFrom: 'default-branch' | 'any-branch';
  /** Checks that must have succeeded for the commit. */
  readonly checks: readonly string[];
  /** Persons who must have approved the pull request at the commit. */
  readonly reviews: number;
}

export interface PolicySource {
  /** Repository and branch, for people to read. */
  readonly place: string;
  /** Commit it was read at. */
  readonly commit: string;
  /** The place is fixed on this machine by its administrator, not by the working copy. */
  readonly pinned: boolean;
  /** Why a copy was used since the repository could not be read; undefined: it was read. */
  readonly breakGlass?: string | undefined;
}

/** Somebody who had a part in what a gate is asked about, so that four eyes bars them. */
export interface Participant {
  /** `started the run`, `wrote commit 3f2a91bc`. */
  readonly did: string;
  /** Null: nobody can tell who it was. */
  readonly person: string | null;
  /** How it is known, or why it is not. */
  readonly how: string;
}

/** Checks signatures: by asking ssh-keygen, or the forge for a comment that stands in the place of one. */
export interface Signatures {
  /** Is this a signature of `text` by one of these keys of `person`, made for this namespace? Undefined: yes; else why not. */
  verify(question: SignatureQuestion): Promise<string | undefined>;
}

export interface SignatureQuestion {
  readonly text: string;
  /** Armoured, `-----BEGIN SSH SIGNATURE-----`. */
  readonly signature: string;
  readonly namespace: string;
  readonly person: string;
  readonly keys: readonly string[];
  /** Number of their account at the forge; left out: what lies there proves nothing here. */
  readonly account?: number | null;
}

/** Signs a text in the name of a person. */
export interface Signer {
  readonly person: string;
  /** Id of the one order that this signer can give; left out: as many as they like. */
  readonly order?: string;
  sign(text: string, namespace: string): Promise<string>;
}

/** What somebody said at a gate, as it is recorded. */
export interface GivenEvidence {
  readonly seq: number;
  readonly kind: 'evidence' | 'override';
  readonly items: Evidence;
  /** Why, for an override; empty for evidence. */
  readonly reason: string;
  /** Who it is said to be. */
  readonly by: string;
  readonly host: string;
  readonly opening: string | undefined;
  readonly person: string | undefined;
  readonly signature: string | undefined;
}
