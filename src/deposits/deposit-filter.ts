import { isId } from '../platform/ids.ts';

/** The states that can be filtered by. */
export const DEPOSIT_STATES = [
  'requested',
  'held',
  'part_applied',
  'applied',
  'part_refunded',
  'refunded',
  'void',
] as const;

/** What a list is narrowed to; empty means any. */
export interface DepositFilter {
  search: string;
  state: string;
  currency: string;
  customerId: string;
}

/** The filter in an address; what is none is left out. */
export function readDepositFilter(textOf: (name: string) => string): DepositFilter {
  const [state, currency, customerId] = [textOf('state'), textOf('currency').toUpperCase(), textOf('customer')];
  return {
    search: textOf('q'),
    state: DEPOSIT_STATES.some((known) => known === state) ? state : '',
    currency: /^[A-Z]{3}$/.test(currency) ? currency : '',
    customerId: isId(customerId, 'cus') ? customerId : '',
  };
}
