import type Stripe from 'stripe';
import { newId } from '../ids.ts';
import { booksOf, type Ledger } from '../ledger.ts';
import type { SandboxAccount } from '../sandbox-account.ts';

export const API_VERSION = '2026-10-28.endive';

/** Writes the event and one delivery for each address that wants it, together with what it is about. */
export function recordEvent(
  ledger: Ledger,
  account: SandboxAccount,
  wanted: {
    type: string;
    object: object;
    previous: Record<string, unknown> | undefined;
    created: number;
    request: { id: string | null; idempotency_key: string | null };
    dueMs: number;
  },
): void {
  const books = booksOf(ledger, account.id);
  const to = addressesOf(ledger, account, wanted.type);
  const event = {
    id: newId('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: wanted.created,
    data: { object: wanted.object, ...(wanted.previous ? { previous_attributes: wanted.previous } : {}) },
    livemode: false,
    pending_webhooks: to.length,
    request: wanted.request,
    type: wanted.type,
  } as unknown as Stripe.Event;
  books.put('event', event);
  const queue = ledger.prepare(
    `INSERT INTO deliveries (account, event, url, secrets, due_ms, state) VALUES (?, ?, ?, ?, ?, 'pending')`,
  );
  for (const { url, secrets } of to) queue.run(account.id, event.id, url, JSON.stringify(secrets), wanted.dueMs);
}

/** Where events of this type go: the configured address, and the endpoints made through the API. */
export function addressesOf(ledger: Ledger, account: SandboxAccount, type: string) {
  const books = booksOf(ledger, account.id);
  const endpoints = books
    .list('webhook_endpoint')
    .filter(({ enabled_events }) => enabled_events.includes('*') || enabled_events.includes(type))
    .map(({ id, url }) => ({ url, secrets: [books.hidden('webhook_endpoint', id).secret] }));
  const { webhookUrl, webhookSecrets } = account;
  return webhookUrl ? [{ url: webhookUrl, secrets: webhookSecrets }, ...endpoints] : endpoints;
}
