import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { changeBrand } from '../../src/accounts/change-brand.ts';
import { auditOf } from '../../src/audit/audit.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { openCase } from '../../src/cases/open-case.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { UNNAMED_COMPANY } from '../../src/company/company.ts';
import { changeCustomer } from '../../src/customers/change-customer.ts';
import { readCustomer } from '../../src/customers/customers.store.ts';
import { readInvoice } from '../../src/invoices/invoices.store.ts';
import { issueLink, type NewLink } from '../../src/links/issue-link.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { readLink } from '../../src/links/links.store.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { usableLinksOn } from '../../src/links/usable-links.store.ts';
import { saveTemplate } from '../../src/mail/save-template.ts';
import { allocate } from '../../src/payables/allocate.ts';
import { lockPayables } from '../../src/payables/payables.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { nowIso } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { readClaims } from '../../src/reminders/claims.store.ts';
import { confirmBacklog } from '../../src/reminders/confirm-backlog.ts';
import { judge } from '../../src/reminders/reminder.ts';
import { owedInvoices } from '../../src/reminders/reminder-lists.store.ts';
import { sendReminders } from '../../src/reminders/send-reminders.ts';
import { readReminderDay, readRound } from '../../src/reminders/settings.store.ts';
import { startDayOver } from '../../src/reminders/start-day-over.ts';
import { switchReminders } from '../../src/reminders/switch-reminders.ts';
import { openHouse } from '../../src/wire.ts';
import { aSettledPayment } from '../receipts/issued.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';
import { aMailedInvoice, dayFromNow, mail, moveTo, switchOn } from './reminded.ts';

describe.each(ENGINES)('reminders (%s)', (engine) => {
  let till: Till;
  let admin: { kind: 'person'; id: string };
  beforeAll(async () => {
    till = await openTill({ engine });
    admin = { kind: 'person', id: (await hirePerson(till, 'admin')).id };
    moveTo(till, 1);
    await switchOn(till);
  });
  // What one test leaves owed is not reminded in the next.
  afterEach(async () => {
    await till.house.db.q.updateTable('payable').set({ state: 'void' }).execute();
    await switchOn(till);
  });
  afterAll(() => till.stop());

  const run = () => sendReminders(till.house);
  /** A day passes (or several) and the job runs at ten. */
  const pass = (days = 1) => {
    moveTo(till, days);
    return run();
  };
  const lettersTo = (customerId: string) =>
    till.house.db.read
      .selectFrom('letter')
      .selectAll()
      .where('customer_id', '=', customerId)
      .where('kind', '=', 'reminder')
      .orderBy('id')
      .execute();
  const stepsOf = async (payableId: string) => {
    const rows = await till.house.db.read
      .selectFrom('reminder')
      .select(['step_day', 'state'])
      .where('payable_id', '=', payableId)
      .orderBy('step_day')
      .execute();
    return rows.map((row) => `${row.step_day} ${row.state}`);
  };
  const why = async (payableId: string) => {
    const round = await readRound(till.house);
    const [claim] = await readClaims(till.house, [payableId], round);
    return judge(claim as NonNullable<typeof claim>, round).why;
  };
  const put = (subjectId: string, state: 'on' | 'off' | 'paused', until = '') =>
    switchReminders(till.house, { subjectId, state, until, actor: admin });

  test('go out three days before, on the day, and one, two and three weeks after, once each', async () => {
    const { customerId, invoice, link } = await aMailedInvoice(till, 5, { number: 'R-1' });
    const days: number[] = [];
    for (let day = -4; day <= 22; day++) {
      if ((await pass()) > 0) days.push(day);
    }
    expect(days).toEqual([-3, 0, 7, 14, 21]);
    expect(await stepsOf(invoice.id)).toEqual(['-3 sent', '0 sent', '7 sent', '14 sent', '21 sent']);
    const letters = await lettersTo(customerId);
    expect(letters.map((one) => one.subject.replace(/\d+ \w+ \d{4}/, 'DAY'))).toEqual([
      'Your company: payment of R-1 is due on DAY',
      'Your company: payment of R-1 is due today',
      ...Array(3).fill('Your company: payment of R-1 was due on DAY'),
    ]);
    const [first] = letters;
    expect(first).toMatchObject({ state: 'queued', link_id: link.id });
    for (const text of [
      '€125.00 EUR',
      linkUrl(till.house, link),
      'Pay €125.00',
      'answer this letter',
      'no real money',
    ]) {
      expect(first?.body_text).toContain(text);
    }
    expect(await auditOf(till.house.db, invoice.id)).toContainEqual(
      expect.objectContaining({ action: 'invoice.reminded', detail: { letterId: first?.id, step: -3, skipped: [] } }),
    );
  });

  test('wait for the send hour of the company, and stop eight hours later', async () => {
    await changeCompany(till.house, { ...UNNAMED_COMPANY, timeZone: 'Asia/Tokyo' }, SYSTEM);
    const { customerId } = await aMailedInvoice(till, 4);
    for (const hour of [23, 8]) {
      moveTo(till, hour === 23 ? 0 : 1, hour);
      await run();
      expect(await lettersTo(customerId)).toHaveLength(0);
    }
    // 02:00 in London is eleven in Tokyo.
    moveTo(till, 1, 2);
    await run();
    expect(await lettersTo(customerId)).toHaveLength(1);
    await changeCompany(till.house, UNNAMED_COMPANY, SYSTEM);
  });

  test('do not go out while they are switched off', async () => {
    const { customerId, invoice } = await aMailedInvoice(till, 4);
    await switchOn(till, { on: false });
    await pass();
    expect(await lettersTo(customerId)).toHaveLength(0);
    expect(await why(invoice.id)).toContain('switched off for the whole company');
  });

  test('follow the steps that an administrator chose', async () => {
    await switchOn(till, { steps: [1, 2] });
    const { invoice } = await aMailedInvoice(till, 1);
    expect([await pass(), await pass(), await pass(), await pass()]).toEqual([0, 1, 1, 0]);
    expect(await stepsOf(invoice.id)).toEqual(['1 sent', '2 sent']);
    // A step that comes in before the last one done is not made up for.
    await switchOn(till, { steps: [0] });
    expect(await pass()).toBe(0);
  });

  test('are only for invoices whose link was mailed, and never for deposits', async () => {
    const copied = await anInvoice(till.house, { dueOn: dayFromNow(till, 3) });
    await till.aLink(copied.id);
    const deposit = await aDeposit(till.house);
    await mail(till, await till.aLink(deposit.id));
    expect(await pass(30)).toBe(0);
    expect(await why(copied.id)).toContain('No payment link was mailed');
  });

  test('do not follow a link that has just been mailed: a step counts from the day after', async () => {
    const { link } = await aMailedInvoice(till, 4);
    moveTo(till, 1);
    await mail(till, link);
    expect(await run()).toBe(0);
    expect(await pass(3)).toBe(1);
  });

  test('after an outage only the latest step is sent; the missed ones are written down as skipped', async () => {
    const { customerId, invoice } = await aMailedInvoice(till, 5);
    await pass(5 + 15);
    expect(await lettersTo(customerId)).toHaveLength(1);
    expect(await stepsOf(invoice.id)).toEqual(['-3 skipped', '0 skipped', '7 skipped', '14 sent']);
    await pass();
    expect(await lettersTo(customerId)).toHaveLength(1);
  });

  test('two processes at once write one letter, and so does one that begins anew', async () => {
    const mailed = await Promise.all([1, 2, 3, 4].map(() => aMailedInvoice(till, 4)));
    moveTo(till, 1);
    const other = await openHouse(till.house.config, { clock: till.clock, log: createLogger('silent') });
    const sent = await Promise.all([run(), sendReminders(other), run(), sendReminders(other)]);
    await startDayOver(other);
    sent.push(await sendReminders(other));
    await other.db.close();
    expect(sent.reduce((sum, one) => sum + one)).toBe(4);
    for (const { customerId, invoice } of mailed) {
      expect(await lettersTo(customerId)).toHaveLength(1);
      expect(await stepsOf(invoice.id)).toEqual(['-3 sent']);
    }
  });

  test('a process that dies while it writes leaves nothing half-done', async () => {
    const { customerId, invoice } = await aMailedInvoice(till, 4);
    moveTo(till, 1);
    const config = { ...till.house.config, mailFrom: 'nobody' };
    expect(await sendReminders({ ...till.house, config })).toBe(0);
    expect(await stepsOf(invoice.id)).toEqual([]);
    await startDayOver(till.house);
    expect(await run()).toBe(1);
    expect(await lettersTo(customerId)).toHaveLength(1);
  });

  test('a day that is started over leaves the days before as they ended', async () => {
    await pass();
    const yesterday = dayFromNow(till, 0);
    await pass();
    await startDayOver(till.house);
    expect((await readReminderDay(till.house.db, yesterday)).done).toBe(true);
    expect((await readReminderDay(till.house.db, dayFromNow(till, 0))).done).toBe(false);
  });

  test('one letter a day lists all of a customer that is due, each with its own link', async () => {
    const { id: customerId } = await aCustomer(till.house, { name: 'North Pier' });
    const at = (days: number, number: string) => aMailedInvoice(till, days, { customerId, number });
    const mailed = [await at(1, 'N-today'), await at(4, 'N-soon'), await at(9, 'N-later')];
    await pass();
    const [letter, ...more] = await lettersTo(customerId);
    expect(more).toEqual([]);
    expect(letter?.subject).toContain('payment of N-today is due today');
    for (const { link } of mailed.slice(0, 2)) {
      expect(letter?.html).toContain(linkUrl(till.house, link));
      expect(letter?.body_text).toContain(linkUrl(till.house, link));
    }
    expect(letter?.body_text).toContain('Invoice N-soon: €125.00 EUR');
    expect(letter?.body_text).toContain('What is due next is listed below too.');
    expect(letter?.body_text).not.toContain('N-later');

    // What is overdue without a step of its own that day stands beside what has one.
    await pass(5);
    const [, second] = await lettersTo(customerId);
    expect(second?.body_text).toContain('N-today');
    expect(second?.body_text).toContain('N-later');
  });

  describe('promise nothing that the page behind the button does not ask for', () => {
    const issue = async (terms: NewLink['terms'], payableIds: string[]) => {
      const link = await issueLink(till.house, { payableIds, terms, expiry: '30d', actor: SYSTEM });
      await mail(till, link);
      return link;
    };
    const due = (customerId: string, days: number, number: string) =>
      anInvoice(till.house, { customerId, number, dueOn: dayFromNow(till, days) });
    /** An invoice whose only link asks for something else than all; the letter that the next day brings. */
    const letterFor = async (terms: NewLink['terms']) => {
      const { id: customerId } = await aCustomer(till.house);
      await issue(terms, [(await due(customerId, 4, `P-${customerId}`)).id]);
      await pass();
      return (await lettersTo(customerId))[0]?.body_text;
    };

    test('of a link for a part they name the part, and what is due in all', async () => {
      const text = await letterFor({ terms: 'part', partMinor: 3_000 });
      for (const said of ['€125.00 EUR to Your company is due', 'Amount asked for: €30.00', 'Due in all: €125.00']) {
        expect(text).toContain(said);
      }
      expect(text).toContain('Pay €30.00 EUR');
      expect(text).not.toContain('Pay €125.00');
    });

    test('where the payer has a choice, the button offers it', async () => {
      for (const [terms, said] of [
        [{ terms: 'choose', leastMinor: 700 }, 'Or any sum from: €7.00'],
        [{ terms: 'deposit_or_full', partMinor: 2_500 }, 'Or a deposit of: €25.00'],
      ] as const) {
        const text = await letterFor(terms);
        for (const one of ['Amount due: €125.00 EUR', said, 'Choose what to pay']) expect(text).toContain(one);
        expect(text).not.toContain('Pay €');
      }
    });

    test('a part that would leave what no card can pay is all that is due, as on the page', async () => {
      const { id: customerId } = await aCustomer(till.house);
      const invoice = await due(customerId, 4, `L-${engine}`);
      await issue({ terms: 'part', partMinor: 3_000 }, [invoice.id]);
      await till.house.db.q.updateTable('payable').set({ total_minor: 3_020 }).where('id', '=', invoice.id).execute();
      await pass();
      expect((await lettersTo(customerId))[0]?.body_text).toContain('Pay €30.20 EUR');
    });

    test('a link for several documents says so, and its sum is that of all', async () => {
      const { id: customerId } = await aCustomer(till.house);
      const [soon, later] = [await due(customerId, 4, `M1-${engine}`), await due(customerId, 6, `M2-${engine}`)];
      await issue(undefined, [soon.id, later.id]);
      await pass();
      const [alone] = await lettersTo(customerId);
      expect(alone?.body_text).toContain('€125.00 EUR to Your company is due');
      expect(alone?.body_text).toContain('Amount due: €250.00 EUR');
      expect(alone?.body_text).toContain(`Documents: M1-${engine} (€125.00 EUR), M2-${engine} (€125.00 EUR)`);
      expect(alone?.body_text).toContain('Pay €250.00 EUR');

      await pass(3);
      const [, both] = await lettersTo(customerId);
      expect(both?.body_text).toContain(`Invoice M1-${engine}: €125.00 EUR`);
      expect(both?.body_text).toContain(`Pay €250.00 EUR (M1-${engine}, M2-${engine})`);
      expect(both?.body_text).not.toContain(`Pay M1-${engine}`);
    });

    test('a usable link for all of just that invoice is held rather than a newer one for a part', async () => {
      const { customerId, invoice, link } = await aMailedInvoice(till, 4);
      const part = await issue({ terms: 'part', partMinor: 3_000 }, [invoice.id]);
      // A newer link ends it as a rule; it may have been opened again.
      const open = { ended_as: null, ended_at: null, ended_by: null, replaced_by: null };
      await till.house.db.q.updateTable('link').set(open).where('id', '=', link.id).execute();
      await pass();
      const [letter] = await lettersTo(customerId);
      expect(letter?.body_text).toContain(linkUrl(till.house, link));
      expect(letter?.body_text).not.toContain(linkUrl(till.house, part));
      expect(letter?.body_text).toContain('Pay €125.00 EUR');
    });
  });

  test('speak in the name of the account that the whole letter is about, else in the company’s', async () => {
    const brand = { tradingName: 'Quay Bakery', colour: '#ffcc00', supportEmail: 'help@quay.example' };
    const texts = { ...brand, supportPhone: '', statementSuffix: '' };
    await changeBrand(till.house, { accountId: till.account.id, texts, actor: SYSTEM });
    const other = await aSandboxAccount(till.house);
    const first = await aMailedInvoice(till, 4);
    const { customerId } = await aMailedInvoice(till, 4);
    const second = await anInvoice(till.house, { customerId, dueOn: dayFromNow(till, 4) });
    const wanted: NewLink = { payableIds: [second.id], expiry: '30d', accountId: other.id, actor: SYSTEM };
    await mail(till, await issueLink(till.house, wanted));
    await pass();

    const [branded] = await lettersTo(first.customerId);
    expect(branded).toMatchObject({ subject: expect.stringContaining('Quay Bakery'), reply_to: 'help@quay.example' });
    expect(branded?.html).toContain('background:#ffcc00');
    expect(branded?.body_text).toContain('Paid to: Quay Bakery');
    expect(branded?.body_text).not.toContain('Your company');
    const [mixed] = await lettersTo(customerId);
    expect(mixed?.subject).toContain('Your company');
    expect(mixed?.html).not.toContain('#ffcc00');
    const none = { tradingName: '', colour: '', supportEmail: '', supportPhone: '', statementSuffix: '' };
    await changeBrand(till.house, { accountId: till.account.id, texts: none, actor: SYSTEM });
  });

  test('a part paid invoice is reminded of what is still due, and a paid one not at all', async () => {
    const part = await aMailedInvoice(till, 3);
    await till.house.db.tx(async () => {
      const [invoice] = await lockPayables(till.house.db, [part.invoice.id]);
      const { paymentId } = await aSettledPayment(till.house, {
        customer: await readCustomer(till.house.db, part.customerId),
      });
      await allocate(till.house, invoice as NonNullable<typeof invoice>, { paymentId, amountMinor: 2_500 });
    });
    await pass(3);
    expect((await lettersTo(part.customerId))[0]?.body_text).toContain('Amount due: €100.00 EUR');

    const paid = await aMailedInvoice(till, 4);
    await startPayment(till.house, await till.press(paid.link));
    expect(await pass()).toBe(0);
    expect(await why(paid.invoice.id)).toBe('Nothing is due.');
  });

  test('nobody is reminded while a card payment is under way', async () => {
    const { link, invoice } = await aMailedInvoice(till, 4);
    moveTo(till, 1);
    await startPayment(till.house, await till.press(link, { card: CARDS.challenge }));
    expect(await run()).toBe(0);
    expect(await why(invoice.id)).toBe('A card payment is under way.');
  });

  test.each([
    ['the invoice', 'invoice', (one: { invoice: { id: string } }) => one.invoice.id],
    ['its link', 'link', (one: { link: { id: string } }) => one.link.id],
    ['an older link of it', 'link', (one: { link: { id: string } }) => one.link.id],
    ['a payment of the customer', 'payment', () => 'pay_any'],
  ])('nobody is reminded while a case is open about %s', async (what, subjectKind, subjectOf) => {
    const mailed = await aMailedInvoice(till, 4);
    if (what.includes('older')) await till.aLink(mailed.invoice.id);
    await openCase(till.house, {
      kind: 'gateway-mismatch',
      dedupeKey: mailed.invoice.id,
      subjectKind,
      subjectId: subjectOf(mailed),
      customerId: mailed.customerId,
      summary: 'Something is wrong.',
    });
    expect(await pass()).toBe(0);
    expect(await why(mailed.invoice.id)).toContain('A case is open');
    await till.house.db.q
      .updateTable('case_file')
      .set({ closed_at: nowIso(till.clock) })
      .execute();
    // The step was not lost: it is sent when nothing stands against it any more.
    expect(await pass()).toBe(1);
  });

  test('nobody is reminded whose last letter did not arrive, until the address is another', async () => {
    const { customerId, invoice, email } = await aMailedInvoice(till, 4);
    await mail(till, await till.aLink(invoice.id), email);
    await till.house.db.q
      .updateTable('letter')
      .set({ state: 'refused' })
      .where('customer_id', '=', customerId)
      .where('to_addresses', '=', JSON.stringify([email]))
      .execute();
    expect(await pass()).toBe(0);
    expect(await why(invoice.id)).toContain('could not be delivered');
    const draft = { ...(await readCustomer(till.house.db, customerId)), email: 'right@example.test' };
    await changeCustomer(till.house, customerId, draft, SYSTEM);
    expect(await pass()).toBe(1);
    expect((await lettersTo(customerId))[0]?.to_addresses).toBe('["right@example.test"]');
  });

  test('a customer without an address, and a link that was revoked, are said to be the reason', async () => {
    const nowhere = await aMailedInvoice(till, 4, { customer: { email: '' } });
    const revoked = await aMailedInvoice(till, 4);
    await revokeLink(till.house, { linkId: revoked.link.id, actor: SYSTEM });
    expect(await pass()).toBe(0);
    expect(await why(nowhere.invoice.id)).toContain('has no e-mail address');
    expect(await why(revoked.invoice.id)).toContain('was revoked');
  });

  test('an account that is switched off is not asked to take the money', async () => {
    const { invoice } = await aMailedInvoice(till, 4);
    await till.house.db.q.updateTable('account').set({ active: 0 }).execute();
    expect(await pass()).toBe(0);
    expect(await why(invoice.id)).toContain('is switched off');
    await till.house.db.q.updateTable('account').set({ active: 1 }).execute();
  });

  test('a link that has expired is made anew, and the new one stands in the letter', async () => {
    const { customerId, invoice, link } = await aMailedInvoice(till, 5);
    await pass(5 + 14);
    expect((await lettersTo(customerId))[0]?.body_text).toContain(linkUrl(till.house, link));
    await pass(14);
    const [renewed] = await usableLinksOn(till.house.db, [invoice.id], till.clock.now());
    expect(renewed?.link.id).not.toBe(link.id);
    const letter = (await lettersTo(customerId)).at(-1);
    expect(letter?.body_text).toContain(linkUrl(till.house, await readLink(till.house.db, renewed?.link.id as string)));
  });

  test('are written in the words of the company, or of the account, and say how to stop all the same', async () => {
    const words = (subject: string, accountId?: string) =>
      saveTemplate(till.house, {
        place: { kind: 'reminder-before', accountId, language: 'en' },
        template: { subject, body: 'Dear {customer}, {documents} of {amount} is due on {due_date}.' },
        seenVersion: 0,
        actor: admin,
      });
    await words('From {company}');
    const first = await aMailedInvoice(till, 4, { number: 'T-1', customer: { name: 'Ada <Ltd>' } });
    await pass();
    const [letter] = await lettersTo(first.customerId);
    expect(letter?.subject).toBe('From Your company');
    expect(letter?.body_text).toMatch(/Dear Ada <Ltd>, T-1 of €125\.00 EUR is due on \d+ \w+ \d{4}\./);
    expect(letter?.html).toContain('Dear Ada &lt;Ltd&gt;');
    expect(letter?.body_text).toContain('If you do not want reminders like this one, answer this letter');
    await words('Of the account', till.account.id);
    const second = await aMailedInvoice(till, 4);
    await pass();
    expect((await lettersTo(second.customerId))[0]?.subject).toBe('Of the account');
  });

  test('stop at the most of a day, and go on the next day', async () => {
    const mailed = await Promise.all([1, 2, 3].map(() => aMailedInvoice(till, 4)));
    await switchOn(till, { dailyCap: 2 });
    expect([await pass(), await run(), await pass(), await pass()]).toEqual([2, 0, 1, 0]);
    for (const { customerId } of mailed) expect(await lettersTo(customerId)).toHaveLength(1);
  });

  test.each(['account', 'customer', 'invoice'] as const)('can be switched off for one %s', async (kind) => {
    const { customerId, invoice, link } = await aMailedInvoice(till, 4);
    const subject = { account: link.accountId, customer: customerId, invoice: invoice.id }[kind];
    await put(subject, 'off');
    expect(await pass()).toBe(0);
    expect(await why(invoice.id)).toContain(`switched off for ${kind === 'account' ? 'its payment service' : 'this'}`);
    await put(subject, 'on');
    expect(await pass()).toBe(1);
    expect((await auditOf(till.house.db, subject)).map((line) => line.action)).toEqual(
      expect.arrayContaining([`${kind}.reminders-off`, `${kind}.reminders-on`]),
    );
  });

  test('paused for a customer, they go on by themselves on the day', async () => {
    const { customerId, invoice } = await aMailedInvoice(till, 4);
    await put(customerId, 'paused', dayFromNow(till, 3));
    expect([await pass(), await pass()]).toEqual([0, 0]);
    expect(await why(invoice.id)).toMatch(/paused for this customer until \d+ \w+ \d{4}/);
    expect(await pass()).toBe(1);
    await expect(put(customerId, 'paused', dayFromNow(till, 0))).rejects.toThrow('Choose a day after today');
    await expect(put(customerId, 'paused', dayFromNow(till, -9))).rejects.toThrow('Choose a day after today');
    await expect(put(customerId, 'paused', '2026-02-31')).rejects.toThrow('Choose the day');
    await expect(put(customerId.replace(/.$/, '~'), 'off')).rejects.toThrow('does not exist');
  });

  test('what was overdue, or mailed, before they were switched on waits until an administrator confirms it', async () => {
    await switchOn(till, { on: false });
    const overdue = await aMailedInvoice(till, 2);
    const mailedBefore = await aMailedInvoice(till, 11);
    moveTo(till, 8);
    await switchOn(till);
    const fresh = await aMailedInvoice(till, 4);
    // Sent anew after the switch, but overdue before it.
    await mail(till, overdue.link);
    await pass();
    expect(await lettersTo(fresh.customerId)).toHaveLength(1);
    for (const { invoice } of [overdue, mailedBefore]) expect(await why(invoice.id)).toContain('confirm the backlog');

    await expect(confirmBacklog(till.house, { seenCount: 3, actor: admin })).rejects.toThrow('it holds 2 invoices now');
    const both = await Promise.allSettled([1, 2].map(() => confirmBacklog(till.house, { seenCount: 2, actor: admin })));
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    await run();
    expect(await stepsOf(mailedBefore.invoice.id)).toEqual(['-3 sent']);
    // Of the steps that are past only the latest after its newest letter is sent.
    expect(await stepsOf(overdue.invoice.id)).toEqual(['7 sent']);

    // Switched off and on again, it is backlog again.
    await switchOn(till, { on: false });
    moveTo(till, 1);
    await switchOn(till);
    expect(await why(overdue.invoice.id)).toContain('confirm the backlog');
  });

  test('an invoice whose amount is too small for the gateway is held back with its reason', async () => {
    const { invoice } = await aMailedInvoice(till, 4);
    await till.house.db.q.updateTable('payable').set({ total_minor: 20 }).where('id', '=', invoice.id).execute();
    expect(await pass()).toBe(0);
    expect(await why(invoice.id)).toContain('0.50 EUR');
    expect((await readInvoice(till.house.db, invoice.id)).payable.dueMinor).toBe(20);
  });

  test('look at the invoices once a day, a batch at a time, and at paid ones never', async () => {
    const { id: customerId } = await aCustomer(till.house);
    const ids: string[] = [];
    for (let made = 0; made < 4; made++) ids.push((await aMailedInvoice(till, 4, { customerId })).invoice.id);
    await till.house.db.q
      .updateTable('payable')
      .set({ state: 'part_paid' })
      .where('id', '=', ids[0] ?? '')
      .execute();
    await till.house.db.q
      .updateTable('payable')
      .set({ state: 'paid' })
      .where('id', '=', ids[3] ?? '')
      .execute();
    const batch = async (after: string, days: number) => {
      const found = await owedInvoices(till.house.db, { dueBy: dayFromNow(till, days), after, limit: 2 });
      return found.map((one) => one.id);
    };
    expect(await batch('', 4)).toEqual([ids[0], ids[1]]);
    expect(await batch(ids[1] as string, 4)).toEqual([ids[2]]);
    expect(await batch('', 3)).toEqual([]);

    moveTo(till, 1);
    expect(await run()).toBe(1);
    const { done, letters } = await readReminderDay(till.house.db, dayFromNow(till, 0));
    expect({ done, letters }).toEqual({ done: true, letters: 1 });
  });
});
