import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { anchorHead } from '../../src/audit/anchor-head.ts';
import { chainAfter, insertLinks } from '../../src/audit/chain.store.ts';
import { type AuditRow, continueChain, type Link, linkHash, rowHash } from '../../src/audit/chain.ts';
import { recordAudit, recordAudits, SYSTEM } from '../../src/audit/record.ts';
import { sealAudit } from '../../src/audit/seal-audit.ts';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { HOUR_MS, MINUTE_MS, nowIso } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database/database.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';

describe.each(ENGINES)('the chain of the audit log on %s', (engine) => {
  let portal: TestHouse;
  beforeEach(async () => {
    portal = await startHouse({ engine });
  });
  afterEach(() => portal.stop());

  const deed = (n: number) => ({ actor: SYSTEM, action: 'link.revoked', subjectKind: 'link', subjectId: `lnk_${n}` });
  const write = (count: number) =>
    recordAudits(
      portal.house,
      Array.from({ length: count }, (_, n) => deed(n)),
    );
  const verify = () => verifyChain(portal.house);
  const kinds = async () => (await verify()).faults.map(({ kind, position, seq }) => [kind, position, seq]);
  const run = (query: string) => sql.raw(query).execute(portal.house.db.q);

  /** As somebody with the database's password could. */
  async function dropTriggers(): Promise<void> {
    const names =
      engine === 'sqlite'
        ? ['audit_no_update', 'audit_no_delete', 'audit_chain_no_update', 'audit_chain_no_delete']
        : ['audit_append_only on audit', 'audit_chain_append_only on audit_chain'];
    for (const name of names) await run(`drop trigger ${name}`);
  }

  /** Ten sealed lines, anchored; nothing guards them any more. */
  async function tenSealedLines(): Promise<void> {
    await write(10);
    await sealAudit(portal.house);
    await anchorHead(portal.house, { now: true });
    portal.clock.advance(HOUR_MS);
    expect((await verify()).faults).toEqual([]);
    await dropTriggers();
  }

  /** Somebody who knows how it is made computes the whole chain anew over what the log says now. */
  async function rewriteChain(): Promise<void> {
    const rows = await portal.house.db.q.selectFrom('audit').selectAll().orderBy('seq').execute();
    await run('delete from audit_chain');
    await insertLinks(portal.house.db, continueChain(undefined, rows as AuditRow[], nowIso(portal.clock)));
  }

  test('seals every line once, in chunks, and finds a sound log sound', async () => {
    await write(700);
    await write(500);
    expect(await sealAudit(portal.house)).toBe(1200);
    await recordAudit(portal.house, deed(1));
    const seen: number[] = [];
    const report = await verifyChain(portal.house, async (done) => void seen.push(done));
    expect(report).toMatchObject({ sealed: 1201, faults: [] });
    expect(seen).toEqual([1000, 1201]);
    expect(await sealAudit(portal.house)).toBe(0);
  });

  test('two that seal at once, as two processes do, make one chain', async () => {
    await write(1100);
    const other = await openDatabase(portal.house.config.databaseUrl);
    try {
      const parts = { ...portal.house, db: other };
      const counts = await Promise.all([sealAudit(portal.house), sealAudit(parts), sealAudit(portal.house)]);
      expect(counts.reduce((sum, count) => sum + count)).toBe(1100);
    } finally {
      await other.close();
    }
    expect(await verify()).toMatchObject({ sealed: 1100, faults: [] });
  });

  test('an edited line is named', async () => {
    await tenSealedLines();
    await run(`update audit set detail = '{"reason":"forged"}' where seq = 4`);
    expect(await kinds()).toEqual([['edited', 4, 4]]);
    // Hiding it in the chain as well breaks what follows, or shows at the anchor.
    await rewriteChain();
    expect(await kinds()).toEqual([['rewritten', 10, undefined]]);
  });

  test('an edited line whose place was made to fit is named by what follows it', async () => {
    await tenSealedLines();
    await run(`update audit set action = 'link.issued' where seq = 4`);
    const [before, link] = (await chainAfter(portal.house.db, { position: 2, upTo: 4 }, 2)).map((one) => one.link);
    const row = await portal.house.db.q.selectFrom('audit').selectAll().where('seq', '=', 4).executeTakeFirstOrThrow();
    const forged = { ...(link as Link), rowHash: rowHash(row) };
    const hash = linkHash(before?.hash ?? '', forged);
    await run(`update audit_chain set row_hash = '${forged.rowHash}', hash = '${hash}' where position = 4`);
    expect(await kinds()).toEqual([['rewritten', 5, 5]]);
  });

  test('a deleted line is named, with its place in the chain or without it', async () => {
    await tenSealedLines();
    await run('delete from audit where seq = 6');
    expect(await kinds()).toEqual([['deleted', 6, 6]]);
    await run('delete from audit_chain where position = 6');
    expect(await kinds()).toEqual([['deleted', 6, undefined]]);
    await run('update audit_chain set position = -position where position > 6');
    await run('update audit_chain set position = -position - 1 where position < 0');
    expect(await kinds()).toEqual([
      ['rewritten', 6, 7],
      ['truncated', 10, undefined],
    ]);
  });

  test('swapped lines are named as swapped, and places put in another order too', async () => {
    await tenSealedLines();
    await run(`update audit set subject_id = 'x' where seq = 3`);
    await run(`update audit set subject_id = 'lnk_2' where seq = 7`);
    await run(`update audit set subject_id = 'lnk_6' where seq = 3`);
    expect(await kinds()).toEqual([['swapped', 3, 3]]);
    await run(`update audit set subject_id = 'lnk_2' where seq = 3`);
    await run(`update audit set subject_id = 'lnk_6' where seq = 7`);
    expect(await kinds()).toEqual([]);
    for (const [from, to] of [
      [8, 99],
      [9, 8],
      [99, 9],
    ])
      await run(`update audit_chain set position = ${to} where position = ${from}`);
    expect((await kinds()).map(([kind, position]) => [kind, position])).toEqual([
      ['reordered', 8],
      ['reordered', 9],
      ['reordered', 10],
    ]);
  });

  test('an end that was cut off is known to the anchor, also when the log has grown again', async () => {
    await tenSealedLines();
    await run('delete from audit where seq > 7');
    await run('delete from audit_chain where position > 7');
    expect((await verify()).faults).toMatchObject([
      { kind: 'truncated', position: 10, sentence: expect.stringContaining('stops at position 7') },
    ]);
    await write(5);
    expect(await kinds()).toEqual([['rewritten', 10, undefined]]);
  });

  test('a line inserted among sealed ones afterwards is named', async () => {
    await write(3);
    await dropTriggers();
    await run('delete from audit where seq = 2');
    await sealAudit(portal.house);
    portal.clock.advance(HOUR_MS);
    const override = engine === 'postgres' ? 'overriding system value' : '';
    await run(`insert into audit (seq, at, actor_kind, action, subject_kind, subject_id, detail) ${override}
      values (2, '2020-01-01T00:00:00.000Z', 'system', 'receipt.reviewed', 'receipt', 'rcp_1', '{}')`);
    expect(await kinds()).toEqual([['inserted', undefined, 2]]);
  });

  test('the anchors stand in a file that only its owner can read, at most one a minute', async () => {
    const file = portal.house.config.auditAnchorFile;
    const anchors = async () =>
      (await readFile(file, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    await anchorHead(portal.house);
    await write(1);
    await sealAudit(portal.house);
    await anchorHead(portal.house);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await write(1);
    await sealAudit(portal.house);
    await anchorHead(portal.house);
    expect((await anchors()).map((anchor) => anchor.position)).toEqual([1]);
    portal.clock.advance(MINUTE_MS);
    await anchorHead(portal.house);
    await anchorHead(portal.house);
    expect(await anchors()).toMatchObject([{ position: 1 }, { position: 2, count: 2, hash: expect.any(String) }]);

    // A torn line is told, and spoils no other.
    await appendFile(file, '{"at":"2026');
    await write(1);
    await sealAudit(portal.house);
    await anchorHead(portal.house, { now: true });
    expect(await verify()).toMatchObject({ anchors: 3, faults: [{ kind: 'anchor-unreadable' }] });
    await writeFile(file, '');
    expect(await verify()).toMatchObject({ anchors: 0, faults: [] });
  });
});
