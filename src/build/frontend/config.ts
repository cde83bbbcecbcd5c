import { z } from 'zod';
import { argvSchema, httpPathSchema } from '../../model/scalars.ts';
import { sizeSchema } from '../../model/size.ts';
import { ENCODINGS, type Encoding, encodingSchema } from '../../model/web-files.ts';

/** Keys of a component of kind `static` that say how its files are made ready to be served. All may be left out. */

const PACKAGE = 'the name of a package, such as esbuild or @parcel/watcher';
const SOURCE =
  "a source such as https://cdn.example.com, wss:, data:, blob:, 'self', 'none' or 'wasm-unsafe-eval'; what allows inline code, eval or everything is refused";

const sourceSchema = z
  .string({ error: SOURCE })
  .regex(
    /^(?:'(?:self|none|wasm-unsafe-eval)'|(?:https?|wss?|data|blob):|(?:(?:https?|wss?):\/\/)?(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5}|:\*)?(?:\/[A-Za-z0-9._~%/-]*)?)$/,
    SOURCE,
  )
  .meta({ title: 'source' });

const sources = (what: string) => z.array(sourceSchema).min(1, SOURCE).exactOptional().describe(what);

const REPORT = 'a path of letters, digits and . _ ~ - /, such as /api/csp';
const reportSchema = z
  .string({ error: REPORT })
  .regex(/^\/[A-Za-z0-9._~/-]*$/, REPORT)
  .meta({ title: 'path' });

const cspSchema = z.strictObject({
  mode: z
    .enum(['enforce', 'report'])
    .default('enforce')
    .describe('`enforce`: browsers refuse what the policy does not allow. `report`: they only say so.'),
  report: reportSchema.exactOptional().describe('Path that browsers report violations to.'),
  sources: z
    .strictObject({
      'script-src': sources('Scripts from elsewhere.'),
      'style-src': sources('Styles from elsewhere.'),
      'img-src': sources('Images from elsewhere.'),
      'font-src': sources('Fonts from elsewhere.'),
      'connect-src': sources('Where scripts may send requests to.'),
      'media-src': sources('Sound and video.'),
      'frame-src': sources('Pages that may be shown inside a page.'),
      'worker-src': sources('Workers.'),
      'form-action': sources('Where forms may be sent to.'),
      'frame-ancestors': sources('Who may show a page inside its own.'),
    })
    .prefault({})
    .describe('What the pages need beyond their own origin, by directive.'),
});

const limits = z.strictObject({
  js: sizeSchema.exactOptional().describe('Scripts that are loaded with the page.'),
  css: sizeSchema.exactOptional().describe('Styles that are loaded with the page.'),
  total: sizeSchema.exactOptional().describe('The page itself, its scripts, styles and preloads together.'),
});

export const frontendKeys = {
  test: argvSchema
    .exactOptional()
    .describe('Command that tests the sources, run in the source before the build, such as `[npm, test]`.'),
  packages: z
    .strictObject({
      scripts: z
        .array(z.string({ error: PACKAGE }).regex(/^(?:@[a-z0-9._~-]+\/)?[a-z0-9._~-]+$/i, PACKAGE))
        .default([])
        .describe('Packages whose install scripts may run. Those of all others do not.'),
    })
    .exactOptional()
    .describe('How the packages of the lock file are installed.'),
  compress: z
    .strictObject({
      encodings: z
        .array(encodingSchema)
        .default([...ENCODINGS])
        .describe('Content codings that are made beside each file.'),
      from: sizeSchema.prefault('1kB').describe('Smaller files are not compressed.'),
    })
    .exactOptional()
    .describe('Files that are compressed once, in the build. Left out: brotli, zstd and gzip, from 1 kB on.'),
  integrity: z
    .boolean({ error: 'true or false' })
    .exactOptional()
    .describe('Put `integrity` into the tags that load scripts and styles with a hash in their name. Default: true.'),
  csp: cspSchema
    .exactOptional()
    .describe('Content security policy, made from the pages and sent with them. Left out: no such header.'),
  budget: z
    .strictObject({
      unit: z
        .enum(['brotli', 'zstd', 'gzip', 'none'])
        .default('brotli')
        .describe('The form of the files whose sizes count.'),
      routes: z
        .record(httpPathSchema, limits)
        .describe('What a page may load, by its path. A page that loads more is not released.'),
    })
    .exactOptional()
    .describe('How much a page may load.'),
};

const frontendConfig = z.strictObject(frontendKeys);
/** As it stands in shiplock.yaml: what was left out is absent, so that older configurations keep their hash. */
export type FrontendConfig = Readonly<z.infer<typeof frontendConfig>>;
export type CspConfig = NonNullable<FrontendConfig['csp']>;
export type BudgetConfig = NonNullable<FrontendConfig['budget']>;

/** What a component says of it. What is left out stays out: a configuration that says nothing keeps its hash. Pure. */
export function givenFrontend(component: FrontendConfig): { readonly frontend?: FrontendConfig } {
  const { test, packages, compress, integrity, csp, budget } = component;
  const frontend: FrontendConfig = {
    ...(test === undefined ? {} : { test }),
    ...(packages === undefined ? {} : { packages }),
    ...(compress === undefined ? {} : { compress }),
    ...(integrity === undefined ? {} : { integrity }),
    ...(csp === undefined ? {} : { csp }),
    ...(budget === undefined ? {} : { budget }),
  };
  return Object.keys(frontend).length === 0 ? {} : { frontend };
}

/** With the defaults put in. */
export interface FrontendSettings {
  readonly test: readonly string[] | null;
  readonly scripts: readonly string[];
  readonly encodings: readonly Encoding[];
  /** Bytes. */
  readonly compressFrom: number;
  readonly integrity: boolean;
  readonly csp: CspConfig | null;
  readonly budget: BudgetConfig | null;
}

/** Pure. */
export function frontendSettings(config: FrontendConfig): FrontendSettings {
  return {
    test: config.test ?? null,
    scripts: config.packages?.scripts ?? [],
    encodings: config.compress?.encodings ?? ENCODINGS,
    compressFrom: config.compress?.from ?? 1000,
    integrity: config.integrity ?? true,
    csp: config.csp ?? null,
    budget: config.budget ?? null,
  };
}
