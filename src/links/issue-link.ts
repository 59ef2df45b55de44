import { type Account, accountProblem } from '../accounts/account.ts';
import { defaultAccountFor, type GatewayAccess, readAccount } from '../accounts/accounts.store.ts';
import { type Actor, recordAudit, recordAudits } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables, readPayables } from '../payables/payables.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import { dueOn, type Link, MOST_DOCUMENTS, mixtureOf } from './link.ts';
import { type ExpiryChoice, expiresAt } from './link-expiry.ts';
import { type SumRules, sumRulesOf } from './link-terms.ts';
import { coveredLinks, latestDueOn, readLink } from './links.store.ts';
import { termsFaults, type WantedTerms } from './wanted-terms.ts';

export interface NewLink {
  /** One or more, all of one customer and currency. */
  payableIds: string[];
  expiry: ExpiryChoice;
  /** What it asks for; else all that is due. */
  terms?: WantedTerms | undefined;
  actor: Actor;
  /** Which payment service account takes the money; else the default for the currency. */
  accountId?: string | undefined;
}

/**
 * Makes a link for what is due. Older usable links for which nothing would be left to ask end as replaced, in the same
 * transaction (decision 020). Errors: Refusal `nothing-due`, `mixed-payables`, `too-many-documents`, `no-account`,
 * `account-unfit` or `amount-unfit` (409), `fields-invalid` (422) for a part or a least sum that cannot be, or 404.
 */
export async function issueLink(parts: GatewayAccess & { clock: Clock }, wanted: NewLink): Promise<Link> {
  const { db, clock } = parts;
  const payableIds = [...new Set(wanted.payableIds)];
  const { currency } = oneClaim(await readPayables(db, payableIds), payableIds);
  const account = wanted.accountId ? await readAccount(db, wanted.accountId) : await defaultAccountFor(db, currency);
  if (!account) {
    throw new Refusal('no-account', 409, 'No payment service account is set up yet. An administrator can connect one.');
  }
  const rules = sumRulesOf(parts.gateways.hostedFields(account), currency);
  const terms = wanted.terms ?? { terms: 'full' };
  const { timeZone } = await readCompany(db);
  const ends = expiresAt(wanted.expiry, {
    now: clock.now(),
    zone: timeZone,
    dueOn: await latestDueOn(db, payableIds),
  });

  const id = newId('lnk');
  await db.tx(async () => {
    const payables = await lockPayables(db, payableIds);
    const claim = oneClaim(payables, payableIds);
    refuseUnpayable(payables, account, rules);
    const faults = termsFaults(terms, dueOn(payables), rules);
    if (Object.keys(faults).length > 0) throw refuseFields(faults);
    const asked = {
      terms: terms.terms,
      part_minor: ['part', 'deposit_or_full'].includes(terms.terms) ? (terms.partMinor ?? null) : null,
      least_minor: terms.terms === 'choose' ? (terms.leastMinor ?? rules.leastMinor) : null,
    };
    await db.q
      .insertInto('link')
      .values({
        id,
        kind: 'pay',
        customer_id: claim.customerId,
        account_id: account.id,
        currency: claim.currency,
        ...asked,
        payment_id: null,
        created_at: nowIso(clock),
        created_by: wanted.actor.kind === 'person' ? (wanted.actor.id ?? null) : null,
        expires_at: ends,
        ended_as: null,
        ended_at: null,
        ended_by: null,
        replaced_by: null,
      })
      .execute();
    await db.q
      .insertInto('link_payable')
      .values(payableIds.map((payableId, position) => ({ link_id: id, payable_id: payableId, position })))
      .execute();
    const replaced = await replaceOlder(parts, id, payableIds);
    await recordAudit(parts, {
      actor: wanted.actor,
      action: 'link.issued',
      subjectKind: 'link',
      subjectId: id,
      detail: {
        payables: payables.map((one) => one.number),
        accountId: account.id,
        expiresAt: ends,
        replaced,
        dueMinor: dueOn(payables),
        currency: claim.currency,
        ...asked,
      },
    });
    await recordAudits(
      parts,
      replaced.map((older) => ({
        actor: wanted.actor,
        action: 'link.replaced',
        subjectKind: 'link',
        subjectId: older,
        detail: { by: id },
      })),
    );
  });
  return readLink(db, id);
}

/** The customer and currency they have in common. Errors: 404 for one that is missing, 409 for a mixture or too many. */
function oneClaim(payables: Payable[], wantedIds: string[]): Payable {
  const [first] = payables;
  if (!first || payables.length !== wantedIds.length) throw notFound('invoice or deposit');
  const mixed = mixtureOf(payables);
  if (mixed) throw new Refusal('mixed-payables', 409, mixed);
  if (payables.length > MOST_DOCUMENTS) {
    throw new Refusal('too-many-documents', 409, `A link can be for at most ${MOST_DOCUMENTS} documents.`);
  }
  return first;
}

/** Why nobody could pay with such a link, if so. Errors: a Refusal (409) with the reason. */
function refuseUnpayable(payables: Payable[], account: Account, rules: SumRules): void {
  for (const { number, state, dueMinor } of payables) {
    if (dueMinor > 0) continue;
    const why = state === 'void' ? 'is void' : 'is paid already';
    throw new Refusal('nothing-due', 409, `${number} ${why}, so there is nothing to make a link for.`);
  }
  const unfit = accountProblem(account, payables[0]?.currency ?? '');
  if (unfit) throw new Refusal('account-unfit', 409, unfit);
  const problem = rules.problem(dueOn(payables));
  if (problem) throw new Refusal('amount-unfit', 409, problem);
}

/** Ends usable links that ask for nothing which the new one does not ask for too. Gives their ids. */
async function replaceOlder({ db, clock }: GatewayAccess & { clock: Clock }, id: string, payableIds: string[]) {
  const rows = await db.q
    .updateTable('link')
    .set({ ended_as: 'replaced', ended_at: nowIso(clock), replaced_by: id })
    .where('id', 'in', coveredLinks(db.q, payableIds))
    .where('id', '!=', id)
    .where('expires_at', '>', nowIso(clock))
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}
