import { accountProblem } from '../accounts/account.ts';
import { defaultAccountFor } from '../accounts/accounts.store.ts';
import type { Gateways } from '../gateway/gateways.ts';
import { readMailAddress } from '../mail/address.ts';
import { leasesOn } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import { type Clock, DAY_MS, laterIso, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** A document for which a link may be sent together with many others. */
export interface Candidate {
  payable: Payable;
  customer: { id: string; name: string; email: string };
  /** Why no link would be sent for it unless somebody wants it so, as a sentence. */
  problem: string | undefined;
  /** Nobody can want it so: there is nothing to send, or nowhere to send it to. */
  isOut: boolean;
}

/** Which of these documents links can be sent for, in the order given, and what speaks against the others. */
export async function readCandidates(
  parts: { db: Db; clock: Clock; gateways: Gateways },
  payableIds: readonly string[],
): Promise<Candidate[]> {
  const { db } = parts;
  const payables = await readPayables(db, payableIds);
  const [customers, leases, sent, accountFaults] = await Promise.all([
    customersOf(db, payables),
    leasesOn(db, payableIds),
    sentLately(parts, payableIds),
    accountFaultsOf(parts, payables),
  ]);
  const busy = new Set(leases.map((lease) => lease.payableId));
  return payableIds.flatMap((id) => {
    const payable = payables.find((one) => one.id === id);
    const customer = payable && customers.get(payable.customerId);
    if (!payable || !customer) return [];
    const out =
      (payable.dueMinor === 0 && (payable.state === 'void' ? 'It is void.' : 'It is paid already.')) ||
      (!readMailAddress(customer.email) && 'The customer has no e-mail address.') ||
      accountFaults.ofCurrency(payable.currency);
    const doubt =
      accountFaults.ofSum(payable) ||
      (busy.has(id) && 'It is being paid just now.') ||
      (sent.has(id) && 'A usable link was sent in the last 24 hours.');
    return { payable, customer, problem: out || doubt || undefined, isOut: Boolean(out) };
  });
}

async function customersOf(db: Db, payables: readonly Payable[]) {
  const ids = [...new Set(payables.map((payable) => payable.customerId))];
  if (ids.length === 0) return new Map();
  const rows = await db.read.selectFrom('customer').select(['id', 'name', 'email']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Those for which a usable link went out within a day. */
async function sentLately(
  { db, clock }: { db: Db; clock: Clock },
  payableIds: readonly string[],
): Promise<Set<string>> {
  if (payableIds.length === 0) return new Set();
  const rows = await db.read
    .selectFrom('link_payable')
    .innerJoin('link', 'link.id', 'link_payable.link_id')
    .innerJoin('letter', 'letter.link_id', 'link.id')
    .select('link_payable.payable_id')
    .distinct()
    .where('link_payable.payable_id', 'in', [...payableIds])
    .where('link.ended_as', 'is', null)
    .where('link.expires_at', '>', nowIso(clock))
    .where('letter.kind', 'in', ['link', 'link-replaced'])
    .where('letter.state', 'in', ['queued', 'accepted'])
    .where('letter.created_at', '>', laterIso(clock, -DAY_MS))
    .execute();
  return new Set(rows.map((row) => row.payable_id));
}

/** Why the account that takes a currency by default cannot take it, or not this sum. */
async function accountFaultsOf(
  { db, gateways }: { db: Db; gateways: Gateways },
  payables: readonly Payable[],
): Promise<{ ofCurrency(currency: string): string | undefined; ofSum(payable: Payable): string | undefined }> {
  const currencies = [...new Set(payables.map((payable) => payable.currency))];
  const accounts = new Map(
    await Promise.all(currencies.map(async (one) => [one, await defaultAccountFor(db, one)] as const)),
  );
  return {
    ofCurrency(currency) {
      const account = accounts.get(currency);
      return account ? accountProblem(account, currency) : `No payment service takes ${currency}.`;
    },
    ofSum({ currency, dueMinor }) {
      const account = accounts.get(currency);
      return account && gateways.hostedFields(account).checkAmount({ amountMinor: dueMinor, currency });
    },
  };
}
