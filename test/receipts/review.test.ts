import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { paths } from '../../src/paths.ts';
import { newId } from '../../src/platform/ids.ts';
import { readReceipt } from '../../src/receipts/receipts.store.ts';
import { reviewReceipt } from '../../src/receipts/review-receipt.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
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
    expect((await accountant.get(paths.receipt(id))).text).toContain('Reviewed by <strong>The accountant</strong>');
    expect((await accountant.get(`${paths.receipts()}?reviewed=yes`)).text).toContain(paths.receipt(id));
    expect((await accountant.get(`${paths.receipts()}?reviewed=no`)).text).not.toContain(`"${paths.receipt(id)}"`);
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
