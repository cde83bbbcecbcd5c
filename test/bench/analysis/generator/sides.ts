import type { Climate, Rates, Streams } from './climate.ts';
import { exp } from './elementary.ts';
import { addEvents } from './events.ts';
import { poisson } from './poisson.ts';
import { normals, type Random } from './random.ts';
import type { WorldSpec } from './spec.ts';
import { HIGHEST_RATE } from './spec.ts';

export type Side = 'baseline' | 'canary';

/** What one server counted of one metric, per interval. */
export interface Series {
  readonly requests: Int32Array;
  readonly bad: Int32Array;
}

/** Of one version: for each server, for each metric. */
export type SideSeries = readonly (readonly Series[])[];

/** Everything that one version's servers counted. */
export function sideSeries(spec: WorldSpec, climate: Climate, side: Side, streams: Streams): SideSeries {
  const servers = spec.servers?.[side] ?? 1;
  const normal = normals(streams(`${side}/servers`));
  const sd = spec.servers?.sd ?? 0;
  const client = heavyClientRequests(spec, climate, side, streams);
  // Both sides read the same stream, so that it is the same client wherever it is.
  const met = Math.floor(streams('client/server')() * servers);
  return Array.from({ length: servers }, (_, server) => {
    const factor = sd === 0 ? 1 : exp(sd * normal() - (sd * sd) / 2);
    const load = serverLoad(spec, climate, side, servers);
    const series = serverSeries(spec, load, climate[side], factor, (part) => streams(`${side}/${server}/${part}`));
    if (client !== null && server === met) for (const one of series) addAll(one, client);
    return series;
  });
}

/** Expected requests of one server per interval, without those of the heavy client. */
function serverLoad(spec: WorldSpec, { load, share }: Climate, side: Side, servers: number): Float64Array {
  const part = (1 - (spec.heavyClient?.part ?? 0)) / servers;
  return load.map((all, i) => all * part * partOf(side, share[i] ?? 0));
}

function partOf(side: Side, share: number): number {
  return side === 'canary' ? share : 1 - share;
}

/**
 * Good and bad requests are drawn apart and added up. For independent failures that is the same as drawing requests and making each
 * bad with the rate's chance; with clumps it means that a retry is a request too, and that bad never exceeds requests.
 */
function serverSeries(
  spec: WorldSpec,
  load: Float64Array,
  rates: Rates,
  factor: number,
  streams: Streams,
): readonly Series[] {
  const { count, correlation, affected } = spec.metrics;
  const scaled = (rate: Float64Array): Float64Array =>
    factor === 1 ? rate : rate.map((each) => Math.min(HIGHEST_RATE, each * factor));
  const plain = scaled(rates.plain);
  const changed = rates.affected === rates.plain ? plain : scaled(rates.affected);
  const goods = new Map<Float64Array, Int32Array>();
  const goodOf = (rate: Float64Array): Int32Array => {
    const good = goods.get(rate) ?? goodRequests(streams(`good/${goods.size}`), load, rate);
    goods.set(rate, good);
    return good;
  };
  const common = new Int32Array(load.length);
  if (correlation > 0) {
    const means = load.map((requests, i) => requests * correlation * (plain[i] ?? 0));
    addEvents(streams('bad/common'), means, spec, common);
  }
  return Array.from({ length: count }, (_, metric) => {
    const rate = metric < affected ? changed : plain;
    const bad = common.slice();
    const means = load.map((requests, i) => requests * ((rate[i] ?? 0) - correlation * (plain[i] ?? 0)));
    addEvents(streams(`bad/${metric}`), means, spec, bad);
    const good = goodOf(rate);
    return { bad, requests: bad.map((events, i) => events + (good[i] ?? 0)) };
  });
}

function goodRequests(next: Random, load: Float64Array, rate: Float64Array): Int32Array {
  const good = new Int32Array(load.length);
  for (let i = 0; i < good.length; i += 1) {
    const mean = (load[i] ?? 0) * (1 - (rate[i] ?? 0));
    if (mean > 0) good[i] = poisson(next, mean);
  }
  return good;
}

/** What is counted of the heavy client on this side, all bad; null without one. It is on the canary while the share exceeds its fixed place. */
function heavyClientRequests(spec: WorldSpec, { load, share }: Climate, side: Side, streams: Streams) {
  const client = spec.heavyClient;
  if (client === null) return null;
  const place = streams('client')();
  const next = streams(`client/${side}`);
  let known = false;
  return Int32Array.from(load, (all, i) => {
    const here = place < (share[i] ?? 0) ? 'canary' : 'baseline';
    const requests = here === side ? poisson(next, all * client.part) : 0;
    if (client.counted === 'requests' || requests === 0) return requests;
    const first = known ? 0 : 1;
    known = true;
    return first;
  });
}

function addAll(series: Series, bad: Int32Array): void {
  for (let i = 0; i < bad.length; i += 1) {
    series.bad[i] = (series.bad[i] ?? 0) + (bad[i] ?? 0);
    series.requests[i] = (series.requests[i] ?? 0) + (bad[i] ?? 0);
  }
}
