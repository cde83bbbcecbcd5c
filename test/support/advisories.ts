import { createServer, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { satisfies } from 'semver';
import { z } from 'zod';
import { zipOf } from './zip.ts';

/** A few published vulnerabilities, as OSV's databases and as a registry of npm packages have them. */

interface Advisory {
  readonly ecosystem: 'npm' | 'Go';
  readonly name: string;
  readonly id: string;
  readonly aliases: readonly string[];
  readonly fixed: string;
  readonly severity: 'LOW' | 'MODERATE' | 'HIGH' | 'CRITICAL';
  /** Vector of CVSS 3.1; left out: nobody has rated it. */
  readonly vector?: string;
  readonly score: number;
  readonly cwe: readonly string[];
  readonly title: string;
}

export const ADVISORIES: readonly Advisory[] = [
  {
    ...{ ecosystem: 'npm', name: 'lodash', id: 'GHSA-35jh-r3h4-6jhm', aliases: ['CVE-2021-23337'], fixed: '4.17.21' },
    ...{ severity: 'HIGH', score: 7.2, vector: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H', cwe: ['CWE-77'] },
    title: 'commands can be put into templates of lodash',
  },
  {
    ...{ ecosystem: 'npm', name: 'minimist', id: 'GHSA-xvch-5gv4-984h', aliases: ['CVE-2021-44906'], fixed: '1.2.6' },
    ...{ severity: 'CRITICAL', score: 9.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', cwe: ['CWE-1321'] },
    title: 'prototypes can be changed by arguments of minimist',
  },
  {
    ...{ ecosystem: 'npm', name: 'node-fetch', id: 'GHSA-r683-j2x4-v87g', aliases: ['CVE-2022-0235'], fixed: '2.6.7' },
    ...{ severity: 'HIGH', score: 6.1, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', cwe: ['CWE-601'] },
    title: 'node-fetch sends secrets to where it is redirected',
  },
  {
    ...{ ecosystem: 'npm', name: 'evil-package', id: 'MAL-2026-0001', aliases: [], fixed: '999.0.0' },
    ...{ severity: 'CRITICAL', score: 0, cwe: ['CWE-506'], title: 'it was made to do harm' },
  },
  {
    ...{ ecosystem: 'Go', name: 'golang.org/x/text', id: 'GO-2020-0015', aliases: ['CVE-2020-14040'], fixed: '0.3.3' },
    ...{ severity: 'HIGH', score: 7.5, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', cwe: ['CWE-835'] },
    title: 'decoding of UTF-16 never ends',
  },
  {
    ...{
      ecosystem: 'Go',
      name: 'github.com/google/uuid',
      id: 'GO-2026-9001',
      aliases: ['CVE-2026-9001'],
      fixed: '9.9.9',
    },
    ...{ severity: 'HIGH', score: 0, cwe: [], title: 'planted in New' },
  },
];

/** OSV's form: https://ossf.github.io/osv-schema/ */
function osvEntry({ ecosystem, name, id, aliases, fixed, severity, vector, title, cwe }: Advisory): string {
  return JSON.stringify({
    ...{ schema_version: '1.6.0', id, modified: '2026-01-01T00:00:00Z', published: '2026-01-01T00:00:00Z', aliases },
    ...{ summary: title, details: title },
    ...(vector === undefined ? {} : { severity: [{ type: 'CVSS_V3', score: vector }] }),
    affected: [
      { package: { ecosystem, name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }] },
    ],
    database_specific: { severity, cwe_ids: cwe },
  });
}

/** Databases as OSV's bucket has them, by their paths. */
export function osvDatabases(
  ecosystems: readonly Advisory['ecosystem'][] = ['npm', 'Go'],
): ReadonlyMap<string, Buffer> {
  return new Map(
    ecosystems.map((ecosystem) => {
      const own = ADVISORIES.filter((one) => one.ecosystem === ecosystem);
      return [`${ecosystem}/all.zip`, zipOf(Object.fromEntries(own.map((one) => [`${one.id}.json`, osvEntry(one)])))];
    }),
  );
}

/** What npm sends: names, each with the versions that are there (npm's "bulk advisory" endpoint). */
const bulk = z.record(z.string().min(1), z.array(z.string().min(1)).min(1));

export interface AdvisoryRegistry {
  readonly url: string;
  /** Bodies of the questions that were asked. */
  readonly asked: readonly Readonly<Record<string, readonly string[]>>[];
  close(): Promise<void>;
}

/** How a registry can be of no use. */
export type RegistryFault = 'knows-nothing' | 'refuses' | 'garbage';

/** A registry on loopback that knows of the vulnerable npm packages, and has the lists of versions that npm asks for. */
export async function advisoryRegistry(fault?: RegistryFault): Promise<AdvisoryRegistry> {
  const asked: Record<string, string[]>[] = [];
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (request.method === 'POST' && request.url === '/-/npm/v1/security/advisories/bulk') {
      bodyOf(request).then(
        (body) => {
          const wanted = bulk.parse(JSON.parse(body));
          asked.push(wanted);
          if (fault === 'refuses') answer(405, { error: 'not allowed' });
          else if (fault === 'garbage') answer(200, '<html>log in</html>');
          else answer(200, fault === 'knows-nothing' ? {} : advisoriesFor(wanted));
        },
        (error: unknown) => answer(500, { error: String(error) }),
      );
      return;
    }
    const known = ADVISORIES.find(({ name }) => request.url === `/${encodeURIComponent(name)}`);
    if (known === undefined) answer(404, { error: 'not found' });
    else
      answer(
        200,
        packument(
          known,
          asked.flatMap((one) => one[known.name] ?? []),
        ),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server that listens has an address');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function advisoriesFor(
  wanted: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly object[]>> {
  const hits = ADVISORIES.filter(
    ({ ecosystem, name, fixed }) =>
      ecosystem === 'npm' && (wanted[name] ?? []).some((version) => satisfies(version, `<${fixed}`)),
  );
  return Object.fromEntries(
    hits.map(({ name, id, fixed, severity, score, vector = null, cwe, title }, at) => [
      name,
      [
        {
          ...{
            id: 1_000_000 + at,
            url: `https://github.com/advisories/${id}`,
            title,
            severity: severity.toLowerCase(),
          },
          ...{ vulnerable_versions: `<${fixed}`, cwe, cvss: { score, vectorString: vector } },
        },
      ],
    ]),
  );
}

function packument({ name, fixed }: Advisory, installed: readonly string[]): object {
  const versions = ['0.0.1', ...installed, fixed].map((version) => [
    version,
    { name, version, dist: { tarball: 'http://127.0.0.1:9/none.tgz' } },
  ]);
  return { name, 'dist-tags': { latest: fixed }, versions: Object.fromEntries(versions) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  const bytes = Buffer.concat(parts);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** A package.json and its lock file of packages at these versions; a licence may stand beside each. */
export function npmProject(
  packages: Readonly<Record<string, { readonly version: string; readonly license?: string }>>,
): Readonly<Record<'package.json' | 'package-lock.json', string>> {
  const dependencies = Object.fromEntries(Object.entries(packages).map(([name, { version }]) => [name, version]));
  const root = { name: 'planted', version: '1.0.0', dependencies };
  const modules = Object.entries(packages).map(([name, one]) => [`node_modules/${name}`, one]);
  return {
    'package.json': `${JSON.stringify(root, null, 2)}\n`,
    'package-lock.json': `${JSON.stringify(
      {
        ...{ name: 'planted', version: '1.0.0', lockfileVersion: 3, requires: true },
        packages: { '': root, ...Object.fromEntries(modules) },
      },
      null,
      2,
    )}\n`,
  };
}
