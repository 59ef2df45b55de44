import type { AuditLine } from './audit.store.ts';

const OTHERS: Record<string, string> = { customer: 'the customer', gateway: 'the gateway' };

/** Who stands behind a line, in words: a person's name, or which machine or customer it was. */
export function whoDid(line: Pick<AuditLine, 'actorKind' | 'actorName'>): string {
  return line.actorName ?? OTHERS[line.actorKind] ?? 'the portal';
}
