import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type AnchorParts, anchorHead } from '../../src/audit/anchor-head.ts';
import { chainAfter, insertLinks } from '../../src/audit/chain.store.ts';
import { type AuditRow, continueChain, type Link, linkHash, rowHash } from '../../src/audit/chain.ts';
import { recordAudit, recordAudits, SYSTEM } from '../../src/audit/record.ts';
import { sealAudit } from '../../src/audit/seal-audit.ts';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { HOUR_MS, MINUTE_MS, nowIso } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { ENGINES, freshDatabase } from '../support/fresh-database.ts';
import { TestClock } from '../support/test-clock.ts';

describe.each(ENGINES)('the chain of the audit log on %s', (engine) => {
  let log: AnchorParts & { clock: TestClock };
  let database: { url: string; drop(): Promise<void> };
  beforeEach(async () => {
    database = await freshDatabase(engine);
    const db = await openDatabase(database.url);
    await migrate(db);
    const folder = mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), 'portal-anchors-'));
    const config = { auditAnchorFile: join(folder, 'deeper', 'anchors') };
    log = { db, clock: new TestClock(), log: createLogger('silent'), config };
  });
  afterEach(async () => {
    await log.db.close();
    await database.drop();
    rmSync(dirname(dirname(log.config.auditAnchorFile)), { recursive: true });
  });

  const deed = (n: number) => ({ actor: SYSTEM, action: 'link.revoked', subjectKind: 'link', subjectId: `lnk_${n}` });
  const write = (count: number) =>
    recordAudits(
      log,
      Array.from({ length: count }, (_, n) => deed(n)),
    );
  const verify = () => verifyChain(log);
  const kinds = async () => (await verify()).faults.map(({ kind, position, seq }) => [kind, position, seq]);
  const run = (query: string) => sql.raw(query).execute(log.db.q);

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
    await sealAudit(log);
    await anchorHead(log, { now: true });
    log.clock.advance(HOUR_MS);
    expect((await verify()).faults).toEqual([]);
    await dropTriggers();
  }

  /** Somebody who knows how it is made computes the whole chain anew over what the log says now. */
  async function rewriteChain(): Promise<void> {
    const rows = await log.db.q.selectFrom('audit').selectAll().orderBy('seq').execute();
    await run('delete from audit_chain');
    await insertLinks(log.db, continueChain(undefined, rows as AuditRow[], nowIso(log.clock)));
  }

  test('seals every line once, in chunks, and finds a sound log sound', async () => {
    await write(600);
    await write(400);
    expect(await sealAudit(log)).toBe(1000);
    await recordAudit(log, deed(1));
    const seen: number[] = [];
    const report = await verifyChain(log, async (done) => void seen.push(done));
    expect(report).toMatchObject({ sealed: 1001, faults: [] });
    expect(seen).toEqual([1000, 1001]);
    expect(await sealAudit(log)).toBe(0);
  });

  test('two that seal at once, as two processes do, make one chain', async () => {
    await write(600);
    const other = await openDatabase(database.url);
    try {
      const parts = { ...log, db: other };
      const counts = await Promise.all([sealAudit(log), sealAudit(parts), sealAudit(log)]);
      expect(counts.reduce((sum, count) => sum + count)).toBe(600);
    } finally {
      await other.close();
    }
    expect(await verify()).toMatchObject({ sealed: 600, faults: [] });
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
    const [before, link] = (await chainAfter(log.db, { position: 2, upTo: 4 }, 2)).map((one) => one.link);
    const row = await log.db.q.selectFrom('audit').selectAll().where('seq', '=', 4).executeTakeFirstOrThrow();
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
    const { db } = log;
    const rows = await db.q
      .selectFrom('audit')
      .select(['seq', 'at', 'subject_id'])
      .where('seq', 'in', [3, 7])
      .execute();
    const exchange = async (of: Record<number, number>) => {
      for (const { seq, at, subject_id } of rows) {
        await db.q
          .updateTable('audit')
          .set({ at, subject_id })
          .where('seq', '=', of[seq] as number)
          .execute();
      }
    };
    await exchange({ 3: 7, 7: 3 });
    expect(await kinds()).toEqual([['swapped', 3, 3]]);
    await exchange({ 3: 3, 7: 7 });
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
    await sealAudit(log);
    log.clock.advance(HOUR_MS);
    const override = engine === 'postgres' ? 'overriding system value' : '';
    await run(`insert into audit (seq, at, actor_kind, action, subject_kind, subject_id, detail) ${override}
      values (2, '2020-01-01T00:00:00.000Z', 'system', 'receipt.reviewed', 'receipt', 'rcp_1', '{}')`);
    expect(await kinds()).toEqual([['inserted', undefined, 2]]);
  });

  test('the anchors stand in a file that only its owner can read, at most one a minute', async () => {
    const file = log.config.auditAnchorFile;
    const anchors = async () =>
      (await readFile(file, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    await anchorHead(log);
    await write(1);
    await sealAudit(log);
    await anchorHead(log);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await write(1);
    await sealAudit(log);
    await anchorHead(log);
    expect((await anchors()).map((anchor) => anchor.position)).toEqual([1]);
    log.clock.advance(MINUTE_MS);
    await anchorHead(log);
    await anchorHead(log);
    expect(await anchors()).toMatchObject([{ position: 1 }, { position: 2, count: 2, hash: expect.any(String) }]);

    // A torn line is told, and spoils no other.
    await appendFile(file, '{"at":"2026');
    await write(1);
    await sealAudit(log);
    await anchorHead(log, { now: true });
    expect(await verify()).toMatchObject({ anchors: 3, faults: [{ kind: 'anchor-unreadable' }] });
    await writeFile(file, '');
    expect(await verify()).toMatchObject({ anchors: 0, faults: [] });
  });
});
