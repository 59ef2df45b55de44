import { randomUUID } from 'node:crypto';
import type { Account } from '../../src/accounts/account.ts';
import { gatewayOf, readAccount } from '../../src/accounts/accounts.store.ts';
import { allowKeyedCards } from '../../src/accounts/allow-keyed-cards.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import type { Link } from '../../src/links/link.ts';
import { paths } from '../../src/paths.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { agreedTerms } from '../../src/payments/agreed-terms.ts';
import { readPayment } from '../../src/payments/payments.store.ts';
import { settlePayment } from '../../src/payments/settle-payment.ts';
import { type PayRequest, startPayment } from '../../src/payments/start-payment.ts';
import type { Config } from '../../src/platform/config.ts';
import { newId } from '../../src/platform/ids.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { aSandboxAccount } from './account-seeds.ts';
import { type Engine, startHouse, type TestHouse } from './house.ts';
import { aCustomer, anInvoice } from './seeds.ts';

/** A card of the gateway's documented test cards (docs.stripe.com/testing). */
export const CARDS = {
  good: '4242424242424242',
  declined: '4000000000000002',
  noFunds: '4000000000009995',
  challenge: '4000002760003184',
} as const;

/** What the gateway thinks happened to one payment. */
export interface GatewayIntent {
  id: string;
  status: string;
  amount: number;
  amount_received: number;
  currency: string;
  metadata: Record<string, string>;
  [more: string]: unknown;
}

/** A portal with a sandbox gateway behind it and one account: ready to take money. */
export interface Till extends TestHouse {
  account: Account;
  sandboxUrl: string;
  /** The director's side of the gateway: faults, clock, ledger. */
  control<T = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T>;
  /** The one-time name that the gateway's fields would give for a typed card. */
  cardToken(number?: string): Promise<string>;
  /** All payments as the gateway knows them. */
  intents(): Promise<GatewayIntent[]>;
  aLink(payableIds: string | string[]): Promise<Link>;
  /** A customer who let us keep a card while paying an earlier invoice; their bank said yes where it asks. */
  aKeptCard(card?: string): Promise<{ customerId: string; cardId: string }>;
  /** The payer says yes at the bank, and we hear of it. */
  passChallenge(paymentId: string): Promise<void>;
  /** What the page would send for a press of "Pay" now. */
  press(link: Link, over?: Partial<PayRequest> & { card?: string }): Promise<PayRequest>;
}

export async function openTill(options: { engine?: Engine; config?: Partial<Config> } = {}): Promise<Till> {
  const keys = {
    id: newId('acc'),
    publishableKey: `pk_test_${randomUUID().replaceAll('-', '')}`,
    secretKey: `sk_test_${randomUUID().replaceAll('-', '')}`,
    webhookSecret: `whsec_${randomUUID().replaceAll('-', '')}`,
  };
  let webhookUrl = 'http://127.0.0.1:9/';
  const gateway = {
    id: 'acct_till',
    name: 'Till',
    country: 'GB',
    defaultCurrency: 'gbp',
    publishableKey: keys.publishableKey,
    secretKey: keys.secretKey,
    webhookSecrets: [keys.webhookSecret],
    get webhookUrl() {
      return webhookUrl;
    },
  };
  const sandbox = await startSandbox({
    port: 0,
    file: ':memory:',
    accounts: [gateway],
    webhookRetryDelaysMs: [50, 200],
  });
  const till = await startHouse({
    ...options,
    config: { sandboxApiUrl: sandbox.apiUrl, sandboxPublicUrl: sandbox.publicUrl, ...options.config },
  });
  const { id: accountId } = await aSandboxAccount(till.house, keys);
  await allowKeyedCards(till.house, { accountId, allowed: true, actor: SYSTEM });
  const account = await readAccount(till.house.db, accountId);
  webhookUrl = `${till.url}${paths.webhook(account.id)}`;

  const control: Till['control'] = async (method, path, body) => {
    const response = await fetch(`${sandbox.apiUrl}/_control${path}`, {
      method,
      headers: { 'x-sandbox-control': '1', 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`sandbox control ${path}: ${await response.text()}`);
    return response.json();
  };
  const cardToken: Till['cardToken'] = async (number = CARDS.good) => {
    const made = await control<{ id: string }>('POST', '/confirmation_tokens', {
      publishableKey: keys.publishableKey,
      number,
    });
    return made.id;
  };

  return {
    ...till,
    account,
    sandboxUrl: sandbox.apiUrl,
    control,
    cardToken,
    async intents() {
      return (await control<{ payment_intents: GatewayIntent[] }>('GET', '/ledger')).payment_intents;
    },
    aLink,
    aKeptCard,
    passChallenge,
    press,
    async stop() {
      await till.stop();
      await sandbox.close();
    },
  };

  async function aLink(payableIds: string | string[]): Promise<Link> {
    const to = { expiry: '30d', actor: SYSTEM, accountId: account.id } as const;
    return issueLink(till.house, { payableIds: [payableIds].flat(), ...to });
  }

  async function press(link: Link, { card, ...over }: Partial<PayRequest> & { card?: string } = {}) {
    return {
      linkId: link.id,
      submissionId: randomUUID(),
      confirmationToken: over.confirmationToken ?? (await cardToken(card)),
      saveCard: false,
      agreed: agreedTerms(await readPayables(till.house.db, link.payableIds)),
      payerEmail: 'payer@example.test',
      consent: { wording: 'I agree.', language: 'en' },
      ip: '127.0.0.1',
      userAgent: 'test',
      ...over,
    };
  }

  async function aKeptCard(card: string = CARDS.good) {
    const customer = await aCustomer(till.house);
    const link = await aLink((await anInvoice(till.house, { customerId: customer.id })).id);
    const attempt = await startPayment(till.house, await press(link, { card, saveCard: true }));
    if (attempt.state === 'challenged') await passChallenge(attempt.paymentId);
    const { id } = await till.house.db.read
      .selectFrom('saved_card')
      .select('id')
      .where('customer_id', '=', customer.id)
      .executeTakeFirstOrThrow();
    return { customerId: customer.id, cardId: id };
  }

  async function passChallenge(paymentId: string): Promise<void> {
    const { gatewayRef = '' } = await readPayment(till.house.db, paymentId);
    const { clientSecret = '' } = await (await gatewayOf(till.house, account.id)).readPayment(gatewayRef);
    const body = new URLSearchParams({ client_secret: clientSecret, outcome: 'complete' });
    const answer = await fetch(`${sandbox.apiUrl}/challenge/${gatewayRef}`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`the bank answered ${answer.status}`);
    await settlePayment(till.house, paymentId);
  }
}
