import { z } from 'zod';
import type { Effect } from '../model/effect.ts';
import type { Problem } from '../model/problem.ts';
import { action, forEach, gate, type Node, type Step, sequence, step, type Watch, watch } from '../procedure/index.ts';
import { DAY_MS, judgePair } from './facts.ts';
import { type Shown, shownAt } from './handshake.ts';
import type { Certificate, Place } from './types.ts';

/** A new pair of chain and key: made, looked at, put in place on the first host alone, seen by a real handshake, then on the others. */

const RENEW_MS = 10 * 60_000;
const LAY_MS = 90_000;
const LOOK_EVERY_MS = 250;
/** How long a reloaded service may take to show the new certificate. */
const SHOWS_MS = 20_000;
/** Looks in a row: while Nginx reloads, workers of before and after answer in turn. */
const STEADY = 3;

const pairSchema = z.strictObject({
  /** Null in a plan: known once it is renewed. */
  fingerprint: z.string().nullable(),
  serial: z.string(),
  notAfter: z.string(),
  /** SHA-256 of each file that is put in place, in the order of the files of a place. */
  digests: z.array(z.string()).readonly(),
});
export type Pair = z.infer<typeof pairSchema>;
const beforeSchema = z.strictObject({ fingerprint: z.string().nullable() });

/** Makes a new pair where it is time, and puts it in place everywhere. A host on which it is not seen gets its old pair back. */
export function renewNode(certificate: Certificate, role: string): Node {
  const { name, places, renew } = certificate;
  const pair = pairStep(certificate);
  const [first, ...rest] = places;
  return sequence({
    id: 'renew',
    title: `Renew the certificate ${name}`,
    steps: [
      ...(renew === null ? [] : [orderStep(certificate, renew)]),
      pair,
      ...(first === undefined ? [] : [onPlace(certificate, first, pair)]),
      ...(first === undefined || rest.length === 0
        ? []
        : [
            checkpoint(certificate, first, role),
            forEach({
              id: 'rest',
              title: `${name} on the other hosts`,
              items: rest,
              body: (place) => onPlace(certificate, place, pair),
            }),
          ]),
    ],
  });
}

/** Runs the command that makes a new pair, where what lies there is not good for long any more. */
function orderStep(certificate: Certificate, renew: readonly string[]): Step<readonly Problem[], object> {
  return action<readonly Problem[]>({
    id: 'order',
    title: `Order a new certificate ${certificate.name}`,
    inputs: { command: [...renew], days: certificate.days },
    read: async (ctx) => (await judged(certificate, ctx.clock.now())).problems,
    decide: (problems) =>
      problems.length === 0
        ? { kind: 'nothing', why: `what lies there is good for ${certificate.days} days and more` }
        : {
            kind: 'do',
            why: problems[0]?.found ?? '',
            effects: [
              {
                kind: 'exec',
                argv: [...renew],
                cwd: certificate.cwd,
                resource: certificate.resource,
                why: `make a new pair for ${certificate.name}`,
                timeoutMs: RENEW_MS,
              },
            ],
          },
    probe: 'repeatable',
    timeoutMs: RENEW_MS + 10_000,
  });
}

async function judged({ chain, key, names, days }: Certificate, now: number) {
  const texts = await Promise.all([chain.read(), key.read()]);
  return judgePair(texts[0], texts[1], { names, days, now, where: `${chain.path} and ${key.path}` });
}

interface Judgement {
  readonly problems: readonly Problem[];
  readonly pair: Pair | null;
}

/** Nothing is put in place that does not fit together. */
function pairStep(certificate: Certificate): Step<Judgement, Pair> {
  const { renew, days } = certificate;
  return step<Judgement, Pair>({
    id: 'pair',
    title: 'Look whether chain and key fit',
    description: `The key is that of the certificate, each certificate is signed by the one behind it, the names are those that are asked for, and at least ${days} days are left.`,
    inputs: { names: [...certificate.names], days },
    read: async (ctx) => {
      const found = await judged(certificate, ctx.clock.now());
      if (found.kind === 'unreadable') return { problems: found.problems, pair: null };
      const texts: readonly [string, string] = [await certificate.chain.read(), await certificate.key.read()];
      return {
        problems: found.problems,
        pair: { ...found.facts, digests: certificate.digestsOf(...texts) },
      };
    },
    decide: ({ problems, pair }, ctx) => {
      // In a plan nothing was ordered: what lies there may be what is to be replaced.
      if (problems.length > 0 && !(ctx.mode === 'plan' && renew !== null)) return { kind: 'refuse', problems };
      return { kind: 'nothing', why: `serial ${pair?.serial ?? 'unknown'}, until ${pair?.notAfter ?? 'unknown'}` };
    },
    outputs: pairSchema,
    collect: (_results, { pair }) => {
      if (pair === null) throw new TypeError('what cannot be read is refused');
      const { fingerprint, serial, notAfter, digests } = pair;
      return { fingerprint, serial, notAfter, digests };
    },
    planned: ({ problems, pair }) =>
      pair === null || problems.length > 0
        ? {
            fingerprint: null,
            serial: '<pair.serial>',
            notAfter: '<pair.notAfter>',
            digests: certificate.unknownDigests,
          }
        : { fingerprint: pair.fingerprint, serial: pair.serial, notAfter: pair.notAfter, digests: pair.digests },
    probe: 'repeatable',
  });
}

function onPlace(certificate: Certificate, place: Place, pair: Step<Judgement, Pair>): Node {
  const { name } = certificate;
  const before = beforeStep(certificate, place);
  return sequence({
    id: place.host,
    title: `${name} on ${place.host}`,
    steps: [
      before,
      putStep(place, pair),
      reloadStep('reload', certificate, place, (ctx) => ctx.outputOf(pair).fingerprint),
      shownWatch('shown', certificate, place, pair, null),
      action<null>({
        id: 'settle',
        title: `Keep the pair that ${place.host} had before for people alone`,
        read: async () => null,
        decide: (_facts, ctx) => ({ kind: 'do', effects: place.settle(ctx.outputOf(pair).digests) }),
        probe: 'repeatable',
        timeoutMs: LAY_MS,
      }),
    ],
    rollback: sequence({
      id: 'back',
      title: `Bring back the pair that ${place.host} had before`,
      steps: [
        action<null>({
          id: 'lay-back',
          title: `Lay the old files down on ${place.host}`,
          read: async () => null,
          decide: (_facts, ctx) => ({ kind: 'do', effects: place.back(ctx.outputOf(pair).digests) }),
          probe: 'repeatable',
          timeoutMs: LAY_MS,
        }),
        // Always: a worker of before that still answers shows nothing of what the others have read.
        reloadStep('reload-back', certificate, place, () => null),
        shownWatch('shown-back', certificate, place, pair, before),
      ],
    }),
  });
}

function beforeStep(certificate: Certificate, place: Place): Step<Shown, z.infer<typeof beforeSchema>> {
  return step<Shown, z.infer<typeof beforeSchema>>({
    id: 'before',
    title: `Write down which certificate ${place.host} shows`,
    inputs: { at: place.at },
    read: (ctx) => look(certificate, place, ctx.signal),
    decide: (shown) => ({ kind: 'nothing', why: shownText(shown) }),
    outputs: beforeSchema,
    collect: (_results, shown) => ({ fingerprint: shown.kind === 'shown' ? shown.facts.fingerprint : null }),
    planned: (shown) => ({ fingerprint: shown.kind === 'shown' ? shown.facts.fingerprint : null }),
    probe: 'repeatable',
  });
}

function putStep(place: Place, pair: Step<Judgement, Pair>): Step<readonly (string | null)[], object> {
  return action<readonly (string | null)[]>({
    id: 'put',
    title: `Lay the new files down on ${place.host}, keep the old ones`,
    inputs: { files: [...place.files] },
    read: (ctx) => place.laid(ctx.signal),
    decide: (laid, ctx) => {
      const { digests } = ctx.outputOf(pair);
      if (digests.every((digest, at) => laid[at] === digest)) return { kind: 'nothing', why: 'they lie there' };
      return { kind: 'do', effects: place.put(digests) };
    },
    verify: async (ctx) => {
      const { digests } = ctx.outputOf(pair);
      const laid = await place.laid(ctx.signal);
      const wrong = place.files.filter((_file, at) => laid[at] !== digests[at]);
      return wrong.length === 0 ? [] : [notLaid(place, wrong)];
    },
    probe: 'repeatable',
    timeoutMs: LAY_MS,
  });
}

type Wanted = (ctx: { outputOf: Parameters<Step['decide']>[1]['outputOf'] }) => string | null;

/** A service that shows the right one already is left alone. */
function reloadStep(id: string, certificate: Certificate, place: Place, wanted: Wanted): Step<Shown, object> {
  return action<Shown>({
    id,
    title: `Have ${certificate.service} on ${place.host} read its certificate again`,
    inputs: { service: certificate.service, host: place.host },
    read: (ctx) => look(certificate, place, ctx.signal),
    decide: (shown, ctx) => {
      const fingerprint = wanted(ctx);
      return fingerprint !== null && shown.kind === 'shown' && shown.facts.fingerprint === fingerprint
        ? { kind: 'nothing', why: `it shows ${shown.facts.serial} already` }
        : { kind: 'do', effects: reloadEffects(place) };
    },
    probe: 'repeatable',
    timeoutMs: LAY_MS,
  });
}

function reloadEffects(place: Place): readonly Effect[] {
  return place.reload();
}

const lookSchema = z.strictObject({
  /** Wall clock, milliseconds. */
  time: z.number(),
  fingerprint: z.string().nullable(),
  distrust: z.string().nullable(),
  found: z.string(),
});
type Look = z.infer<typeof lookSchema> & { readonly wanted?: string | null };
const shownSchema = z.strictObject({ found: z.string() });
interface Waiting {
  readonly from: number | null;
  readonly last: z.infer<typeof sampleSchema> | null;
  /** How many looks in a row have seen what is wanted. */
  readonly steady: number;
}
const sampleSchema = lookSchema.extend({ wanted: z.string().nullable() });

/** Until a client sees it. What is brought back need not be trusted: it is what was there. */
function shownWatch(
  id: string,
  certificate: Certificate,
  place: Place,
  pair: Step<Judgement, Pair>,
  before: ReturnType<typeof beforeStep> | null,
): Watch<Waiting, z.infer<typeof sampleSchema>, { found: string }> {
  const asked = before === null ? 'the new certificate' : 'the certificate from before';
  return watch<Waiting, z.infer<typeof sampleSchema>, { found: string }>({
    id,
    title: `Wait until ${place.host} shows ${asked}`,
    description: `Handshakes with ${place.at} from this machine, ${STEADY} in a row, within ${SHOWS_MS / 1000} s.`,
    inputs: { at: place.at, name: certificate.names[0] ?? '' },
    everyMs: LOOK_EVERY_MS,
    samples: sampleSchema,
    outputs: shownSchema,
    sample: async (ctx) => {
      const shown = await look(certificate, place, ctx.signal);
      const seen = shown.kind === 'shown' ? shown.facts.fingerprint : null;
      const fresh = ctx.outputOf(pair).fingerprint;
      const earlier = before === null ? fresh : ctx.outputOf(before).fingerprint;
      // Where a run that died had it read the new one, nobody knows any more which was shown before that.
      const wanted = before !== null && earlier === fresh ? seen : earlier;
      const base = { time: ctx.clock.now(), wanted, found: shownText(shown) };
      return shown.kind === 'shown'
        ? { ...base, fingerprint: shown.facts.fingerprint, distrust: before === null ? shown.distrust : null }
        : { ...base, fingerprint: null, distrust: null };
    },
    start: () => ({ from: null, last: null, steady: 0 }),
    fold: ({ from, steady }, one) => ({
      from: from ?? one.time,
      last: one,
      steady: one.fingerprint === one.wanted && one.distrust === null ? steady + 1 : 0,
    }),
    decide: ({ from, last, steady }) => {
      if (from === null || last === null) return { kind: 'look-on', status: 'nothing seen yet' };
      if (steady >= STEADY) return { kind: 'pass', status: last.found, outputs: { found: last.found } };
      if (steady > 0) return { kind: 'look-on', status: `${last.found}, ${steady} of ${STEADY} looks` };
      if (last.time - from < SHOWS_MS && !(last.fingerprint === last.wanted && last.distrust !== null)) {
        return { kind: 'look-on', status: last.found };
      }
      return { kind: 'fail', problem: notShown(place, asked, last) };
    },
    forecast: async () =>
      `looks every ${LOOK_EVERY_MS} ms until ${place.at} has shown ${asked} ${STEADY} times in a row, for at most ${SHOWS_MS / 1000} s`,
  });
}

function notShown({ host, at }: Place, asked: string, { found, distrust }: Pick<Look, 'found' | 'distrust'>): Problem {
  return {
    code: distrust === null ? 'certificate.not-shown' : 'certificate.not-trusted',
    where: `${host}, ${at}`,
    found: distrust === null ? found : `${found}; a client does not trust it: ${distrust}`,
    expected: asked,
    remedy:
      distrust === null
        ? 'look at the log of the service on that host, and whether `to:` is the file that it reads; then run it again'
        : 'put the certificates between it and the root into `chain`, or name the root in `ca:`',
  };
}

function notLaid({ host }: Place, files: readonly string[]): Problem {
  return {
    code: 'certificate.not-laid',
    where: host,
    found: `other content in ${files.join(', ')}`,
    expected: 'the new pair',
    remedy: 'see whether another program writes these files, such as a renewal of that host; then run it again',
  };
}

function checkpoint({ name, service }: Certificate, { host, at }: Place, role: string): Node {
  return gate({
    id: 'checkpoint',
    title: `Inspect ${service} on ${host} before any other host gets ${name}`,
    role,
    evidence: [
      { kind: 'check', name: 'works', question: `Do clients reach ${service} on ${host} (${at}) without a warning?` },
      { kind: 'text', name: 'seen', question: 'What did you look at, and what did you see?', minLength: 10 },
    ],
    guard: { kind: 'nothing-shifted' },
    judge: (evidence) =>
      evidence['works'] === true
        ? { kind: 'pass' }
        : { kind: 'reject', why: `clients do not reach ${service} on ${host}` },
  });
}

/** What a place shows now. */
export async function look({ names, ca, speaks }: Certificate, { at }: Place, signal: AbortSignal): Promise<Shown> {
  const wanted = { name: names[0] ?? '', ca: ca === null ? null : await ca.read(), signal };
  return shownAt(at, speaks === undefined ? wanted : { ...wanted, speaks });
}

/** `serial 0A…, until 2027-01-01, 39 days left` where the time is known. Pure. */
export function shownText(shown: Shown, now?: number): string {
  if (shown.kind === 'silent') return shown.reason;
  const { serial, notAfter } = shown.facts;
  const left = now === undefined ? '' : `, ${Math.floor((Date.parse(notAfter) - now) / DAY_MS)} days left`;
  return `serial ${serial}, until ${notAfter}${left}`;
}
