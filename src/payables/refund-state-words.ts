import type { RefundTable } from '../platform/database/tables.ts';

/** How each state of a refund is shown to staff, wherever one is listed. */
export const REFUND_STATE_WORDS: Record<
  RefundTable['state'],
  { label: string; tone: 'ok' | 'warn' | 'bad' | 'info' | 'muted' }
> = {
  waiting: { label: 'Waiting for a second person', tone: 'warn' },
  reserved: { label: 'Being sent', tone: 'warn' },
  sent: { label: 'Being sent', tone: 'warn' },
  pending: { label: 'On its way', tone: 'info' },
  succeeded: { label: 'Refunded', tone: 'ok' },
  failed: { label: 'Failed', tone: 'bad' },
  cancelled: { label: 'Cancelled', tone: 'muted' },
  declined: { label: 'Declined', tone: 'bad' },
  withdrawn: { label: 'Withdrawn', tone: 'muted' },
};
