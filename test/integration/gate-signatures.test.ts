import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GateRules, SignatureQuestion, Signer } from '../../src/model/people.ts';
import { unwrap } from '../../src/model/problem.ts';
import { createGatekeeper } from '../../src/procedure/gate/keeper.ts';
import { ownerOf, plainKey, publicKeyOf, sshSignatures, sshSigner } from '../../src/procedure/gate/ssh.ts';
import { GATE_NAMESPACE, type GateStatement, gateText } from '../../src/procedure/gate/statement.ts';
import {
  createExec,
  gateStatement,
  giveEvidence,
  readRun,
  resumeProcedure,
  runProcedure,
} from '../../src/procedure/index.ts';
import { bench } from '../support/engine.ts';
import { procedureOf } from '../support/gate-attack.ts';
import { readForged, writeForged } from '../support/journal-forge.ts';
import { type KeyPair, newKey } from '../support/keys.ts';
import { person, policy } from '../support/policy.ts';
import { fakeSign, fakeSignatures } from '../support/signatures.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** Signatures by the real ssh-keygen, and the fake of the property tests against it. */

const exec = createExec();
const real = sshSignatures(exec);
let dir = '';
let keys: Readonly<Record<'anna' | 'ben' | 'cara', KeyPair>>;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-keys-'));
  keys = { anna: newKey(dir, 'anna'), ben: newKey(dir, 'ben', 'ecdsa'), cara: newKey(dir, 'cara', 'rsa') };
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const key = (name: keyof typeof keys): string => plainKey(keys[name].line) ?? '';
const signer = (name: keyof typeof keys): Promise<Signer> => sshSigner(exec, { key: keys[name].file, person: name });

const STATEMENT: GateStatement = {
  run: 'r1',
  environment: 'production',
  gate: 'release/approval',
  opening: 'a1',
  subject: 'b2',
  planHash: 'c3',
  host: 'h',
  person: 'anna',
  kind: 'evidence',
  reason: '',
  items: { seen: true, load: 3, why: 'ü “quoted” \n second line' },
};

describe('a signature', () => {
  test('of each kind of key is good for its text, its person and its purpose', async () => {
    for (const name of ['anna', 'ben', 'cara'] as const) {
      const text = gateText({ ...STATEMENT, person: name });
      const signature = await (await signer(name)).sign(text, GATE_NAMESPACE);
      const question = { text, signature, namespace: GATE_NAMESPACE, person: name, keys: [key('anna'), key(name)] };
      expect(await real.verify(question)).toBeUndefined();
    }
  });

  test('is bad for a statement that differs in any part', async () => {
    const signature = await (await signer('anna')).sign(gateText(STATEMENT), GATE_NAMESPACE);
    const changed: readonly Partial<GateStatement>[] = [
      { run: 'r2' },
      { environment: 'staging' },
      { gate: 'release/other' },
      { opening: 'a2' },
      { subject: 'b3' },
      { planHash: 'c4' },
      { host: 'g' },
      { person: 'ben' },
      { kind: 'override' },
      { reason: 'x' },
      { items: {} },
      { items: { ...STATEMENT.items, load: 4 } },
    ];
    for (const change of changed) {
      const text = gateText({ ...STATEMENT, ...change });
      const question = { text, signature, namespace: GATE_NAMESPACE, person: 'anna', keys: [key('anna')] };
      expect(await real.verify(question), JSON.stringify(change)).toMatch(/./);
    }
  });

  test('the fake of the property tests answers as ssh-keygen does', async () => {
    const text = gateText(STATEMENT);
    const other = gateText({ ...STATEMENT, run: 'r2' });
    const spaces = [GATE_NAMESPACE, 'shiplock-start@v1'] as const;
    const lists = [['anna'], ['ben'], ['ben', 'anna'], []] as const;
    let asked = 0;
    for (const by of ['anna', 'ben'] as const) {
      for (const madeFor of spaces) {
        const [armoured, faked] = [await (await signer(by)).sign(text, madeFor), fakeSign(key(by), text, madeFor)];
        for (const namespace of spaces) {
          for (const list of lists) {
            for (const shown of [text, other]) {
              const question = { text: shown, namespace, person: 'anna', keys: list.map(key) };
              const good = (answer: string | undefined): boolean => answer === undefined;
              const both = [
                good(await real.verify({ ...question, signature: armoured })),
                good(await fakeSignatures.verify({ ...question, signature: faked })),
              ];
              expect(both[0], JSON.stringify({ by, madeFor, namespace, list, same: shown === text })).toBe(both[1]);
              asked++;
            }
          }
        }
      }
    }
    expect(asked).toBe(64);
  });

  test('rubbish, and what tries to be an option or a line of the list of signers, is no signature', async () => {
    const question: SignatureQuestion = {
      text: 'x',
      signature: '',
      namespace: GATE_NAMESPACE,
      person: 'anna',
      keys: [key('anna')],
    };
    for (const signature of ['', 'x', '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n', '\0']) {
      expect(await real.verify({ ...question, signature })).toMatch(/./);
    }
    expect(await real.verify({ ...question, keys: [] })).toBe('the policy lists no key');
    for (const line of [
      'cert-authority ssh-ed25519 AAAA',
      '* ssh-ed25519 AAAA',
      'ssh-ed25519 AAAA\n* ssh-ed25519 BBBB',
      'ssh-dss AAAA',
      'anna',
    ]) {
      expect(plainKey(line)).toBeUndefined();
    }
    expect(plainKey(`${key('anna')} anna@laptop "x"`)).toBe(key('anna'));
  });

  test('what cannot be checked does not count, and says why', async () => {
    const hangs = sshSignatures({
      read: async () => {
        throw new Error('no answer within 10 s');
      },
    });
    const question = { text: 'x', signature: 'x', namespace: GATE_NAMESPACE, person: 'anna', keys: [key('anna')] };
    expect(await hangs.verify(question)).toBe('it could not be checked: no answer within 10 s');
  });

  test('another ssh-keygen on PATH has no say', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'shiplock-bin-'));
    const before = process.env['PATH'];
    try {
      for (const name of ['ssh-keygen', 'env', 'bash']) {
        const line = `Good "${GATE_NAMESPACE}" signature for anna with ED25519 key x`;
        writeFileSync(join(bin, name), `#!/bin/sh\necho '${line}'\n`, { mode: 0o755 });
      }
      process.env['PATH'] = `${bin}:${before ?? ''}`;
      const question = { text: 'x', signature: 'x', namespace: GATE_NAMESPACE, person: 'anna', keys: [key('anna')] };
      expect(await real.verify(question)).toMatch(/./);
    } finally {
      process.env['PATH'] = before;
      rmSync(bin, { recursive: true });
    }
  });
});

test('a key is known by its public half, its private half, or not at all', async () => {
  const people = [{ ...person('anna'), keys: [key('anna')] }];
  expect(ownerOf(people, await publicKeyOf(exec, keys.anna.file), keys.anna.file)).toBe('anna');
  expect(ownerOf(people, await publicKeyOf(exec, `${keys.anna.file}.pub`), 'x')).toBe('anna');
  rmSync(`${keys.ben.file}.pub`);
  expect(await publicKeyOf(exec, keys.ben.file)).toBe(key('ben'));
  expect(() => ownerOf(people, key('ben'), 'x')).toThrow(/gate.unknown-key/);
  await expect(publicKeyOf(exec, join(dir, 'none'))).rejects.toThrow(/gate.cannot-sign/);
  await expect((await sshSigner(exec, { key: join(dir, 'none'), person: 'anna' })).sign('x', 'n')).rejects.toThrow(
    /gate.cannot-sign/,
  );
});

describe('a run with real signatures', () => {
  const rules: Partial<GateRules> = { approvals: 1 };
  const setUp = async () => {
    const on = bench();
    const clock = virtualClock();
    const people = (['anna', 'ben', 'cara'] as const).map((name) => ({
      ...person(name, 'approver'),
      keys: [key(name)],
    }));
    const authors = [{ did: 'wrote commit 1', person: 'anna', how: 'by its signature' }];
    const gatekeeper = createGatekeeper({ policy: policy(people, rules), signatures: real, clock, authors });
    const options = { ...on.options(clock), gatekeeper };
    const first = await clock.runUntil(
      runProcedure(procedureOf(on, 1), { ...options, run: 'r1', signer: await signer('anna') }),
    );
    expect(first.outcome).toBe('waiting');
    const filling = { store: on.store, run: 'r1', gate: 'all/one', evidence: { go: 'on' }, by: 'x', clock, gatekeeper };
    const resume = () => clock.runUntil(resumeProcedure(procedureOf(on, 1), 'r1', options));
    return { on, clock, filling, resume };
  };

  test('who started it is refused, another person lets it pass, and the record proves it again later', async () => {
    const { on, clock, filling, resume } = await setUp();
    using _bench = on;
    const own = await clock.runUntil(giveEvidence({ ...filling, signer: await signer('anna') }));
    expect(own.ok ? [] : own.problems.map(({ code }) => code)).toEqual(['gate.four-eyes']);
    const given = await clock.runUntil(giveEvidence({ ...filling, signer: await signer('cara') }));
    expect(given).toEqual({ ok: true, value: { evidence: { go: 'on' }, waitsFor: [] } });
    expect((await resume()).gate?.path).toBe('all/inner/two');
    expect(on.files()).toEqual(['a']);
    const note = (await readRun(on.store, 'r1')).entries.find(
      ({ record }) => record.type === 'step.done' && record.node === 'all/one',
    );
    expect(note?.payload).toMatchObject({ note: 'filled in by cara' });
    // One letter of the recorded answers is changed, the chain made whole again: the gate opens again.
    const records = await readForged(on.store, 'r1');
    const forged = records.map((record) =>
      record.type === 'gate.evidence' ? { ...record, data: { ...Object(record.data), host: 'elsewhere' } } : record,
    );
    await writeForged(on.store, 'r1', forged);
    const again = await resume();
    expect(again).toMatchObject({ outcome: 'waiting', gate: { path: 'all/one' } });
    expect(again.problems.map(({ code }) => code)).toContain('gate.signature-invalid');
  });

  test('a signature that was made on another machine is taken', async () => {
    const { on, clock, filling, resume } = await setUp();
    using _bench = on;
    const text = unwrap(await gateStatement({ ...filling, person: 'cara' }));
    const file = join(dir, 'statement');
    writeFileSync(file, text);
    execFileSync('ssh-keygen', ['-Y', 'sign', '-q', '-f', keys.cara.file, '-n', GATE_NAMESPACE, file], {
      stdio: 'pipe',
    });
    const armoured = execFileSync('cat', [`${file}.sig`], { encoding: 'utf8' });
    const signature = { person: 'cara', text: armoured };
    const wrong = await clock.runUntil(giveEvidence({ ...filling, evidence: { go: 'back' }, signature }));
    expect(wrong.ok ? [] : wrong.problems.map(({ code }) => code)).toEqual(['gate.signature-invalid']);
    expect((await clock.runUntil(giveEvidence({ ...filling, signature }))).ok).toBe(true);
    expect((await resume()).gate?.path).toBe('all/inner/two');
  });
});
