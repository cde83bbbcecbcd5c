import { z } from 'zod';
import { type Json, jsonSchema, parsedJson } from '../../model/json.ts';
import type { Kube, KubeKind, KubeObject } from '../../model/kube.ts';
import { ProblemError } from '../../model/problem.ts';
import { missingObject } from '../../procedure/kube/problems.ts';
import { type ApplicationPlace, applicationKind, lookOf, type ResourceLook, resourcesOf } from './application.ts';

/** Drift: what git says, what Argo CD was told to apply, and what is there; explained field by field. */

/** One field that is not as it was applied. */
export interface FieldDrift {
  /** `spec.template.spec.containers[name=api].image` */
  readonly path: string;
  readonly desired: Json | undefined;
  readonly live: Json | undefined;
  /** Field manager that wrote what is there, and when; null: nobody says so (the field is gone). */
  readonly by: { readonly manager: string; readonly time: string } | null;
}

export interface ResourceDrift {
  /** `Rollout demo/api` */
  readonly resource: string;
  readonly state: 'differs' | 'missing' | 'not-in-git' | 'not-explained';
  readonly fields: readonly FieldDrift[];
}

export interface Drift {
  /** Commit that Argo CD compared with, and what it says of it. */
  readonly revision: string;
  readonly sync: string;
  readonly errors: readonly string[];
  readonly resources: readonly ResourceDrift[];
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Looks at every resource that Argo CD calls out of sync, and with `all` at each one that it manages. */
export async function observeDrift(
  kube: Kube,
  place: ApplicationPlace,
  options: { readonly all: boolean; readonly signal?: AbortSignal },
): Promise<Drift> {
  const { signal } = options;
  const kind = applicationKind(place.namespace);
  const object = await kube.get(kind, place.name, signal);
  if (object === null) throw new ProblemError(missingObject('platform.application', kind, place.name));
  const { revision, sync, errors } = lookOf(object);
  const chosen = resourcesOf(object).filter((one) => options.all || one.status !== 'Synced');
  const found: ResourceDrift[] = [];
  for (const one of chosen) found.push(...(await resourceDrift(kube, one, signal)));
  return { revision, sync, errors, resources: found };
}

async function resourceDrift(
  kube: Kube,
  one: ResourceLook,
  signal: AbortSignal | undefined,
): Promise<readonly ResourceDrift[]> {
  const resource = `${one.kind} ${one.namespace === undefined ? '' : `${one.namespace}/`}${one.name}`;
  const live = await kube.get(kindOf(one), one.name, signal);
  if (live === null) return [{ resource, state: 'missing', fields: [] }];
  const desired = lastApplied(live);
  // Without what was applied last there is nothing to compare with: with server-side apply, Argo CD keeps it in no annotation.
  if (desired === undefined) return one.status === 'Synced' ? [] : [{ resource, state: 'not-explained', fields: [] }];
  const fields = fieldDrift(desired, live.body);
  if (fields.length > 0) return [{ resource, state: 'differs', fields }];
  return one.status === 'Synced' ? [] : [{ resource, state: 'not-in-git', fields: [] }];
}

/** Plural by the rule that every built-in kind and those of Argo follow. */
function kindOf({ group, version, kind, namespace }: ResourceLook): KubeKind {
  const low = kind.toLowerCase();
  const plural = /(?:s|x|ch|sh)$/.test(low)
    ? `${low}es`
    : /[^aeiou]y$/.test(low)
      ? `${low.slice(0, -1)}ies`
      : `${low}s`;
  const exact = low === 'endpoints' ? low : plural;
  return { group, version, kind, plural: exact, ...(namespace === undefined ? {} : { namespace }) };
}

function lastApplied({ meta }: KubeObject): Json | undefined {
  const text = meta.annotations[LAST_APPLIED];
  if (text === undefined) return undefined;
  return jsonSchema.safeParse(parsedJson(text)).data;
}

/** Fields that were asked for and are otherwise. What the server or a controller added is no drift. Pure. */
export function fieldDrift(desired: Json, live: Json): readonly FieldDrift[] {
  const managed = managersOf(live);
  const found: FieldDrift[] = [];
  compare(desired, live, [], (path, wanted, there) => {
    found.push({ path: pathText(path), desired: wanted, live: there, by: writerOf(managed, path) });
  });
  return found;
}

/** A key of a map, or one item of a list: by its name where it has one, else by its place. */
type Key = { readonly kind: 'key'; readonly key: string } | Item;
type Item = { readonly kind: 'item'; readonly by: string; readonly value: Json; readonly index: number };
type Path = readonly Key[];

function compare(
  desired: Json,
  live: Json | undefined,
  path: Path,
  differs: (path: Path, desired: Json, live: Json | undefined) => void,
): void {
  if (isList(desired) && isList(live)) {
    compareLists(desired, live, path, differs);
  } else if (isMap(desired) && isMap(live)) {
    for (const [key, value] of Object.entries(desired)) {
      if (!isIgnored(path, key)) compare(value, valueAt(live, key), [...path, { kind: 'key', key }], differs);
    }
  } else if (!isSame(desired, live)) {
    differs(path, desired, live);
  }
}

function compareLists(
  desired: readonly Json[],
  live: readonly Json[],
  path: Path,
  differs: (path: Path, desired: Json, live: Json | undefined) => void,
): void {
  for (const [index, item] of desired.entries()) {
    const by = nameKey(item);
    const other = by === null ? live[index] : live.find((one) => sameItem(item, one, by));
    const value = by === null ? index : (valueAt(item, by) ?? null);
    compare(item, other, [...path, { kind: 'item', by: by ?? '', value, index }], differs);
  }
  if (live.length > desired.length && desired.every((item) => nameKey(item) === null)) differs(path, desired, live);
}

/** A null, an empty text and a missing field mean the same to the API server. */
function isSame(desired: Json, live: Json | undefined): boolean {
  if (desired === null || desired === '') return live === undefined || live === null || live === '';
  return desired === live || sameQuantity(desired, live);
}

function isIgnored(path: Path, key: string): boolean {
  if (path.length === 0) return key === 'status' || key === 'apiVersion';
  const inMeta = path.length === 1 && path[0]?.kind === 'key' && path[0].key === 'metadata';
  return inMeta && (key === 'creationTimestamp' || key === 'namespace');
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isMap(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(value: Json, key: string): Json | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What tells the items of a list apart, as the API server itself merges them. */
function nameKey(item: Json): string | null {
  return (
    ['name', 'containerPort', 'port', 'mountPath', 'key', 'ip'].find((key) => valueAt(item, key) !== undefined) ?? null
  );
}

function sameItem(item: Json, other: Json, by: string): boolean {
  return valueAt(item, by) === valueAt(other, by);
}

/** `1000m` is `1`, `1Gi` is `1024Mi`: the API server writes quantities in its own form. */
function sameQuantity(one: Json | undefined, other: Json | undefined): boolean {
  const [a, b] = [quantity(one), quantity(other)];
  return a !== null && b !== null && Math.abs(a - b) <= Math.abs(a) * 1e-9;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function quantity(value: Json | undefined): number | null {
  const match = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti|)$/.exec(
    typeof value === 'number' ? String(value) : textOf(value),
  );
  if (match === null) return null;
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function pathText(path: Path): string {
  return path
    .map((part) => {
      if (part.kind === 'key') return /^[\w-]+$/.test(part.key) ? `.${part.key}` : `["${part.key}"]`;
      return part.by === '' ? `[${part.index}]` : `[${part.by}=${String(part.value)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

const managersSchema = z.array(
  z.object({
    manager: z.string().default('unknown'),
    time: z.string().default(''),
    fieldsV1: z.unknown(),
  }),
);
type Managers = z.infer<typeof managersSchema>;

const managedBody = z.object({ metadata: z.object({ managedFields: managersSchema.default([]) }) });

function managersOf(live: Json): Managers {
  return managedBody.safeParse(live).data?.metadata.managedFields ?? [];
}

/** Who owns the field by now: of several the newest, since that one wrote last. */
function writerOf(managers: Managers, path: Path): FieldDrift['by'] {
  const owners = managers
    .filter(({ fieldsV1 }) => owns(fieldsV1, path))
    .toSorted((one, other) => other.time.localeCompare(one.time));
  const [newest] = owners;
  return newest === undefined ? null : { manager: newest.manager, time: newest.time };
}

/** Ownership is written as `f:key` for a map, `k:{…}` for a list with keys; an owner of the whole owns its parts. */
function owns(fields: unknown, path: Path): boolean {
  let here: unknown = fields;
  for (const part of path) {
    if (typeof here !== 'object' || here === null) return false;
    const entries: readonly (readonly [string, unknown])[] = Object.entries(here);
    const names = entries.filter(([key]) => key !== '.');
    // Nothing below: the whole value is owned.
    if (names.length === 0) return true;
    const found = names.find(([key]) => isPart(key, part));
    if (found === undefined) return false;
    here = found[1];
  }
  return true;
}

function isPart(key: string, part: Key): boolean {
  if (part.kind === 'key') return key === `f:${part.key}`;
  if (!key.startsWith('k:')) return false;
  const parsed = z.record(z.string(), jsonSchema).safeParse(JSON.parse(key.slice(2)));
  return parsed.success && parsed.data[part.by] === part.value;
}
