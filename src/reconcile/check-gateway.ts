import { accountLabel } from '../accounts/account.ts';
import { gatewayOf, listAccounts } from '../accounts/accounts.store.ts';
import type { GatewayPayment, GatewayRefund } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { HOUR_MS } from '../platform/clock.ts';
import { isOver, type RefundState } from '../refunds/refund.ts';
import type { CheckResult } from './check.ts';

interface OurPayment {
  id: string;
  gateway_ref: string | null;
  state: string;
  currency: string;
  amount_minor: number;
}

/**
 * Holds our card payments of every account against the gateway's, both ways; reads only. Payments settled in the last
 * moments are asked for again, so that a payment under way is no difference. Errors: GatewayError.
 */
export async function checkGateway(parts: PaymentParts): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const account of await listAccounts(parts.db)) {
    const ours = await ourPayments(parts, account.id);
    const theirs = new Map<string, GatewayPayment>();
    // From its connection on, also where nothing stands here: books of a backup may have lost what was charged.
    const since = new Date(Date.parse(await connectedAt(parts.db, account.id)) - HOUR_MS).toISOString();
    for await (const payment of (await gatewayOf(parts, account.id)).listPayments(since))
      theirs.set(payment.ref, payment);
    const refunds = await ourRefunds(parts, account.id);
    const theirRefunds: GatewayRefund[] = [];
    for await (const refund of (await gatewayOf(parts, account.id)).listRefunds(since)) theirRefunds.push(refund);
    results.push(
      ...[
        chargesAreBooked(ours, theirs),
        bookingsAreCharged(ours, theirs, account.livemode),
        oneConfirmable(ours, theirs),
        refundsAgree({ ours: refunds, theirs: theirRefunds, payments: ours }),
      ].map((result) => ({ ...result, promise: `${result.promise} (${accountLabel(account)})` })),
    );
  }
  return results;
}

async function ourPayments({ db }: PaymentParts, accountId: string) {
  return db.read
    .selectFrom('payment')
    .select(['id', 'gateway_ref', 'state', 'currency', 'amount_minor', 'created_at'])
    .where('account_id', '=', accountId)
    .where('method', '=', 'card')
    .orderBy('id')
    .execute();
}

interface OurRefund {
  id: string;
  origin: string;
  gateway_ref: string | null;
  state: string;
  currency: string;
  amount_minor: number;
}

async function ourRefunds({ db }: PaymentParts, accountId: string): Promise<OurRefund[]> {
  return db.read
    .selectFrom('refund')
    .select(['id', 'origin', 'gateway_ref', 'state', 'currency', 'amount_minor'])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute();
}

/** What was given back here was given back there, one for one, and nothing else was of payments of ours. */
function refundsAgree({
  ours,
  theirs,
  payments,
}: {
  ours: OurRefund[];
  theirs: GatewayRefund[];
  payments: OurPayment[];
}): CheckResult {
  const byRef = new Map(theirs.map((one) => [one.ref, one]));
  const known = new Map(ours.map((one) => [one.id, one]));
  const named = new Map(ours.map((one) => [one.gateway_ref, one]));
  const paymentRefs = new Set(payments.map((one) => one.gateway_ref));
  const booked = ours.filter((one) => one.state === 'succeeded' || one.state === 'pending');
  const notThere = booked
    .filter((one) => {
      const there = byRef.get(one.gateway_ref ?? '');
      const sameSum = there?.money.amountMinor === one.amount_minor && there.money.currency === one.currency;
      const sameMark = one.origin === 'gateway' || there?.reference === one.id;
      return !(sameSum && sameMark && isGone(there));
    })
    .map((one) => ({ refundId: one.id, gatewayRef: one.gateway_ref, fault: 'refunded here, not so there' }));
  const notHere = theirs
    .filter((one) => isGone(one) && paymentRefs.has(one.paymentRef ?? ''))
    .filter((one) => {
      const here = named.get(one.ref) ?? known.get(one.reference ?? '');
      // One that is on its way to the gateway may be there already without a name here.
      return !here || (here.gateway_ref !== null && here.gateway_ref !== one.ref) || isOver(here.state as RefundState);
    })
    .map((one) => ({
      gatewayRef: one.ref,
      paymentRef: one.paymentRef,
      amountMinor: one.money.amountMinor,
      currency: one.money.currency,
      fault: 'refunded there, not here',
    }));
  return {
    invariant: 5,
    promise: 'refunds here equal refunds there',
    looked: Math.max(booked.length, theirs.length),
    broken: [...notThere, ...notHere],
  };
}

function isGone({ status }: GatewayRefund): boolean {
  return status === 'pending' || status === 'succeeded';
}

/** Every succeeded charge with our mark is one payment here. */
function chargesAreBooked(ours: OurPayment[], theirs: Map<string, GatewayPayment>): CheckResult {
  const paid = new Map(ours.filter((one) => one.state === 'paid').map((one) => [one.id, one.gateway_ref]));
  const taken = [...theirs.values()].filter((one) => one.status === 'succeeded' && one.reference);
  const broken = taken
    .filter((one) => paid.get(one.reference as string) !== one.ref)
    .map((one) => ({
      gatewayRef: one.ref,
      reference: one.reference,
      receivedMinor: one.receivedMinor,
      fault: 'charged, not booked',
    }));
  return { invariant: 3, promise: 'every charge at the gateway is booked once', looked: taken.length, broken };
}

/** Every card payment here is one charge there, equal in amount, currency, reference and live mode. */
function bookingsAreCharged(ours: OurPayment[], theirs: Map<string, GatewayPayment>, livemode: boolean): CheckResult {
  const booked = ours.filter((one) => one.state === 'paid');
  const broken = booked
    .filter((one) => {
      const there = theirs.get(one.gateway_ref ?? '');
      return !(
        there?.status === 'succeeded' &&
        there.receivedMinor === one.amount_minor &&
        there.money.currency === one.currency &&
        there.reference === one.id &&
        there.livemode === livemode
      );
    })
    .map((one) => ({
      paymentId: one.id,
      gatewayRef: one.gateway_ref,
      amountMinor: one.amount_minor,
      fault: 'booked, not charged so',
    }));
  return { invariant: 4, promise: 'every card payment here is the same charge there', looked: booked.length, broken };
}

/** A payment that is over here can no longer be confirmed there. */
function oneConfirmable(ours: OurPayment[], theirs: Map<string, GatewayPayment>): CheckResult {
  const over = new Set(ours.filter((one) => one.state === 'paid' || one.state === 'cancelled').map((one) => one.id));
  const open = [...theirs.values()].filter((one) => one.status === 'needs-card' || one.status === 'needs-action');
  const broken = open
    .filter((one) => one.reference && over.has(one.reference))
    .map((one) => ({
      gatewayRef: one.ref,
      paymentId: one.reference,
      status: one.status,
      fault: 'still open at the gateway',
    }));
  return { invariant: 2, promise: 'nothing that is over here is open at the gateway', looked: open.length, broken };
}

async function connectedAt(db: PaymentParts['db'], accountId: string): Promise<string> {
  const { created_at } = await db.read
    .selectFrom('account')
    .select('created_at')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  return created_at;
}
