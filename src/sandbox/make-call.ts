import type { Call } from './call.ts';
import { firstDelayMs } from './deliver-webhooks.ts';
import type { Form } from './http/read-form.ts';
import { booksOf } from './ledger.ts';
import type { SandboxParts } from './sandbox.ts';
import type { SandboxAccount } from './sandbox-account.ts';
import { recordEvent } from './webhooks/record-event.ts';

/** How long after an answer the slower half of the gateway acts. */
const SOON_MS = 200;

export interface CallWanted {
  account: SandboxAccount;
  form?: Form;
  id?: string;
  path?: string;
  byPublishableKey?: boolean;
  forceProcessing?: boolean;
  requestId?: string | null;
  idempotencyKey?: string | null;
}

/** A call in the books of one account; to be used inside one transaction of the ledger. */
export function makeCall(sandbox: SandboxParts, wanted: CallWanted): Call {
  const { account } = wanted;
  const nowSeconds = Math.floor(sandbox.clock.nowMs() / 1000);
  return {
    account,
    books: booksOf(sandbox.ledger, account.id),
    form: wanted.form ?? {},
    id: wanted.id ?? '',
    path: wanted.path ?? '',
    nowSeconds,
    publicUrl: sandbox.publicUrl,
    byPublishableKey: wanted.byPublishableKey ?? false,
    forceProcessing: wanted.forceProcessing ?? false,
    emit: (type, object, previous) =>
      recordEvent(sandbox.ledger, account, {
        type,
        object,
        previous,
        created: nowSeconds,
        request: { id: wanted.requestId ?? null, idempotency_key: wanted.idempotencyKey ?? null },
        dueMs: Date.now() + firstDelayMs(sandbox.deliverer.plan),
      }),
    soon: (task, objectId) => {
      sandbox.ledger
        .prepare('INSERT INTO tasks (account, task, object, due_ms) VALUES (?, ?, ?, ?)')
        .run(account.id, task, objectId, Date.now() + SOON_MS);
    },
  };
}
