/** One connection to a gateway, as staff know it. */
export interface Account {
  id: string;
  name: string;
  kind: 'stripe' | 'sandbox';
  publishableKey: string;
  /** ISO 4217 codes that it takes; empty means any. */
  currencies: string[];
  statementSuffix: string;
  livemode: boolean;
  active: boolean;
  /** What the last check found wrong; empty when all was well. */
  problems: string[];
  checkedAt: string | undefined;
  /** The gateway's own name for it, as the last check gave it. */
  gatewayRef: string | undefined;
}

/** Why an account cannot take this currency now, as a sentence; undefined when it can. */
export function accountProblem(account: Account, currency: string): string | undefined {
  if (!account.active) return `The payment service account "${account.name}" is switched off.`;
  if (account.currencies.length > 0 && !account.currencies.includes(currency)) {
    return `The payment service account "${account.name}" does not take ${currency}.`;
  }
  return undefined;
}
