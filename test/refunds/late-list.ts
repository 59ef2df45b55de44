import type { PaymentParts } from '../../src/payments/payment-parts.ts';

/** The same parts at a gateway whose list does not show yet what it has made. */
export function withLateList(parts: PaymentParts): PaymentParts {
  return {
    ...parts,
    gateways: {
      ...parts.gateways,
      open: (connection) => ({ ...parts.gateways.open(connection), async *listRefunds() {} }),
    },
  };
}
