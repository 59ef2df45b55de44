import type { CaseKind } from '../cases/case.ts';
import type { NewCase } from '../cases/open-case.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Difference, DifferenceKind, ObjectKind } from './difference.ts';
import { subjectOf } from './difference.ts';

interface CaseWords {
  kind: CaseKind;
  /** The key under which other deeds open a case about the same finding: it is one case. */
  key(difference: Difference): string;
  sentence: string;
}

const byOurId = (prefix: string) => (difference: Difference) => `${prefix}-${difference.ours?.id ?? ''}`;
const byRef = (prefix: string) => (difference: Difference) => `${prefix}-${subjectOf(difference)}`;

const DISPUTED: CaseWords = {
  kind: 'gateway-mismatch',
  key: byRef('dispute-differs'),
  sentence: 'A dispute did not move the same sum on both sides. Compare its movements at the gateway with those here.',
};

const WORDS: Record<ObjectKind, Record<DifferenceKind, CaseWords>> = {
  payment: {
    'not-booked': {
      kind: 'unknown-charge',
      key: byRef('unknown'),
      sentence: 'The gateway took this money, but the payment cannot be booked here. Book it or refund it.',
    },
    unknown: {
      kind: 'unknown-charge',
      key: byRef('unknown'),
      sentence:
        'The gateway took this money and it carries our mark, but there is no such payment here. Find out whose it is, then book or refund it.',
    },
    'made-outside': {
      kind: 'unknown-charge',
      key: byRef('unknown'),
      sentence: 'This was charged at the gateway, not here. Find out who did it, then correct the books.',
    },
    'amount-differs': {
      kind: 'gateway-mismatch',
      key: byOurId('mismatch'),
      sentence: 'The payment is not the same on both sides. Compare both and decide.',
    },
    'not-paid': {
      kind: 'booked-not-paid',
      key: byRef('not-paid'),
      sentence:
        'This payment is booked here, but the gateway does not say that it was paid. Look it up at the gateway, then correct the books.',
    },
    'still-open': {
      kind: 'still-open-at-gateway',
      key: byRef('still-open'),
      sentence: 'This payment is over here, but can still be paid at the gateway. Cancel it there.',
    },
  },
  refund: {
    'not-booked': {
      kind: 'gateway-mismatch',
      key: byOurId('refund-after-all'),
      sentence: 'The gateway gave this money back, but the refund cannot be booked here. Compare both and decide.',
    },
    unknown: {
      kind: 'refund-elsewhere',
      key: byRef('refund-elsewhere'),
      sentence:
        'The gateway gave this money back and it carries our mark, but there is no such refund here. Find out what it was for, then correct the books.',
    },
    'made-outside': {
      kind: 'refund-elsewhere',
      key: byRef('refund-elsewhere'),
      sentence:
        'This was refunded at the gateway, not here, so the books do not know of it. Find out who did it, then correct the books.',
    },
    'amount-differs': {
      kind: 'gateway-mismatch',
      key: byOurId('mismatch'),
      sentence: 'The refund is not the same on both sides. Compare both and decide.',
    },
    'not-paid': {
      kind: 'booked-not-paid',
      key: byRef('not-paid'),
      sentence:
        'This refund is booked here, but the gateway does not say that it was made. Look it up at the gateway, then correct the books.',
    },
    'still-open': {
      kind: 'gateway-mismatch',
      key: byOurId('refund-after-all'),
      sentence: 'This refund is over here, but on its way at the gateway. Give nothing else back before it is clear.',
    },
  },
  dispute: {
    'not-booked': DISPUTED,
    unknown: DISPUTED,
    'made-outside': DISPUTED,
    'amount-differs': DISPUTED,
    'not-paid': DISPUTED,
    'still-open': DISPUTED,
  },
};

/** The case that a difference becomes when it cannot be repaired: the same one that any other word about it opens. */
export function caseOf(difference: Difference, { kind, accountId }: { kind: ObjectKind; accountId: string }): NewCase {
  const { ours, theirs } = difference;
  const words = WORDS[kind][difference.kind];
  const isOurPayment = kind === 'payment' && ours !== undefined;
  return {
    kind: words.kind,
    dedupeKey: words.key(difference),
    subjectKind: isOurPayment ? 'payment' : 'account',
    subjectId: isOurPayment ? ours.id : accountId,
    summary: `${words.sentence} Here: ${sideOf(ours)}. There: ${sideOf(theirs)} (${theirs?.ref ?? ours?.ref ?? 'no name'}).`,
    detail: { gatewayRef: theirs?.ref ?? ours?.ref, ours: ours?.id, reference: theirs?.reference },
  };
}

const STAGES = { open: 'not paid', 'on-its-way': 'on its way', done: 'done', over: 'over' } as const;

function sideOf(side: Difference['ours'] | Difference['theirs']): string {
  return side ? `${showMoneyWithCode(side)}, ${STAGES[side.stage]}` : 'nothing';
}
