import type { LogPlace } from '../model/effect.ts';
import type { Problem } from '../model/problem.ts';

/** A run as its report tells it: plain data out of the journal, laid out by page.ts and markdown.ts. */

export type Tone = 'good' | 'bad' | 'waiting' | 'plain';

/** What stands at the top. */
export interface Head {
  readonly service: string;
  readonly environment: string;
  /** What this run tried to bring. */
  readonly version: string;
  readonly before: string | null;
  /** One or two words: `promoted`, `taken back`. */
  readonly status: string;
  readonly tone: Tone;
  /** How it ended, in one sentence. */
  readonly sentence: string;
  readonly run: string;
  readonly planHash: string;
  readonly problems: readonly Problem[];
}

/** A value of the run, with its name. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

export type StepState = 'done' | 'nothing' | 'failed' | 'refused' | 'undone' | 'waiting' | 'open';

/** One attempt row of the timeline: a step, a watch or a gate, with all its attempts. */
export interface StepStory {
  readonly path: string;
  readonly title: string;
  readonly kind: 'step' | 'watch' | 'gate' | 'undo';
  readonly state: StepState;
  /** Wall clock, milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly attempts: number;
  readonly looks: number;
  /** What it said when it ended. */
  readonly note: string;
  readonly problems: readonly Problem[];
  /** Where the binary log stood before it took something away from a database. */
  readonly restore?: LogPlace;
  /** Part of a way back. */
  readonly back: boolean;
}

export interface GateStory {
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly role: string;
  readonly guard: string;
  readonly openedAt: number;
  /** In order; several persons may have to say the same. Empty while nobody has filled it in. */
  readonly given: readonly GivenStory[];
  /** The run went on from it. */
  readonly passed: boolean;
}

/** What one person filled in at a gate. */
export interface GivenStory {
  readonly time: number;
  readonly by: string;
  readonly host: string;
  readonly answers: readonly (Fact & { readonly question: string })[];
  /** What else was recorded with it, a signature for instance. */
  readonly more: readonly Fact[];
}

/** What a person decided beside the gates. */
export interface DecisionStory {
  readonly time: number;
  readonly kind: 'override' | 'changed procedure' | 'outcome of a step' | 'pause' | 'end of a pause' | 'abort';
  readonly by: string;
  readonly role: string;
  readonly what: string;
  readonly why: string;
  /** What else was recorded with it. */
  readonly more: readonly Fact[];
}

export interface CommandStory {
  readonly time: number;
  readonly title: string;
  readonly kind: 'exec' | 'sql' | 'http' | 'file' | 'socket' | 'kube';
  /** Masked as the journal has it. */
  readonly text: string;
  readonly why: string;
  /** `exit 0`, `status 204`; `no result recorded` when the process died, or the step failed. */
  readonly result: string;
  readonly durationMs: number | null;
}

/** The process that carried the run out began, stopped, or lost the environment. */
export interface ProcessStory {
  readonly time: number;
  readonly text: string;
}

export interface Story {
  readonly startedAt: number;
  readonly lastAt: number;
  readonly steps: readonly StepStory[];
  readonly gates: readonly GateStory[];
  readonly decisions: readonly DecisionStory[];
  readonly commands: readonly CommandStory[];
  readonly processes: readonly ProcessStory[];
  /** What else was recorded at the start: where the policy was read, for instance. */
  readonly more: readonly Fact[];
  /** Stretches of time in which no process worked on the run. */
  readonly pauses: readonly { readonly from: number; readonly until: number }[];
  /** Records whose payload was redacted. */
  readonly redacted: number;
}

/** A picture as paths in a frame, see PLOT_WIDTH of the chart it comes from. */
export interface ReportPlot {
  readonly kind: 'rates' | 'load' | 'share' | 'evidence';
  readonly title: string;
  readonly words: string;
  readonly lines: readonly { readonly name: string; readonly path: string; readonly range: string }[];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly limit: { readonly at: number; readonly label: string } | null;
}

/** A share that was judged, in words. */
export interface JudgedStory {
  readonly share: string;
  readonly verdict: string;
  readonly tone: Tone;
  readonly after: string;
  readonly candidate: string;
  readonly stable: string;
  readonly evidence: readonly Fact[];
  readonly text: string;
}

/** How a rollout went; null for a run without one. */
export interface CourseStory {
  readonly candidate: string;
  readonly stable: string | null;
  readonly frame: { readonly width: number; readonly height: number };
  readonly plots: readonly ReportPlot[];
  /** Parts of the width. */
  readonly times: readonly { readonly at: number; readonly label: string }[];
  readonly marks: readonly {
    readonly at: number;
    readonly label: string;
    readonly tone: Tone;
    readonly text: string;
  }[];
  /** Where time was left out because nobody worked on the run. */
  readonly cuts: readonly { readonly at: number; readonly label: string }[];
  readonly judged: readonly JudgedStory[];
  /** The plots as Mermaid, for where Markdown is shown: diagrams of ours, without a word from outside. */
  readonly pictures: readonly string[];
  /** The plots in characters, for where there are no pictures. */
  readonly drawing: string;
  /** The counts of each version in a sentence. */
  readonly words: readonly string[];
}

/** An error that is known, recognised in what failed. */
export interface KnownStory {
  readonly id: string;
  readonly title: string;
  readonly severity: 'error' | 'warning';
  readonly cause: string;
  readonly fix: string;
  readonly command: string | null;
  /** The line that showed it; null: the code of a problem alone. */
  readonly seen: string | null;
  /** Step, or file. */
  readonly where: string;
}

export interface Report {
  readonly head: Head;
  /** Empty for a run that ended well. */
  readonly known: readonly KnownStory[];
  readonly facts: readonly Fact[];
  /** Null when the run has no journal: it never began. */
  readonly story: Story | null;
  readonly course: CourseStory | null;
  /** What `journal verify` says, and the head to compare with. */
  readonly journal: readonly Fact[];
}
