import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import type { EnvironmentSettings } from './schema.ts';

/** Put in when an environment is resolved. */
export const RESOLVED_PLACEHOLDERS = ['environment', 'service'] as const;
/** Put in when something is announced. */
const ALERT_PLACEHOLDERS = ['run', 'alert'] as const;
/** Put in by the platform when an instance starts. */
export const INSTANCE_PLACEHOLDERS = ['port', 'host', 'release'] as const;

const TOKEN = /\{([A-Za-z]+)\}/g;

/** Puts `{environment}` and `{service}` in; other braces stay. */
export function fill(text: string, values: Readonly<Record<(typeof RESOLVED_PLACEHOLDERS)[number], string>>): string {
  return text.replaceAll(TOKEN, (token, name: string) => {
    const known = RESOLVED_PLACEHOLDERS.find((candidate) => candidate === name);
    return known === undefined ? token : values[known];
  });
}

export interface UnknownPlaceholder {
  readonly path: readonly (string | number)[];
  readonly token: string;
  readonly known: readonly string[];
  readonly nearest: string | undefined;
}

/** Placeholders that nothing would ever fill, in the texts where placeholders are meant. PromQL has braces of its own. */
export function unknownPlaceholders(settings: EnvironmentSettings): readonly UnknownPlaceholder[] {
  const found: UnknownPlaceholder[] = [];
  const look = (path: readonly (string | number)[], text: unknown, known: readonly string[]): void => {
    if (typeof text !== 'string') return;
    for (const [, name] of text.matchAll(TOKEN)) {
      if (name === undefined || known.includes(name)) continue;
      found.push({ path, token: `{${name}}`, known, nearest: nearest(name, known, distance) });
    }
  };
  const instance = [...INSTANCE_PLACEHOLDERS, ...RESOLVED_PLACEHOLDERS];
  for (const [name, component] of Object.entries(settings.components)) {
    if (component.kind === 'image') {
      look(['components', name, 'tag'], component.tag, ['version', 'commit']);
      continue;
    }
    if (component.kind === 'script') {
      look(['components', name, 'address'], component.address, RESOLVED_PLACEHOLDERS);
      continue;
    }
    look(['components', name, 'image', 'tag'], component.image?.tag, ['version', 'commit']);
    const at = component.kind === 'go' ? ['components', name] : ['components', name, 'serve'];
    const runs = component.kind === 'go' ? component : component.serve;
    for (const [index, word] of (runs?.command ?? []).entries()) look([...at, 'command', index], word, instance);
    for (const [variable, value] of Object.entries(runs?.env ?? {})) look([...at, 'env', variable], value, instance);
  }
  if (settings.platform.kind !== 'kubernetes')
    look(['platform', 'root'], settings.platform.root, RESOLVED_PLACEHOLDERS);
  if (settings.platform.kind === 'ssh')
    for (const key of ['localRoot', 'knownHosts', 'identityFile'] as const)
      look(['platform', key], settings.platform[key], RESOLVED_PLACEHOLDERS);
  if (settings.traffic.kind !== 'argo-rollouts')
    look(['traffic', 'directory'], settings.traffic.directory, RESOLVED_PLACEHOLDERS);
  for (const key of ['repository', 'branch', 'file', 'path', 'signingKey'] as const)
    look(['gitops', key], settings.gitops?.[key], RESOLVED_PLACEHOLDERS);
  for (const [index, { url }] of settings.purge.entries()) look(['purge', index, 'url'], url, RESOLVED_PLACEHOLDERS);
  look(['metrics', 'prometheus', 'url'], settings.metrics.prometheus?.url, RESOLVED_PLACEHOLDERS);
  const { backup } = settings;
  look(['backup', 'repository'], backup?.repository, RESOLVED_PLACEHOLDERS);
  for (const [index, path] of (backup?.files ?? []).entries())
    if (typeof path === 'string') look(['backup', 'files', index], path, RESOLVED_PLACEHOLDERS);
  for (const [name, { match, inputs }] of Object.entries(settings.alerts ?? {})) {
    for (const [label, value] of Object.entries(match))
      look(['alerts', name, 'match', label], value, RESOLVED_PLACEHOLDERS);
    for (const [input, text] of Object.entries(inputs))
      look(['alerts', name, 'inputs', input], text, RESOLVED_PLACEHOLDERS);
  }
  const { alertmanager, webhook, labels = {}, links } = settings.announce ?? {};
  for (const [index, url] of (alertmanager?.urls ?? []).entries())
    look(['announce', 'alertmanager', 'urls', index], url, RESOLVED_PLACEHOLDERS);
  look(['announce', 'webhook', 'url'], webhook?.url, RESOLVED_PLACEHOLDERS);
  for (const [name, value] of Object.entries(labels)) look(['announce', 'labels', name], value, RESOLVED_PLACEHOLDERS);
  for (const key of ['run', 'runbook'] as const)
    look(['announce', 'links', key], links?.[key], [...ALERT_PLACEHOLDERS, ...RESOLVED_PLACEHOLDERS]);
  return found;
}
