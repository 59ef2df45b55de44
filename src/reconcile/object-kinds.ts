import { takeInDispute } from '../disputes/take-in-dispute.ts';
import {
  type Gateway,
  type GatewayDispute,
  GatewayError,
  type GatewayPayment,
  type GatewayPaymentStatus,
  type GatewayRefund,
  type GatewayRefundStatus,
} from '../gateway/gateway.ts';
import { hearOfPayment } from '../payments/hear-of-payment.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { hearOfRefund } from '../refunds/hear-of-refund.ts';
import type { ObjectKind, Stage, Theirs } from './difference.ts';

/** How one kind of object is asked for at a gateway, and who here is told of one that differs. */
interface ObjectKindRow {
  /** The figure of the desk that its sums make. */
  figure: string;
  /** All made since then, newest first, after the one named; page by page. */
  list(gateway: Gateway, sinceIso: string, afterRef?: string): AsyncIterable<Theirs>;
  read(gateway: Gateway, ref: string): Promise<Theirs>;
  /** The verb that any word about such an object leads to: it settles what is ours, and opens a case where it cannot. */
  hear(parts: PaymentParts, accountId: string, ref: string): Promise<void>;
}

const PAYMENT_STAGES: Record<GatewayPaymentStatus, Stage> = {
  'needs-card': 'open',
  'needs-action': 'open',
  processing: 'on-its-way',
  succeeded: 'done',
  cancelled: 'over',
};

const REFUND_STAGES: Record<GatewayRefundStatus, Stage> = {
  pending: 'on-its-way',
  succeeded: 'done',
  failed: 'over',
  cancelled: 'over',
};

/** The one table of what is reconciled; a further kind of object is a further row. */
export const OBJECT_KINDS: Record<ObjectKind, ObjectKindRow> = {
  payment: {
    figure: 'captured',
    list: (gateway, sinceIso, afterRef) => inOurWords(gateway.listPayments(sinceIso, afterRef), paymentThere),
    read: async (gateway, ref) => paymentThere(await gateway.readPayment(ref)),
    hear: hearOfPayment,
  },
  refund: {
    figure: 'refunded',
    list: (gateway, sinceIso, afterRef) => inOurWords(gateway.listRefunds(sinceIso, afterRef), refundThere),
    read: async (gateway, ref) => refundThere(await gateway.readRefund(ref)),
    hear: hearOfRefund,
  },
  dispute: {
    figure: 'disputed',
    list: (gateway, sinceIso, afterRef) => inOurWords(gateway.listDisputes(sinceIso, afterRef), disputeThere),
    read: async (gateway, ref) => disputeThere(await gateway.readDispute(ref)),
    hear: async (parts, accountId, ref) => {
      await takeInDispute(parts, accountId, ref);
    },
  },
};

export const KIND_NAMES = Object.keys(OBJECT_KINDS) as ObjectKind[];

/** One object as the gateway has it now; undefined when it has none of that name. Errors: GatewayError. */
export async function findThere(gateway: Gateway, kind: ObjectKind, ref: string): Promise<Theirs | undefined> {
  try {
    return await OBJECT_KINDS[kind].read(gateway, ref);
  } catch (error) {
    if (error instanceof GatewayError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

/** A page of a list: what one question to a gateway gives at most. */
export const PAGE_OBJECTS = 100;

/** All objects of a kind that the gateway made since then, newest first, in pages; those after one listed before, if named. */
export async function* listThere(
  gateway: Gateway,
  kind: ObjectKind,
  { sinceIso, afterRef }: { sinceIso: string; afterRef?: string | undefined },
): AsyncIterable<Theirs[]> {
  let page: Theirs[] = [];
  for await (const one of OBJECT_KINDS[kind].list(gateway, sinceIso, afterRef)) {
    if (page.push(one) < PAGE_OBJECTS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function* inOurWords<T>(list: AsyncIterable<T>, there: (one: T) => Theirs): AsyncIterable<Theirs> {
  for await (const one of list) yield there(one);
}

function paymentThere(payment: GatewayPayment): Theirs {
  const { ref, livemode, status, money } = payment;
  const reference = payment.reference || undefined;
  const stage = PAYMENT_STAGES[status];
  const amountMinor = stage === 'done' ? payment.receivedMinor : money.amountMinor;
  return { ref, reference, paymentRef: undefined, stage, currency: money.currency, amountMinor, livemode };
}

/** A refund does not say in which mode it was made: that of its account. */
function refundThere({ ref, reference, paymentRef, status, money }: GatewayRefund): Theirs {
  return {
    ref,
    reference: reference || undefined,
    paymentRef,
    stage: REFUND_STAGES[status],
    ...money,
    livemode: undefined,
  };
}

/** What is compared of a dispute is what it took, less what it gave back: none of either for an inquiry. */
function disputeThere({ ref, paymentRef, money, movements, livemode }: GatewayDispute): Theirs {
  const amountMinor = movements.reduce((sum, moved) => sum - moved.amountMinor, 0);
  return { ref, reference: undefined, paymentRef, stage: 'done', currency: money.currency, amountMinor, livemode };
}
