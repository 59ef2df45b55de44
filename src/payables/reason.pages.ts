import { z } from 'zod';
import { type FieldErrors, Refusal } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { type PaymentInTheWay, paymentInTheWay } from './lease.ts';
import { LONGEST_REASON } from './reason.ts';

/** What the page of such a deed sends. */
export const reasonForm = z.strictObject({ reason: z.string().default('') });

/** The second step of a deed that takes something back: what it does, and a reason to give. */
export interface ReasonAsked {
  title: string;
  back: { label: string; href: string };
  facts: Array<{ label: string; value: string }>;
  /** What follows from it, in sentences. */
  explanation: string[];
  action: string;
  button: string;
  reason: string;
}

/** The page that asks; with the error of a deed that was refused, it says so and keeps what was typed. */
export function reasonPage(asked: ReasonAsked, refused?: Refusal) {
  const inTheWay = refused && paymentInTheWay(refused);
  return {
    view: 'payables/reason',
    layout: 'office' as const,
    ...asked,
    typed: { reason: asked.reason },
    errors: refused && !inTheWay ? errorsOf(refused) : {},
    longest: LONGEST_REASON,
    inTheWay: inTheWay && inTheWayShown(inTheWay, withQuery(asked.action, { reason: asked.reason })),
  } satisfies Page & Record<string, unknown>;
}

/** A payment in the way, and where cancelling it comes back to. */
export function inTheWayShown(inTheWay: PaymentInTheWay, back: string) {
  return { ...inTheWay, back };
}

/** The refusal of a deed that a page can show. Errors: any other error is thrown on. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal && (error.status === 409 || error.status === 422)) return error;
  throw error;
}

function errorsOf(refused: Refusal): FieldErrors {
  return Object.keys(refused.fields).length > 0 ? refused.fields : { form: refused.message };
}
