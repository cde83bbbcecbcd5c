import type { PlatformState, UnitSpec } from '../model/platform.ts';
import { instancesOf, readyInstances } from './capacity.ts';

/** Which host runs what. Pure. */

/** Instances of a version on each host, where there are so many hosts. */
export function perHost(replicas: number, hosts: number): number {
  return Math.max(1, Math.ceil(replicas / Math.max(1, hosts)));
}

/** Names of the hosts that answer. */
export function reachable({ hosts }: PlatformState): readonly string[] {
  return hosts.filter((host) => host.kind === 'reachable').map(({ name }) => name);
}

/** Hosts that answer and run fewer instances of a version than they should. */
export function shortOf(
  state: PlatformState,
  spec: UnitSpec,
  on: readonly string[] = reachable(state),
): readonly string[] {
  const wanted = perHost(spec.replicas, state.hosts.length);
  const running = instancesOf(state, spec.component, spec.version);
  const count = (name: string): number => running.filter((one) => one.on === name).length;
  return reachable(state).filter((name) => on.includes(name) && count(name) < wanted);
}

/** Ready instances of a version on some hosts. */
export function readyOn(
  state: PlatformState,
  spec: { readonly component: string; readonly version: string },
  on: readonly string[],
): number {
  return readyInstances(state, spec.component, spec.version).filter((one) => on.includes(one.on)).length;
}
