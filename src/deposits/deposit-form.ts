import { z } from 'zod';
import { example, readSum } from '../invoices/invoice-form.ts';
import { isCurrency } from '../money/currency.ts';
import { percentOf, readPercent } from '../money/percent.ts';
import { isId } from '../platform/ids.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { type DepositDraft, depositFaults, tidyDeposit } from './deposit.ts';

/** Only which fields there are; what may stand in them is the deposit's own rule (depositFaults). */
export const depositSchema = z.strictObject({
  customer: z.string(),
  currency: z.string(),
  ask: z.enum(['sum', 'percent']).default('sum'),
  total: z.string().default(''),
  percent: z.string().default(''),
  orderReference: z.string(),
  orderTotal: z.string(),
  note: z.string(),
  submissionId: z
    .string()
    .refine((id) => isId(id, 'req'), 'Please open this page again.')
    .optional(),
  /** What was shown to be confirmed: see confirmationOf. */
  agreed: z.string().optional(),
});

/** What was typed as a draft, and a sentence for each field at fault but the customer. */
export function draftOf(
  typed: Record<string, string>,
  customerId: string,
): { draft: DepositDraft; errors: FieldErrors } {
  const currency = (typed.currency ?? '').trim().toUpperCase();
  const orderTotal = (typed.orderTotal ?? '').trim();
  const orderTotalMinor = orderTotal === '' ? null : readSum(orderTotal, currency);
  const asked = typed.ask === 'percent' ? partOf(typed, orderTotalMinor) : sumOf(typed, currency);
  const draft: DepositDraft = {
    customerId,
    currency,
    totalMinor: asked.totalMinor,
    orderReference: typed.orderReference ?? '',
    orderTotalMinor: orderTotalMinor ?? null,
    percentBasisPoints: asked.percentBasisPoints,
    note: typed.note ?? '',
  };
  const { customerId: _chosen, ...errors } = depositFaults(tidyDeposit(draft));
  if (typed.ask === 'percent') delete errors.total;
  Object.assign(errors, asked.errors);
  if (!isCurrency(currency)) errors.currency = 'Enter a currency code of three letters, such as EUR.';
  if (orderTotalMinor === undefined) errors.orderTotal = `Enter a sum such as ${example(currency)}, or nothing.`;
  return { draft, errors };
}

function sumOf(typed: Record<string, string>, currency: string) {
  const totalMinor = readSum(typed.total ?? '', currency);
  const errors: FieldErrors = totalMinor === undefined ? { total: `Enter a sum such as ${example(currency)}.` } : {};
  return { totalMinor: totalMinor ?? 0, percentBasisPoints: null, errors };
}

function partOf(typed: Record<string, string>, orderTotalMinor: number | null | undefined) {
  const percentBasisPoints = readPercent(typed.percent ?? '') ?? null;
  if (percentBasisPoints !== null) {
    return { totalMinor: percentOf(orderTotalMinor ?? 0, percentBasisPoints), percentBasisPoints, errors: {} };
  }
  const errors: FieldErrors = { percent: 'Enter a part above 0 and up to 100, such as 30 or 12.5.' };
  if (orderTotalMinor === null) errors.orderTotal = 'Enter the total of the order: the deposit is a part of it.';
  return { totalMinor: 0, percentBasisPoints, errors };
}

/**
 * What a person has to see before it is asked for: a sum that was worked out, and other deposits for the same order. As
 * a text that the form carries back; empty when there is nothing to confirm.
 */
export function confirmationOf(draft: DepositDraft, others: ReadonlyArray<{ id: string }>): string {
  const sum = draft.percentBasisPoints ? [draft.totalMinor] : [];
  return [...sum, ...others.map((other) => other.id)].join(' ');
}
