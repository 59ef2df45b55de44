import { laterIso, nowIso } from '../platform/clock.ts';
import { type AnchorParts, anchorHead } from './anchor-head.ts';
import { type Actor, recordAudit } from './record.ts';
import { CLAIM_MS } from './start-audit-check.ts';
import { verifyChain } from './verify-chain.ts';

/** How often the row says how far it is. */
const TELL_EVERY_MS = 500;

/**
 * Runs a check that was asked for to its end and writes down what it found. Never throws: a check that breaks off is
 * written down as failed, and logged.
 */
export async function runAuditCheck(parts: AnchorParts, { id, actor }: { id: string; actor: Actor }): Promise<void> {
  const { db, clock, log } = parts;
  const of = () => db.q.updateTable('audit_check').where('id', '=', id).where('state', '=', 'running');
  let toldAtMs = 0;
  const tell = async (done: number, total: number) => {
    if (Date.now() - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = Date.now();
    await of()
      .set({ done_lines: done, total_lines: total, claimed_until: laterIso(clock, CLAIM_MS) })
      .execute();
  };
  try {
    const report = await verifyChain(parts, tell);
    await db.tx(async () => {
      const end = { finished_at: nowIso(clock), done_lines: report.sealed, total_lines: report.sealed };
      await of()
        .set({ state: 'done', report: JSON.stringify(report), ...end })
        .execute();
      await recordAudit(parts, {
        actor,
        action: 'audit.checked',
        subjectKind: 'audit',
        subjectId: id,
        detail: { lines: report.sealed, anchors: report.anchors, faults: report.faults.length },
      });
    });
    await anchorHead(parts);
  } catch (error) {
    log.error({ err: error, check: id }, 'a check of the audit log broke off');
    await of()
      .set({ state: 'failed', finished_at: nowIso(clock) })
      .execute()
      .catch((again) => log.error({ err: again, check: id }, 'and could not be written down as failed'));
  }
}
