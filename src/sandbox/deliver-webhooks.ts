import { setTimeout as sleep } from 'node:timers/promises';
import { booksOf, type Ledger } from './ledger.ts';
import { signWebhook } from './webhooks/sign-webhook.ts';

interface Delivery {
  id: number;
  account: string;
  event: string;
  url: string;
  secrets: string;
  attempts: number;
}

export interface WebhookPlan {
  /** `off` keeps everything in the queue; `duplicate` sends all twice; `reverse` sends the newest first. */
  webhooks: 'normal' | 'off' | 'duplicate' | 'reverse';
  delayMs: number;
}

export interface Deliverer {
  plan: WebhookPlan;
  /** Tells that something is in the queue. */
  wake(): void;
  /** Tries everything that waits, once, and answers when done. */
  flush(): Promise<{ delivered: number; failed: number; pending: number }>;
  stop(): Promise<void>;
}

const TIMEOUT_MS = 5_000;
const IDLE_MS = 250;
/** Events of one deed are written together; waiting a moment lets them be sent in reverse together. */
const REVERSE_WAIT_MS = 150;

/** Sends the queue, in order for each account, and tries again what was not answered with 2xx. */
export function startDeliverer(
  ledger: Ledger,
  options: { retryDelaysMs: number[]; beforeRound: () => void },
): Deliverer {
  const stopped = new AbortController();
  let bell = new AbortController();
  let round: Promise<unknown> = Promise.resolve();

  const deliverer: Deliverer = {
    plan: { webhooks: 'normal', delayMs: 0 },
    wake: () => bell.abort(),
    async flush() {
      ledger.prepare(`UPDATE deliveries SET due_ms = 0 WHERE state = 'pending'`).run();
      const result = await enqueue();
      const pending = ledger.prepare(`SELECT count(*) AS n FROM deliveries WHERE state = 'pending'`).get() as {
        n: number;
      };
      return { ...result, pending: pending.n };
    },
    async stop() {
      stopped.abort();
      bell.abort();
      await round.catch(() => undefined);
    },
  };

  /** One round after the other, so that no delivery is sent by two at once. */
  function enqueue(): Promise<{ delivered: number; failed: number }> {
    const next = round.then(() => deliverRound(ledger, deliverer.plan, options.retryDelaysMs, stopped.signal));
    round = next.catch(() => undefined);
    return next;
  }

  async function loop(): Promise<void> {
    while (!stopped.signal.aborted) {
      bell = new AbortController();
      await sleep(IDLE_MS, undefined, { signal: bell.signal, ref: false }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      options.beforeRound();
      await enqueue().catch(() => undefined);
    }
  }
  void loop();
  return deliverer;
}

async function deliverRound(ledger: Ledger, plan: WebhookPlan, retryDelaysMs: number[], stopped: AbortSignal) {
  const result = { delivered: 0, failed: 0 };
  if (plan.webhooks === 'off' || stopped.aborted) return result;
  const reverse = plan.webhooks === 'reverse';
  const due = ledger
    .prepare(
      `SELECT id, account, event, url, secrets, attempts FROM deliveries
       WHERE state = 'pending' AND due_ms <= ? ORDER BY id ${reverse ? 'DESC' : 'ASC'} LIMIT 500`,
    )
    .all(Date.now()) as Delivery[];
  const byAccount = groupByAccount(due);
  await Promise.all(
    [...byAccount.values()].map(async (deliveries) => {
      for (const delivery of deliveries) {
        const times = plan.webhooks === 'duplicate' ? 2 : 1;
        let ok = true;
        for (let time = 0; time < times && !stopped.aborted; time += 1)
          ok = (await send(ledger, delivery, stopped)) && ok;
        if (stopped.aborted) return;
        note(ledger, delivery, ok, retryDelaysMs);
        result[ok ? 'delivered' : 'failed'] += 1;
      }
    }),
  );
  return result;
}

function groupByAccount(deliveries: Delivery[]): Map<string, Delivery[]> {
  const groups = new Map<string, Delivery[]>();
  for (const delivery of deliveries) groups.set(delivery.account, [...(groups.get(delivery.account) ?? []), delivery]);
  return groups;
}

async function send(ledger: Ledger, delivery: Delivery, stopped: AbortSignal): Promise<boolean> {
  const event = booksOf(ledger, delivery.account).get('event', delivery.event);
  if (!event) return true;
  const body = JSON.stringify(event, null, 2);
  // Real time, whatever the sandbox's clock says: the receiver compares it with its own.
  const signature = signWebhook(body, JSON.parse(delivery.secrets) as string[], Math.floor(Date.now() / 1000));
  try {
    const answer = await fetch(delivery.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

function note(ledger: Ledger, delivery: Delivery, ok: boolean, retryDelaysMs: number[]): void {
  const delayMs = retryDelaysMs[delivery.attempts];
  const state = ok ? 'delivered' : delayMs === undefined ? 'failed' : 'pending';
  ledger
    .prepare('UPDATE deliveries SET state = ?, attempts = attempts + 1, due_ms = ? WHERE id = ?')
    .run(state, Date.now() + (delayMs ?? 0), delivery.id);
}

/** How long a new event waits before it is first sent. */
export function firstDelayMs(plan: WebhookPlan): number {
  return plan.webhooks === 'reverse' ? Math.max(plan.delayMs, REVERSE_WAIT_MS) : plan.delayMs;
}
