import type { Json } from '../../model/json.ts';
import type { CspConfig, FrontendSettings } from './config.ts';

/** What a build asks of the program that finishes its files. What reads pages is loaded there, not by everybody who plans a build. */

export const FINISH_COMMAND = 'finish-frontend';

/** How files are made ready to be served; the same settings and files give the same bytes everywhere. */
export type FinishSettings = Pick<FrontendSettings, 'encodings' | 'compressFrom' | 'integrity' | 'csp'>;

/** Raised when the same files would be finished in another way: what was made before is then made again. */
export const FINISH_VERSION = '1';

/** What reaches the program that finishes, over its standard input. */
export function finishRequest(settings: FinishSettings): Json {
  const { encodings, compressFrom, integrity, csp } = settings;
  return { encodings, compressFrom, integrity, csp: csp === null ? null : cspJson(csp) };
}

function cspJson({ mode, report, sources }: CspConfig): Json {
  const given = Object.entries(sources).flatMap(([name, list]) => (list === undefined ? [] : [[name, list] as const]));
  return { mode, ...(report === undefined ? {} : { report }), sources: Object.fromEntries(given) };
}
