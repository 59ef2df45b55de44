import type { Actor } from '../audit/record.ts';
import { refuseWhileLeased } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import { Refusal, refuseFields } from '../platform/refusal.ts';
import { type InvoiceDraft, invoiceFaults, tidyInvoice } from './invoice.ts';
import { readInvoice } from './invoices.store.ts';
import { rewriteInvoice } from './rewrite-invoice.ts';

/**
 * Changes an invoice on which nothing is paid yet; its customer and currency stay. `version` is the one that the person
 * saw. Gives what changed, empty for nothing.
 * Errors: 404; Refusal `fields-invalid` (422), `not-changeable`, `changed-meanwhile`, `being-paid` (409).
 */
export async function changeInvoice(
  parts: { db: Db; clock: Clock },
  { id, version }: { id: string; version: number },
  given: Omit<InvoiceDraft, 'customerId' | 'currency'>,
  actor: Actor,
): Promise<Record<string, { from: string; to: string }>> {
  const { db } = parts;
  try {
    return await db.tx(async () => {
      await lockPayables(db, [id]);
      const invoice = await readInvoice(db, id);
      const { customerId, currency } = invoice.draft;
      const draft = tidyInvoice({ ...given, customerId, currency });
      const faults = invoiceFaults(draft);
      if (Object.keys(faults).length > 0) throw refuseFields(faults);
      const fixed = whyFixed(invoice.payable);
      if (fixed) throw new Refusal('not-changeable', 409, fixed);
      if (invoice.payable.version !== version) {
        throw new Refusal(
          'changed-meanwhile',
          409,
          'Somebody else changed this invoice meanwhile. Open it again and repeat your change.',
        );
      }
      await refuseWhileLeased(db, [id]);
      return rewriteInvoice(parts, invoice, draft, actor);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw refuseFields({ number: `Another invoice has the number ${given.number.trim()}.` });
  }
}

/** Why an invoice can no longer be changed by hand, as a sentence; undefined when it can. */
export function whyFixed({ state, paidMinor, creditedMinor }: Payable): string | undefined {
  if (state === 'void') return 'This invoice is void.';
  if (creditedMinor !== 0) return 'Part of this invoice is credited, so it can no longer be changed.';
  if (paidMinor !== 0 || state !== 'open')
    return 'Something has been paid on this invoice, so it can no longer be changed.';
  return undefined;
}
