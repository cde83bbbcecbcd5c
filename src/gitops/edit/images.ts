import { bad, ok, type Result } from '../../model/problem.ts';
import type { EditProblem } from './problems.ts';
import { readValue } from './read.ts';
import { type EditResult, type SetOptions, setValue } from './set.ts';

/** The usual edits of a manifest: each is a path and what becomes of the value there. Pure. */

type Edit = Omit<SetOptions, 'missing' | 'format'>;

const TAG = /^[\w][\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;
const NAME = /^(?:[A-Za-z0-9.-]+(?::\d{1,5})?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;

export interface ImageReference {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Takes `registry:5000/name:tag@sha256:…` apart; undefined when it is none. Pure. */
export function parseImage(text: string): ImageReference | undefined {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(':');
  const tag = colon > rest.lastIndexOf('/') ? rest.slice(colon + 1) : undefined;
  const name = tag === undefined ? rest : rest.slice(0, colon);
  if (!NAME.test(name) || (tag !== undefined && !TAG.test(tag)) || (digest !== undefined && !DIGEST.test(digest)))
    return undefined;
  return { name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

export function formatImage({ name, tag, digest }: ImageReference): string {
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/**
 * Of an image reference in one value (`containers[name=api].image`): another tag, another digest, or both. The name stays. What is not
 * given goes: a tag beside the digest of another image would mislead, and a digest would win over a new tag.
 */
export function imageEdit(path: string, image: Omit<ImageReference, 'name'>): Edit {
  return {
    path,
    type: 'string',
    value: (before) => {
      const there = before === undefined ? undefined : parseImage(before);
      if (there === undefined) return bad(noImage(path, before));
      const wanted = formatImage({ name: there.name, ...image });
      return parseImage(wanted) === undefined ? bad(noImage(path, wanted)) : ok(wanted);
    },
  };
}

/** A value of a Helm chart; its kind stays. */
export function helmValueEdit(path: string, value: string): Edit {
  return { path, value };
}

export function replicasEdit(count: number, path = 'spec.replicas'): Edit {
  return { path, value: String(count), type: 'number' };
}

export function annotationEdit(key: string, value: string, under = 'metadata.annotations'): Edit {
  return { path: `${under}[${JSON.stringify(key)}]`, value, type: 'string' };
}

export interface KustomizeImage {
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/**
 * Of the entry of `images:` in a kustomization with this `name`. A digest that stays would win over a new tag, and a tag that stays would
 * not be the digest's: then both must be given.
 */
export function setKustomizeImage(
  text: string,
  name: string,
  image: KustomizeImage,
  where: string,
): Result<EditResult> {
  const entry = `images[name=${JSON.stringify(name)}]`;
  const other = image.digest === undefined && image.newTag !== undefined ? 'digest' : 'newTag';
  const alone = (image.digest === undefined) !== (image.newTag === undefined);
  const there = readValue(text, { path: `${entry}.${other}` }, where);
  if (alone && there.ok && there.value !== null) return bad(halfImage(where, entry, other));
  const edits = Object.entries(image).map(([key, value]) => ({
    path: `${entry}.${key}`,
    value,
    type: 'string' as const,
  }));
  return setValues(text, edits, where);
}

/** Several edits of one text: all, or none. The result tells of the last one that changed something. Pure. */
export function setValues(text: string, edits: readonly SetOptions[], where: string): Result<EditResult> {
  let done: Result<EditResult> | undefined;
  let now = text;
  for (const edit of edits) {
    const next = setValue(now, edit, where);
    if (!next.ok) return next;
    now = next.value.text;
    if (done?.ok !== true || next.value.changed || !done.value.changed) done = next;
  }
  return done ?? bad(noImage(where, undefined));
}

function noImage(where: string, found: string | undefined): EditProblem {
  return {
    code: 'gitops.image',
    where,
    found: found ?? 'nothing',
    expected: 'an image such as registry.example.org/api:1.2.3 or …@sha256:…',
    remedy: 'mend the value in the file, or the tag or digest that was given',
  };
}

function halfImage(where: string, entry: string, other: string): EditProblem {
  return {
    code: 'gitops.image',
    where,
    found: `${other} at ${entry}, which was not given`,
    expected: 'newTag and digest together, where one of them stands already',
    remedy: `give both, or take ${other} out of the file`,
  };
}
