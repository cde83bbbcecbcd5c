import { z } from 'zod';
import {
  type Earlier,
  type Finish,
  type FrontendConfig,
  frontendSettings,
  pagesOutputsSchema,
  readWebFiles,
  sizeLines,
  sizeTable,
} from '../../build/index.ts';
import type { RecordedEntry } from '../../procedure/index.ts';
import type { Fact } from '../../report/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { liveVersion, readEnvironmentRecord, readReleaseRecord } from '../record.ts';
import type { BuiltComponent } from './units.ts';

type FrontendPlace = Pick<ServiceEnvironment, 'store' | 'environment' | 'door'>;

/** How the files of a static component are made ready, and what they are compared with. */
export function finishOf(component: string, config: FrontendConfig, service: FrontendPlace): Finish {
  return {
    settings: frontendSettings(config),
    self: service.door.self,
    earlier: () => servingFiles(component, service),
  };
}

/**
 * What the component's files are in the release that serves the environment; null: none serves, or its artefact is not kept on this machine.
 */
async function servingFiles(
  component: string,
  { store, environment }: Pick<FrontendPlace, 'store' | 'environment'>,
): Promise<Earlier | null> {
  const record = await readEnvironmentRecord(store, environment.environment, environment.service);
  const version = liveVersion(record);
  const release = version === null ? null : await readReleaseRecord(store, environment.environment, version);
  const specs = release === null ? [] : [...release.files, ...(release.unit === null ? [] : [release.unit])];
  const spec = specs.find((one) => one.component === component);
  const files = spec === undefined ? null : await readWebFiles(spec.artefact);
  return spec === undefined || files === null ? null : { version: spec.version, files };
}

/** What the pages of static components load, as lines for a terminal. Pure. */
export function pagesText(made: Readonly<Record<string, BuiltComponent>>): readonly string[] {
  return Object.entries(made).flatMap(([component, { pages }]) =>
    pages === undefined ? [] : [...sizeLines(pages.report), ...pages.notes].map((line) => `${component} ${line}`),
  );
}

/** The same as Markdown for the summary of a job; empty for what has no pages. Pure. */
export function pagesMarkdown(component: string, { pages }: BuiltComponent): string {
  if (pages === undefined) return '';
  const notes = pages.notes.map((note) => `- ${note}`);
  return ['', `### Pages of ${component}`, '', sizeTable(pages.report), ...notes, ''].join('\n');
}

const recordedSchema = z.object({ outputs: pagesOutputsSchema });

/** What the pages of each component load, from the journal of a build. Pure. */
export function pagesFacts(entries: readonly RecordedEntry[]): readonly Fact[] {
  return entries.flatMap(({ record, payload }) => {
    const component = /(?:^|\/)build-([^/]+)\/pages$/.exec(record.node ?? '')?.[1];
    if (record.type !== 'step.done' || component === undefined) return [];
    const { data } = recordedSchema.safeParse(payload);
    return (data === undefined ? [] : sizeLines(data.outputs.report)).map((value) => ({
      name: `pages of ${component}`,
      value,
    }));
  });
}
