import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { SYSTEM } from '../../src/audit/record.ts';
import { cardsOf } from '../../src/cards/cards.store.ts';
import { startSetup } from '../../src/cards/start-setup.ts';
import { proveAccess } from '../../src/checkout/prove-access.ts';
import { sweepAccess } from '../../src/checkout/sweep-access.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { issueSaveCardLink } from '../../src/links/issue-save-card-link.ts';
import type { Link } from '../../src/links/link.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { deliverOutbox } from '../../src/mail/deliver-outbox.ts';
import { createSmtpMailer } from '../../src/mail/smtp-mailer.ts';
import { paths } from '../../src/paths.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES } from '../support/house.ts';
import { startMailServer } from '../support/mail-server.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { hirePerson, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('a customer’s own cards behind a link, on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
  });
  afterAll(() => till.stop());
  // Everybody here asks from one address, which may have three codes an hour.
  beforeEach(() => till.clock.advance(HOUR_MS));

  const tokenOf = (link: Link) => till.house.linkTokens.sign('pay', link.id, link.createdAt);
  const get = (path: string, cookie = '') => supertest(till.url).get(path).set('Cookie', cookie);
  const post = (path: string, fields: object = {}, cookie = '') =>
    supertest(till.url).post(path).set('Origin', till.url).set('Cookie', cookie).type('form').send(fields);
  const aLinkFor = async (customerId: string) => till.aLink((await anInvoice(till.house, { customerId })).id);
  const codes = async (link: Link) =>
    (
      await till.house.db.read
        .selectFrom('letter')
        .select('body_text')
        .where('link_id', '=', link.id)
        .where('kind', '=', 'access-code')
        .orderBy('id')
        .execute()
    ).map((row) => /\b\d{6}\b/.exec(row.body_text)?.[0] ?? '');
  const askForCode = (link: Link) => post(paths.payAccessCode(tokenOf(link))).expect(303);
  const wrong = (code: string) => (code === '000000' ? '000001' : '000000');
  const give = (link: Link, code: string) => post(paths.payProof(tokenOf(link)), { code });
  /** The cookie of a payer who has typed the right code. */
  const proved = async (link: Link): Promise<string> => {
    await askForCode(link);
    const answer = await give(link, (await codes(link)).at(-1) ?? '').expect(303);
    return String(answer.headers['set-cookie']).split(';')[0] ?? '';
  };
  const saveCard = async (customerId: string, card?: string) => {
    const accountId = till.account.id;
    const link = await issueSaveCardLink(till.house, { customerId, accountId, expiry: '14d', actor: SYSTEM });
    await startSetup(till.house, {
      from: { linkId: link.id },
      submissionId: randomUUID(),
      confirmationToken: await till.cardToken(card),
      consent: { wording: 'Keep my card.', language: 'en' },
      ip: randomUUID(),
    });
    return (await cardsOf(till.house.db, customerId))[0]?.id ?? '';
  };

  test('are shown to nobody who only has the link, and looking sends no code', async () => {
    const customer = await aCustomer(till.house);
    await saveCard(customer.id);
    const link = await aLinkFor(customer.id);
    for (const path of [paths.pay(tokenOf(link)), paths.payCards(tokenOf(link))]) {
      const page = await get(path).expect(200);
      expect(page.text).not.toContain('••••');
    }
    await get(paths.payAccessCode(tokenOf(link))).expect(404);
    expect(await codes(link)).toEqual([]);
  });

  test('are shown after the code, on that link only, for half an hour, by a cookie that scripts cannot read', async () => {
    const customer = await aCustomer(till.house);
    await saveCard(customer.id);
    const [link, other] = [await aLinkFor(customer.id), await aLinkFor(customer.id)];
    await askForCode(link);
    const answer = await give(link, (await codes(link))[0] ?? '').expect(303);
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie).toContain(`Path=/pay/${tokenOf(link)}`);
    const [proof = ''] = cookie.split(';');
    expect((await get(paths.payCards(tokenOf(link)), proof)).text).toContain('Visa');
    expect((await get(paths.payCards(tokenOf(other)), proof)).text).not.toContain('Visa');
    till.clock.advance(31 * MINUTE_MS);
    expect((await get(paths.payCards(tokenOf(link)), proof)).text).not.toContain('Visa');
    await sweepAccess(till.house);
    const left = await till.house.db.read
      .selectFrom('access_proof')
      .selectAll()
      .where('link_id', '=', link.id)
      .execute();
    expect(left).toEqual([]);
  });

  test('a wrong code, an old one, a used one and the sixth guess are answered alike', async () => {
    const link = await aLinkFor((await aCustomer(till.house)).id);
    await askForCode(link);
    const [old = ''] = await codes(link);
    const refusedAs = async (code: string) => {
      const answer = await give(link, code).expect(422);
      expect(answer.headers['set-cookie']).toBeUndefined();
      return answer.text;
    };
    const sentence = await refusedAs(wrong(old));
    expect(sentence).toContain('This code is not right, or it can no longer be used.');
    await askForCode(link);
    const [, newer = ''] = await codes(link);
    // Once in a million both are the same.
    if (old !== newer) expect(await refusedAs(old)).toBe(sentence);
    await give(link, newer).expect(303);
    expect(await refusedAs(newer)).toBe(sentence);

    await askForCode(link);
    const [, , third = ''] = await codes(link);
    for (let guess = 0; guess < 5; guess++) await refusedAs(wrong(third));
    expect(await refusedAs(third)).toBe(sentence);
  });

  test('a code that is ten minutes old is none any more', async () => {
    const link = await aLinkFor((await aCustomer(till.house)).id);
    await askForCode(link);
    till.clock.advance(11 * MINUTE_MS);
    await give(link, (await codes(link))[0] ?? '').expect(422);
  });

  test('one code that is typed by several at once lets one of them in', async () => {
    const link = await aLinkFor((await aCustomer(till.house)).id);
    await askForCode(link);
    const [code = ''] = await codes(link);
    const tries = Array.from({ length: 4 }, () => proveAccess(till.house, { link, code, ip: undefined }));
    expect((await Promise.all(tries)).filter((proof) => proof !== undefined)).toHaveLength(1);
  });

  test('three codes are mailed in an hour; more are answered alike, and so is a customer without an address', async () => {
    const [link, nobodys] = [
      await aLinkFor((await aCustomer(till.house)).id),
      await aLinkFor((await aCustomer(till.house, { email: '' })).id),
    ];
    const answers = [];
    for (let asked = 0; asked < 5; asked++) answers.push(await askForCode(link));
    expect(await codes(link)).toHaveLength(3);
    till.clock.advance(HOUR_MS);
    answers.push(await askForCode(nobodys));
    expect(await codes(nobodys)).toEqual([]);
    const said = answers.map(({ status, text, headers }) => [
      status,
      text.replaceAll(/eyJ[\w.-]+/g, ''),
      headers['set-cookie'],
    ]);
    expect(new Set(said.map((one) => JSON.stringify(one))).size).toBe(1);
    const pages = await Promise.all([link, nobodys].map((one) => get(paths.payCards(tokenOf(one)))));
    const [known, unknown] = pages.map((page) => page.text.replaceAll(/eyJ[\w.-]+/g, ''));
    expect(known).toBe(unknown);
  });

  test('a card that is kept elsewhere is named with the reason; one of another customer cannot be touched', async () => {
    const [customer, stranger] = [await aCustomer(till.house), await aCustomer(till.house)];
    const own = await saveCard(customer.id);
    const foreign = await saveCard(stranger.id);
    const account = await aSandboxAccount(till.house);
    await till.house.db.q.updateTable('saved_card').set({ account_id: account.id }).where('id', '=', own).execute();
    const link = await aLinkFor(customer.id);
    const proof = await proved(link);
    expect((await get(paths.payCards(tokenOf(link)), proof)).text).toContain(
      'Saved with another payment service of ours',
    );
    const { submissionId, agreed } = await till.press(link);
    const pay = await post(paths.payWithCard(tokenOf(link), own), { submissionId, agreed }, proof);
    expect(pay.status).toBe(409);
    expect(pay.text).toContain('kept with another payment service account');

    for (const path of [paths.payRemoveCard(tokenOf(link), foreign), paths.payWithCard(tokenOf(link), foreign)]) {
      await post(path, path.includes('remove') ? {} : { submissionId, agreed }, proof).expect(403);
      // Without the proof nothing is looked at.
      await post(path).expect(303);
    }
    expect(await cardsOf(till.house.db, stranger.id)).toHaveLength(1);
    const audited = await till.house.db.read
      .selectFrom('audit')
      .select('actor_id')
      .where('action', '=', 'card.foreign-refused')
      .where('subject_id', '=', customer.id)
      .execute();
    expect(audited).toEqual([{ actor_id: customer.id }, { actor_id: customer.id }]);
  });

  test('a link that has ended shows and mails nothing', async () => {
    const link = await aLinkFor((await aCustomer(till.house)).id);
    const proof = await proved(link);
    await revokeLink(till.house, { linkId: link.id, actor: SYSTEM });
    expect((await get(paths.payCards(tokenOf(link)), proof).expect(303)).headers.location).toBe(
      paths.pay(tokenOf(link)),
    );
    await askForCode(link);
    expect(await codes(link)).toHaveLength(1);
  });

  test('a code cannot be read in the mailbox: by administrators only while it waits, by nobody once it has gone out', async () => {
    const link = await aLinkFor((await aCustomer(till.house)).id);
    await askForCode(link);
    const { id } = await till.house.db.read
      .selectFrom('letter')
      .select('id')
      .where('link_id', '=', link.id)
      .executeTakeFirstOrThrow();
    const [code = ''] = await codes(link);
    const [clerk, admin] = [await signIn(till, 'clerk'), await signIn(till, 'admin')];
    expect((await clerk.get(paths.letter(id))).text).not.toContain(code);
    expect((await clerk.get(paths.letterBody(id))).status).toBe(403);
    const mail = await startMailServer();
    const mailer = createSmtpMailer({ smtpUrl: mail.url, mailFrom: till.house.config.mailFrom });
    await deliverOutbox({ ...till.house, mailer });
    mailer.close();
    await mail.stop();
    expect((await admin.get(paths.letterBody(id))).text).not.toContain(code);
    expect((await admin.get(paths.letter(id))).text).not.toContain(code);
    expect(
      JSON.stringify(await till.house.db.read.selectFrom('letter').selectAll().where('id', '=', id).execute()),
    ).not.toContain(code);
  });

  describe('pay what the link is for', () => {
    /** What the page's form for that card holds. */
    const formOf = async (link: Link, cardId: string, proof: string) => {
      const { text } = await get(paths.payCards(tokenOf(link)), proof);
      const form = text.split('<form').find((part) => part.includes(paths.payWithCard(tokenOf(link), cardId))) ?? '';
      const valueIn = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(form)?.[1] ?? '';
      return { form, submissionId: valueIn('submissionId'), agreed: valueIn('agreed') };
    };
    const payWith = (link: Link, cardId: string, fields: object, proof: string) =>
      post(paths.payWithCard(tokenOf(link), cardId), fields, proof);
    const chargesOf = async (payableId: string) => {
      const rows = await till.house.db.read
        .selectFrom('payment_payable')
        .innerJoin('payment', 'payment.id', 'payment_payable.payment_id')
        .select(['payment.gateway_ref', 'payment.state'])
        .where('payable_id', '=', payableId)
        .execute();
      const refs = rows.map((row) => row.gateway_ref);
      return (await till.intents()).filter((one) => refs.includes(one.id) && one.amount_received > 0);
    };
    async function known(card?: string) {
      const { customerId, cardId } = await till.aKeptCard(card);
      const invoice = await anInvoice(till.house, { customerId });
      const link = await till.aLink(invoice.id);
      return { customerId, cardId, invoice, link, proof: await proved(link) };
    }

    test('with one press: one charge, and the receipt is shown; the same press again is the same payment', async () => {
      const { cardId, invoice, link, proof } = await known();
      const { form, ...fields } = await formOf(link, cardId, proof);
      expect(form).toContain('Pay €125.00 with Visa');
      const twice = await Promise.all([1, 2].map(() => payWith(link, cardId, fields, proof)));
      for (const { status } of twice) expect(status).toBe(303);
      const again = await payWith(link, cardId, fields, proof);
      // The link has done its work, and its page is the receipt.
      expect(again.headers.location).toBe(paths.pay(tokenOf(link)));
      expect((await get(paths.pay(tokenOf(link)))).text).toContain('Receipt');
      expect((await chargesOf(invoice.id)).map((one) => one.amount_received)).toEqual([12_500]);
    });

    test('where the bank asks, on the page that waits; then it is paid once', async () => {
      const { cardId, invoice, link, proof } = await known(CARDS.challenge);
      const { form: _, ...fields } = await formOf(link, cardId, proof);
      const answer = await payWith(link, cardId, fields, proof).expect(303);
      expect(answer.headers.location).toBe(paths.pay(tokenOf(link)));
      expect((await get(paths.pay(tokenOf(link)))).text).toContain('bank');
      expect(await chargesOf(invoice.id)).toEqual([]);
      const live = await till.house.db.read
        .selectFrom('payment_payable')
        .select('payment_id')
        .where('payable_id', '=', invoice.id)
        .executeTakeFirstOrThrow();
      await till.passChallenge(live.payment_id);
      expect(await chargesOf(invoice.id)).toHaveLength(1);
    });

    test('a decline is told beside the card, and the next press is a new try', async () => {
      const { id: customerId } = await aCustomer(till.house);
      const cardId = await saveCard(customerId, '4000000000000341');
      const invoice = await anInvoice(till.house, { customerId });
      const link = await till.aLink(invoice.id);
      const proof = await proved(link);
      const first = await formOf(link, cardId, proof);
      const answer = await payWith(link, cardId, { submissionId: first.submissionId, agreed: first.agreed }, proof);
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('declined');
      expect((await formOf(link, cardId, proof)).submissionId).not.toBe(first.submissionId);
      expect(await chargesOf(invoice.id)).toEqual([]);
    });

    test('when the balance changed meanwhile, the new sum is shown and nothing is charged', async () => {
      const { cardId, invoice, link, proof } = await known();
      const { form: _, ...fields } = await formOf(link, cardId, proof);
      const payable = (await readPayables(till.house.db, [invoice.id]))[0] as Payable;
      const clerk = { kind: 'person' as const, id: (await hirePerson(till, 'clerk')).id };
      await recordPayment(till.house, {
        payableId: invoice.id,
        version: payable.version,
        submissionId: newId('req'),
        method: 'cash',
        amountMinor: 2_500,
        receivedOn: till.clock.now().toISOString().slice(0, 10),
        reference: '',
        note: '',
        sendReceipt: false,
        actor: clerk,
      });
      const answer = await payWith(link, cardId, fields, proof).expect(409);
      expect(answer.text).toContain('€100.00');
      expect(answer.text).toContain('Pay €100.00 with Visa');
      expect(await chargesOf(invoice.id)).toEqual([]);
    });

    test('a sum of their own choice where the link lets them, and no other', async () => {
      const { customerId, cardId } = await till.aKeptCard();
      const invoice = await anInvoice(till.house, { customerId });
      const link = await issueLink(till.house, {
        payableIds: [invoice.id],
        expiry: '30d',
        accountId: till.account.id,
        terms: { terms: 'choose', leastMinor: 1_000 },
        actor: SYSTEM,
      });
      const proof = await proved(link);
      const { form, ...fields } = await formOf(link, cardId, proof);
      expect(form).toContain('Between €10.00 and €125.00.');
      const refused = await payWith(link, cardId, { ...fields, amount: '9.99' }, proof).expect(422);
      expect(refused.text).toContain('The least that you can pay here is €10.00.');
      expect(refused.text).toContain('value="9.99"');
      await payWith(link, cardId, { ...fields, amount: '40.00' }, proof).expect(303);
      expect((await chargesOf(invoice.id)).map((one) => one.amount_received)).toEqual([4_000]);

      const full = await till.aLink((await anInvoice(till.house, { customerId })).id);
      const ownProof = await proved(full);
      const { form: _, ...ofFull } = await formOf(full, cardId, ownProof);
      const asked = await payWith(full, cardId, { ...ofFull, amountMinor: 100 }, ownProof);
      expect(asked.status).toBe(409);
      expect(await chargesOf(full.payableIds[0] as string)).toEqual([]);
    });
  });
});
