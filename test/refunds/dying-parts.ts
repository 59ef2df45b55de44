import type { Gateway } from '../../src/gateway/gateway.ts';
import type { PaymentParts } from '../../src/payments/payment-parts.ts';
import { insideTransaction } from '../../src/platform/database/database.ts';

/** Thrown where a process would have died; nothing runs after it. */
export class Died extends Error {}

/**
 * The same parts, which die at the n-th boundary: before and after each transaction, and before and after each call to the
 * gateway. What was committed or done there by then stays.
 */
export function dyingAt(parts: PaymentParts, killAt: number): PaymentParts {
  let passed = 0;
  const boundary = () => {
    passed += 1;
    if (passed >= killAt) throw new Died(`at boundary ${killAt}`);
  };
  const between = async <T>(deed: () => Promise<T>): Promise<T> => {
    boundary();
    const done = await deed();
    boundary();
    return done;
  };
  const db = new Proxy(parts.db, {
    get: (target, name) =>
      name === 'tx'
        ? (deed: () => Promise<unknown>) => (insideTransaction() ? target.tx(deed) : between(() => target.tx(deed)))
        : Reflect.get(target, name, target),
  });
  const dying = (gateway: Gateway): Gateway => ({
    ...gateway,
    createRefund: (wanted) => between(() => gateway.createRefund(wanted)),
    readRefund: (ref) => between(() => gateway.readRefund(ref)),
  });
  return {
    ...parts,
    db,
    gateways: { ...parts.gateways, open: (connection) => dying(parts.gateways.open(connection)) },
  };
}
