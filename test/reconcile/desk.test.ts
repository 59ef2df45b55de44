import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { standingOf, standingOfAll } from '../../src/reconcile/standing.ts';
import { anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';
import { aChargeThere } from './gateway-side.ts';

describe('the sentence about an account', () => {
  const at = (iso: string) => iso.slice(11, 16);
  const never = {
    ...{ asOf: undefined, failingSince: undefined, isRunning: false },
    ...{ open: 0, openSince: '', explained: 0 },
  };
  const [noon, one, two] = ['2026-11-26T12:00:00Z', '2026-11-26T13:00:00Z', '2026-11-26T14:00:00Z'];

  test.each([
    [never, 'It was not looked at yet.'],
    [{ ...never, isRunning: true }, 'It is looked at for the first time just now.'],
    [{ ...never, failingSince: one }, 'The gateway could not be asked since 13:00. It was never looked at before.'],
    [{ ...never, asOf: noon }, 'Books equal the gateway as of 12:00.'],
    [
      { ...never, asOf: noon, explained: 2 },
      'Books equal the gateway as of 12:00, but for 2 differences that were explained.',
    ],
    [{ ...never, asOf: noon, open: 1, openSince: one }, '1 difference since 13:00.'],
    [
      { ...never, asOf: noon, failingSince: one },
      'The gateway could not be asked since 13:00. As of 12:00 books equalled it.',
    ],
    [
      { ...never, asOf: noon, failingSince: two, open: 2, openSince: one },
      '2 differences since 13:00. The gateway could not be asked since 14:00.',
    ],
  ])('%# says what is known and no more', (facts, sentence) => {
    expect(standingOf(facts, at).sentence).toBe(sentence);
  });

  test('about all accounts is that of the one that was looked at first, and never equal where one was not', () => {
    const [early, late] = [
      { ...never, asOf: noon },
      { ...never, asOf: two },
    ];
    expect(standingOfAll([late, early], at)?.sentence).toBe('Books equal the gateway as of 12:00.');
    expect(standingOfAll([late, never], at)?.tone).toBe('muted');
    expect(standingOfAll([late, { ...early, failingSince: one }], at)?.tone).toBe('bad');
    expect(standingOfAll([], at)).toBeUndefined();
  });
});

describe('the desk', () => {
  let till: Till;
  let accountant: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill();
    await till.control('POST', '/faults', { webhooks: 'off' });
    accountant = await signIn(till, 'accountant');
  });
  afterAll(() => till.stop());

  const desk = async () => (await accountant.get(paths.reconcile())).text;
  async function look(scope: string) {
    const answer = await accountant.post(paths.reconcileRuns(), { scope });
    for (let i = 0; i < 200 && (await accountant.get(paths.reconcileProgress())).body.state === 'running'; i++) {
      await new Promise((resume) => setTimeout(resume, 20));
    }
    return answer;
  }

  test('says nothing of what was not looked at, then what was found, with the figures of both sides', async () => {
    await startPayment(till.house, await till.press(await till.aLink((await anInvoice(till.house)).id)));
    expect(await desk()).toContain('It was not looked at yet.');
    expect(await desk()).not.toContain('Books equal');
    expect((await look('new')).status).toBe(303);
    expect(await desk()).toMatch(/Books equal the gateway as of \d/);
    expect(await desk()).toContain('€125.00 EUR');
    expect((await accountant.get('/')).text).toMatch(/Books equal the gateway as of \d/);
    const clerk = await signIn(till, 'clerk');
    expect((await clerk.get('/')).text).not.toContain('Books equal');
  });

  test('shows that a look is under way, and a second press is the same one', async () => {
    await till.control('POST', '/faults', {
      ...{ match: { method: 'GET', path: '/v1/payment_intents' }, do: 'hold_before', hold: 'list', times: 1 },
    });
    await accountant.post(paths.reconcileRuns(), { scope: 'new' });
    expect((await accountant.post(paths.reconcileRuns(), { scope: 'all' })).status).toBe(303);
    const page = await desk();
    expect(page).toContain('Looking at the gateways');
    expect(page).toContain('<noscript><meta http-equiv="refresh" content="2"></noscript>');
    expect(page).not.toContain('Look now');
    await till.control('POST', '/release', { hold: 'list' });
    await till.control('DELETE', '/faults');
    const runs = await till.house.db.read.selectFrom('reconcile_run').select('id').execute();
    expect(runs).toHaveLength(2);
  });

  test('leads to the case of what differs, shows its note, and who it goes to', async () => {
    await aChargeThere(till, { reference: newId('pay') });
    const { person } = accountant;
    expect((await accountant.post(paths.reconcileOwner(), { ownerId: person.id })).status).toBe(303);
    const odd = await accountant.post(paths.reconcileOwner(), { ownerId: 'per_nobody' });
    expect([odd.status, odd.text.includes('Choose somebody from the list.')]).toEqual([422, true]);
    await look('new');
    const page = await desk();
    expect(page).toMatch(/1 difference since/);
    const [, caseId = ''] = /href="\/cases\/(cas_\w+)"/.exec(page) ?? [];
    const file = (await accountant.get(paths.caseFile(caseId))).text;
    expect(file).toContain('<dt>Owner</dt><dd>The accountant</dd>');
    const resolution = 'It belongs to another shop of ours.';
    await accountant.post(paths.closeCase(caseId), { resolution });
    expect(await desk()).toMatch(/Books equal the gateway as of .+, but for 1 difference that was explained/);
    const [, run = ''] = /href="(\/reconcile\/runs\/rec_\w+)"/.exec(page) ?? [];
    expect((await accountant.get(run)).text).toContain('1 difference found, 0 repaired.');
    expect((await accountant.get(paths.reconcileRun('rec_none'))).status).toBe(404);
  });
});
