import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type Stripe from 'stripe';
import type { ChargeHidden } from './charges/charge.ts';
import type { DisputeHidden } from './disputes/dispute.ts';
import type { IntentHidden } from './payment-intents/payment-intent.ts';
import type { MethodHidden } from './payment-methods/payment-method.ts';
import type { SetupHidden } from './setup-intents/setup-intent.ts';

export interface Kinds {
  payment_intent: Stripe.PaymentIntent;
  setup_intent: Stripe.SetupIntent;
  payment_method: Stripe.PaymentMethod;
  confirmation_token: Stripe.ConfirmationToken;
  customer: Stripe.Customer;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  balance_transaction: Stripe.BalanceTransaction;
  payout: Stripe.Payout;
  webhook_endpoint: Stripe.WebhookEndpoint;
  event: Stripe.Event;
}
export type KindName = keyof Kinds;

/** What the gateway knows and never tells: which test card it is, which challenge is open. */
export interface HiddenKinds {
  payment_intent: IntentHidden;
  setup_intent: SetupHidden;
  payment_method: MethodHidden;
  confirmation_token: MethodHidden;
  charge: ChargeHidden;
  webhook_endpoint: { secret: string };
  customer: { deleted?: boolean };
  refund: { fate?: 'succeeds' | 'fails' };
  /** The payout that it was paid out with, its own included. */
  balance_transaction: { payout?: string };
  payout: Record<string, never>;
  dispute: DisputeHidden;
  event: Record<string, never>;
}

export interface Filter {
  equals?: Record<string, string | undefined>;
  /** The same of what is hidden; null for what has nothing there. */
  hidden?: Record<string, string | null | undefined>;
  created?: { gt?: number; gte?: number; lt?: number; lte?: number };
  startingAfter?: string | undefined;
  endingBefore?: string | undefined;
  limit?: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL, hidden TEXT NOT NULL, UNIQUE (account, id));
  CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (account, kind, seq);
  CREATE TABLE IF NOT EXISTS idempotency (
    account TEXT NOT NULL, key TEXT NOT NULL, path TEXT NOT NULL, params TEXT NOT NULL, request_id TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, created_ms INTEGER NOT NULL, PRIMARY KEY (account, key));
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, event TEXT NOT NULL, url TEXT NOT NULL,
    secrets TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_ms INTEGER NOT NULL, state TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS deliveries_by_state ON deliveries (state, due_ms);
  CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, task TEXT NOT NULL, object TEXT NOT NULL,
    due_ms INTEGER NOT NULL);
`;

/** The sandbox's own file: every object of every account, as JSON. */
export type Ledger = Database.Database;

/** Opens or makes it; ':memory:' for one that is gone with the process. */
export function openLedger(file: string): Ledger {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(SCHEMA);
  return db;
}

/** The objects of one account; another account's do not exist. */
export type Books = ReturnType<typeof booksOf>;

/** Reads and writes for one account. */
export function booksOf(db: Ledger, account: string) {
  const row = (kind: string, id: string) =>
    db
      .prepare('SELECT seq, body, hidden FROM objects WHERE account = ? AND kind = ? AND id = ?')
      .get(account, kind, id) as { seq: number; body: string; hidden: string } | undefined;

  return {
    get<K extends KindName>(kind: K, id: string): Kinds[K] | undefined {
      const found = row(kind, id);
      return found && (JSON.parse(found.body) as Kinds[K]);
    },

    hidden<K extends KindName>(kind: K, id: string): HiddenKinds[K] {
      return JSON.parse(row(kind, id)?.hidden ?? '{}') as HiddenKinds[K];
    },

    /** Adds, or replaces in its place; without `hidden` what is hidden stays. */
    put<K extends KindName>(kind: K, object: Kinds[K], hidden?: HiddenKinds[K]): Kinds[K] {
      db.prepare(
        `INSERT INTO objects (account, kind, id, created, body, hidden) VALUES (@account, @kind, @id, @created, @body, coalesce(@hidden, '{}'))
         ON CONFLICT (account, id) DO UPDATE SET body = excluded.body, hidden = coalesce(@hidden, hidden)`,
      ).run({
        account,
        kind,
        id: object.id,
        created: object.created,
        body: JSON.stringify(object),
        hidden: hidden ? JSON.stringify(hidden) : null,
      });
      return object;
    },

    remove(kind: KindName, id: string): void {
      db.prepare('DELETE FROM objects WHERE account = ? AND kind = ? AND id = ?').run(account, kind, id);
    },

    /** Newest first, like every list of Stripe. */
    list<K extends KindName>(kind: K, filter: Filter = {}): Kinds[K][] {
      const { startingAfter, endingBefore, limit = -1 } = filter;
      const where = ['account = @account', 'kind = @kind'];
      const values: Record<string, unknown> = { account, kind, limit };
      for (const [name, value] of Object.entries(filter.equals ?? {})) {
        if (value === undefined) continue;
        where.push(`json_extract(body, '$.${name}') = @${name}`);
        values[name] = value;
      }
      for (const [name, value] of Object.entries(filter.hidden ?? {})) {
        if (value === undefined) continue;
        where.push(`json_extract(hidden, '$.${name}') IS @hidden_${name}`);
        values[`hidden_${name}`] = value;
      }
      const compare = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
      for (const [name, value] of Object.entries(filter.created ?? {})) {
        where.push(`created ${compare[name as keyof typeof compare]} @created_${name}`);
        values[`created_${name}`] = value;
      }
      if (startingAfter) where.push(`seq < ${row(kind, startingAfter)?.seq ?? 0}`);
      if (endingBefore) where.push(`seq > ${row(kind, endingBefore)?.seq ?? 0}`);
      const order = endingBefore ? 'ASC' : 'DESC';
      const sql = `SELECT body FROM objects WHERE ${where.join(' AND ')} ORDER BY seq ${order} LIMIT @limit`;
      const rows = db.prepare(sql).all(values) as { body: string }[];
      const found = rows.map(({ body }) => JSON.parse(body) as Kinds[K]);
      return endingBefore ? found.reverse() : found;
    },
  };
}
