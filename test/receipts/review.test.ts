import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { paths } from '../../src/paths.ts';
import { newId } from '../../src/platform/ids.ts';
import { flagReceipt } from '../../src/receipts/flag-receipt.ts';
import { readReceipt } from '../../src/receipts/receipts.store.ts';
import { countReviews } from '../../src/receipts/review-batches.store.ts';
import { reviewReceipt } from '../../src/receipts/review-receipt.ts';
import { continueReviewBatches, runReviewBatch } from '../../src/receipts/run-review-batch.ts';
import { viewsFor } from '../../src/receipts/saved-views.store.ts';
import { startReviewBatch } from '../../src/receipts/start-review-batch.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { readAll } from '../support/http.ts';
import { pdfText } from '../support/pdf.ts';
import { aCustomer } from '../support/seeds.ts';
import { hirePerson, type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { aReceipt } from './issued.ts';

describe.each(ENGINES)('reviewing receipts on %s', (engine) => {
  let portal: TestHouse;
  let accountant: SignedInBrowser;
  let clerk: SignedInBrowser;
  beforeAll(async () => {
    portal = await startHouse({ engine });
    accountant = await signIn(portal, 'accountant');
    clerk = await signIn(portal, 'clerk');
  });
  afterAll(() => portal.stop());

  const reviewOf = async (id: string) => (await readReceipt(portal.house.db, id)).review;
  const deedsOn = async (id: string) =>
    portal.house.db.read
      .selectFrom('audit')
      .select(['action', 'detail'])
      .where('subject_id', '=', id)
      .orderBy('seq')
      .execute();

  test('an accountant reviews a receipt with a note, and the list says who', async () => {
    const { id } = await aReceipt(portal.house);
    const answer = await accountant.post(paths.reviewReceipt(id), { intent: 'review', note: 'Matches the bank.' });
    expect(answer.status).toBe(303);
    expect(await reviewOf(id)).toMatchObject({ by: accountant.person.id, note: 'Matches the bank.' });
    expect((await accountant.get(paths.receipt(id))).text).toContain(
      'Reviewed by <strong><bdi>The accountant</bdi></strong>',
    );
    expect((await accountant.get(`${paths.receipts()}?state=reviewed`)).text).toContain(paths.receipt(id));
    expect((await accountant.get(`${paths.receipts()}?state=unreviewed`)).text).not.toContain(`"${paths.receipt(id)}"`);
  });

  test('a clerk may look but neither review nor export', async () => {
    const { id } = await aReceipt(portal.house);
    const page = await clerk.get(paths.receipt(id));
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('Mark as reviewed');
    expect((await clerk.post(paths.reviewReceipt(id), { intent: 'review', note: '' })).status).toBe(403);
    expect((await clerk.get(paths.receiptsCsv())).status).toBe(403);
    expect(await reviewOf(id)).toBeUndefined();
  });

  test('of two who review at once one is first, and the other is told who', async () => {
    const { id: receiptId } = await aReceipt(portal.house);
    const people = [await hirePerson(portal, 'accountant'), await hirePerson(portal, 'accountant')];
    const tries = await Promise.allSettled(
      people.map(({ id }) => reviewReceipt(portal.house, { receiptId, note: '', actor: { kind: 'person', id } })),
    );
    expect(tries.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const late = await accountant.post(paths.reviewReceipt(receiptId), { intent: 'review', note: 'Mine' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('has reviewed');
    expect((await deedsOn(receiptId)).map((line) => line.action)).toEqual(['receipt.issued', 'receipt.reviewed']);
  });

  test('a changed note keeps its history, and a review can be taken back', async () => {
    const { id } = await aReceipt(portal.house);
    await accountant.post(paths.reviewReceipt(id), { intent: 'review', note: 'First' });
    await accountant.post(paths.reviewReceipt(id), { intent: 'note', note: 'Second' });
    const review = await reviewOf(id);
    expect(review?.note).toBe('Second');
    expect((await accountant.get(paths.receipt(id))).text).toContain('From &#34;First&#34; to &#34;Second&#34;');

    const stale = { intent: 'withdraw', reviewedAt: '2020-01-01T00:00:00.000Z' };
    expect((await accountant.post(paths.reviewReceipt(id), stale)).status).toBe(409);
    const answer = await accountant.post(paths.reviewReceipt(id), { intent: 'withdraw', reviewedAt: review?.at ?? '' });
    expect(answer.status).toBe(303);
    expect(await reviewOf(id)).toBeUndefined();
    const last = (await deedsOn(id)).at(-1);
    expect(last?.action).toBe('receipt.review-withdrawn');
    expect(JSON.parse(last?.detail ?? '')).toMatchObject({ by: accountant.person.id, note: 'Second' });
  });

  test('a flag needs a note, names who raised it, and is resolved or taken off with its history kept', async () => {
    const { id } = await aReceipt(portal.house);
    const empty = await accountant.post(paths.reviewReceipt(id), { intent: 'flag', flag: ' ' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Say what is wrong with it');
    await accountant.post(paths.reviewReceipt(id), { intent: 'flag', flag: 'Wrong customer' });
    const page = await accountant.get(paths.receipt(id));
    expect(page.text).toMatch(/Flagged by <bdi>The accountant<\/bdi>.*Wrong customer/);
    expect((await accountant.get(`${paths.receipts()}?state=flagged`)).text).toContain(paths.receipt(id));

    // A page from before the flag does not pass over it.
    const stale = await accountant.post(paths.reviewReceipt(id), { intent: 'review' });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('has flagged');
    const { flag } = await readReceipt(portal.house.db, id);
    const flaggedAt = flag?.at ?? '';
    expect((await accountant.post(paths.reviewReceipt(id), { intent: 'unflag', flaggedAt: 'x' })).status).toBe(409);
    await accountant.post(paths.reviewReceipt(id), { intent: 'unflag', flaggedAt });
    expect(await readReceipt(portal.house.db, id)).toMatchObject({ reviewState: 'unreviewed', flag: undefined });

    portal.clock.advance(1000);
    await accountant.post(paths.reviewReceipt(id), { intent: 'flag', flag: 'Still wrong' });
    const again = (await readReceipt(portal.house.db, id)).flag?.at ?? '';
    await accountant.post(paths.reviewReceipt(id), { intent: 'review', flaggedAt: again, note: 'Asked them' });
    expect(await readReceipt(portal.house.db, id)).toMatchObject({ reviewState: 'reviewed', flag: undefined });
    const history = (await deedsOn(id)).map((line) => line.action.replace('receipt.', ''));
    expect(history).toEqual(['issued', 'flagged', 'unflagged', 'flagged', 'flag-resolved']);
    expect((await accountant.get(paths.receipt(id))).text).toContain('Asked them The flag was: Still wrong');
  });

  test('of one who flags and one who approves at once, one is first and the other is told', async () => {
    const { id: receiptId } = await aReceipt(portal.house);
    const actor = { kind: 'person' as const, id: accountant.person.id };
    const tries = await Promise.allSettled([
      reviewReceipt(portal.house, { receiptId, note: '', actor }),
      flagReceipt(portal.house, { receiptId, note: 'Odd', actor }),
    ]);
    expect(tries.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await deedsOn(receiptId)).toHaveLength(2);
  });

  test('the queue shows one receipt after the other of the same filter, and says how many are left', async () => {
    const customer = await aCustomer(portal.house, { name: 'Queue Boats' });
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await aReceipt(portal.house, { customer, amountMinor: 7_700 + i })).id);
    const [first = '', second = '', third = ''] = ids;
    const queue = (place = '') => accountant.get(`${paths.receiptQueue()}?q=queue+boats${place}`);
    const page = await queue();
    for (const words of [
      '3 are left',
      '€77.00',
      'INV-',
      'Queue Boats',
      'A12345',
      'by the payer',
      'Visa ending in 4242',
    ]) {
      expect(page.text).toContain(words);
    }
    expect(page.text).toContain(`action="${paths.reviewReceipt(first)}"`);

    const query = 'state=unreviewed&q=queue+boats';
    const approved = await accountant.post(paths.reviewReceipt(first), { intent: 'review', queue: query });
    expect(approved.headers.location).toBe(`${paths.receiptQueue()}?${query}&after=${first}`);
    const next = await accountant.get(approved.headers.location as string);
    expect(next.text).toContain('2 are left');
    expect(next.text).toContain(`action="${paths.reviewReceipt(second)}"`);
    expect((await queue(`&before=${third}`)).text).toContain(paths.reviewReceipt(second));

    await accountant.post(paths.reviewReceipt(third), { intent: 'flag', flag: 'Odd', queue: query });
    const end = await queue(`&after=${third}`);
    expect(end.text).toContain('One receipt that you skipped is left.');
    const beaten = await accountant.post(paths.reviewReceipt(first), { intent: 'review', queue: query });
    expect(beaten.status).toBe(409);
    expect(beaten.text).toMatch(/1 is left[\s\S]*has reviewed R-\d+ in the meantime/);
    await accountant.post(paths.reviewReceipt(second), { intent: 'review', queue: query });
    expect((await queue()).text).toContain('All done');
    expect((await clerk.get(paths.receiptQueue())).status).toBe(403);
  });

  test('ticked receipts are approved in one press, and what others did is left out and named', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await aReceipt(portal.house)).id);
    await accountant.post(paths.reviewReceipt(ids[1] as string), { intent: 'flag', flag: 'Sum differs' });
    const form = { submissionId: newId('req'), query: 'q=x', note: 'Day closed' };
    const press = async () =>
      accountant.agent
        .post(paths.reviewBatches())
        .set('Origin', portal.url)
        .type('form')
        .send({ ...form, _csrf: await accountant.csrf(), receipt: ids });
    const [answer, twice] = [await press(), await press()];
    expect(twice.headers.location).toBe(answer.headers.location);
    const page = await accountant.get(answer.headers.location as string);
    expect(page.text).toMatch(/Approved<\/dt><dd>2</);
    expect(page.text).toMatch(/Left out<\/dt><dd>1</);
    expect(page.text).toContain('Flagged by The accountant: Sum differs');
    expect(page.text).toContain(`href="${paths.receipts()}?q=x"`);
    expect(await reviewOf(ids[0] as string)).toMatchObject({ by: accountant.person.id, note: 'Day closed' });
    expect((await deedsOn(ids[2] as string)).map((line) => line.action)).toEqual([
      'receipt.issued',
      'receipt.reviewed',
    ]);
  });

  test('all that a filter shows is approved, but not what came after the form was made', async () => {
    const customer = await aCustomer(portal.house, { name: 'Bulk Barges' });
    const seen = [];
    for (let i = 0; i < 60; i++) seen.push((await aReceipt(portal.house, { customer })).id);
    const page = await accountant.get(`${paths.newReviewBatch()}?q=bulk+barges`);
    expect(page.text).toContain('Approve these 60 receipts');
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';
    const late = await aReceipt(portal.house, { customer });
    const form = { all: 'yes', query: 'q=bulk+barges', newest: field('newest'), submissionId: field('submissionId') };
    const answer = await accountant.post(paths.reviewBatches(), form);
    expect((await accountant.get(answer.headers.location as string)).text).toMatch(/Approved<\/dt><dd>60</);
    expect(await reviewOf(late.id)).toBeUndefined();
    expect(await reviewOf(seen[59] as string)).toBeDefined();
    expect((await accountant.post(paths.reviewBatches(), form)).headers.location).toBe(answer.headers.location);
  });

  test('two runs of one bulk review approve each receipt once', async () => {
    const receiptIds = [];
    for (let i = 0; i < 4; i++) receiptIds.push((await aReceipt(portal.house)).id);
    const actor = { kind: 'person' as const, id: accountant.person.id };
    const order = { receiptIds, note: '', back: paths.receipts(), actor, submissionId: newId('req') };
    const [id = '', same] = await Promise.all([
      startReviewBatch(portal.house, order),
      startReviewBatch(portal.house, order),
    ]);
    expect(same).toBe(id);
    await Promise.all([runReviewBatch(portal.house, id), runReviewBatch(portal.house, id)]);
    await continueReviewBatches(portal.house);
    expect(await countReviews(portal.house.db, id)).toEqual({ approved: 4, leftOut: 0 });
    for (const receiptId of receiptIds) expect(await deedsOn(receiptId)).toHaveLength(2);
  });

  test('a view keeps a choice for its maker, who may share, rename and delete it', async () => {
    const made = { name: ' To  look at ', query: 'state=flagged&before=rcp_x&q=', shared: '' };
    const { shared: _, ...form } = made;
    const answer = await accountant.post(paths.receiptViews(), form);
    expect(answer.headers.location).toBe(`${paths.receipts()}?state=flagged`);
    const own = async () => (await viewsFor(portal.house.db, accountant.person.id)).own;
    const [view] = await own();
    expect(view).toMatchObject({ name: 'To look at', query: 'state=flagged', shared: false });
    expect((await accountant.get(paths.receipts())).text).toContain('<bdi>To look at</bdi>');
    expect((await clerk.get(paths.receipts())).text).not.toContain('To look at');

    const taken = await accountant.post(paths.receiptViews(), form);
    expect(taken.status).toBe(422);
    expect(taken.text).toContain('You have a view of that name already.');
    const id = view?.id ?? '';
    expect((await clerk.post(paths.receiptView(id), { intent: 'delete' })).status).toBe(404);
    await accountant.post(paths.receiptView(id), { intent: 'change', name: 'Odd ones', shared: 'yes' });
    expect((await clerk.get(paths.receipts())).text).toMatch(/<bdi>Odd ones<\/bdi>.*by <bdi>The accountant/);
    await accountant.post(paths.receiptView(id), { intent: 'delete' });
    expect(await own()).toEqual([]);
  });

  test('totals follow as lines for a script and as a page without one', async () => {
    const customer = await aCustomer(portal.house, { name: 'Totals Trading' });
    await aReceipt(portal.house, { customer, amountMinor: 12_345 });
    const address = `${paths.receiptTotals()}?q=totals+trading`;
    const lines = await accountant.agent.get(address).set('Accept', 'application/x-ndjson').buffer(true).parse(readAll);
    const told = String(lines.body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told.at(-1)).toMatchObject({ done: true, totals: [{ currency: 'EUR', receipts: '1', net: '€123.45' }] });
    const page = await accountant.agent.get(address).set('Accept', 'text/html');
    expect(page.text).toContain('€123.45');
    expect((await accountant.get(`${paths.receiptTotals()}?from=2026-02-30`)).status).toBe(422);
  });

  test('a hostile name stays text in the list, the queue, the letter and the PDF', async () => {
    const name = '<script>alert(1)</script> "=1+1" שלום';
    const { id } = await aReceipt(portal.house, { customer: await aCustomer(portal.house, { name }) });
    const { content, number } = await readReceipt(portal.house.db, id);
    // As it may have come before names were looked at: with marks that turn around what follows.
    content.customer.name = `${name}\u202e\r\nBcc: x@example.test`;
    await portal.house.db.q
      .updateTable('receipt')
      .set({ content: JSON.stringify(content) })
      .where('id', '=', id)
      .execute();
    for (const path of [`${paths.receipts()}?q=R-${number}`, paths.receipt(id), `${paths.receiptQueue()}?at=${id}`]) {
      const { text } = await accountant.get(path);
      expect(text).toContain('<bdi>&lt;script&gt;alert(1)&lt;/script&gt; &#34;=1+1&#34; שלום');
      expect(text).not.toContain('<script>alert');
    }
    const file = await accountant.agent.get(paths.receiptPdf(id)).buffer(true).parse(readAll);
    expect(pdfText(file.body)).toContain(`${name}\n`.trim());
    expect(pdfText(file.body)).not.toContain('\u202e');
    await accountant.post(paths.resendReceipt(id), { to: 'one@example.test', sendId: newId('req') });
    const letter = await portal.house.db.read
      .selectFrom('letter')
      .select(['subject', 'html', 'body_text'])
      .where('subject_id', '=', id)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    expect(letter.subject).not.toMatch(/[\r\n\u202e]/);
    expect(letter.html).not.toContain('<script>');
    expect(letter.html).not.toContain('\u202e');
  });

  test('a note that is too long is said next to the field, with what was typed', async () => {
    const { id } = await aReceipt(portal.house);
    const note = 'n'.repeat(501);
    const answer = await accountant.post(paths.reviewReceipt(id), { intent: 'review', note });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('A note has at most 500 characters.');
    expect(answer.text).toContain(note);
    expect(await reviewOf(id)).toBeUndefined();
  });

  test('a receipt is sent again to whom the clerk types, once for one form', async () => {
    const { id } = await aReceipt(portal.house);
    const form = { to: 'one@example.test; two@example.test', sendId: newId('req') };
    expect((await clerk.post(paths.resendReceipt(id), form)).status).toBe(303);
    expect((await clerk.post(paths.resendReceipt(id), form)).status).toBe(303);
    const letters = await portal.house.db.read
      .selectFrom('letter')
      .select(['to_addresses', 'created_by'])
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute();
    expect(letters).toHaveLength(2);
    expect(JSON.parse(letters[1]?.to_addresses ?? '')).toEqual(['one@example.test', 'two@example.test']);
    expect(letters[1]?.created_by).toBe(clerk.person.id);

    const wrong = await clerk.post(paths.resendReceipt(id), { to: 'nobody', sendId: newId('req') });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('&#34;nobody&#34; is not an e-mail address');
  });

  test('the export arrives as a file of the chosen receipts, and refuses days that are none', async () => {
    const { number } = await aReceipt(portal.house);
    const answer = await accountant.get(`${paths.receiptsCsv()}?q=R-${number}&excel=1`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename=receipts-\d{4}-\d\d-\d\d\.csv$/);
    expect(answer.text.trim().split('\r\n')).toHaveLength(2);
    expect((await accountant.get(`${paths.receiptsCsv()}?from=2026-02-30`)).status).toBe(422);
  });

  test('nobody sees receipts without signing in', async () => {
    const { id } = await aReceipt(portal.house);
    for (const path of [paths.receipts(), paths.receipt(id), paths.receiptPdf(id), paths.receiptsCsv()]) {
      const answer = await supertest(portal.url).get(path).set('Accept', 'text/html');
      expect(answer.status).toBe(303);
      expect(answer.headers.location).toContain(paths.signIn());
    }
  });
});
