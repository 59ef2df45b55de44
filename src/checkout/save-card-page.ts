import { openSetupOn } from '../cards/card-setups.store.ts';
import { linkState } from '../links/link.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { endedPage, type PayerPage, pausedPage, type Setting } from './checkout.pages.ts';
import { cardSavedPage, saveCardFormPage, savingPage } from './save-card.pages.ts';

/** The same for a link that asks for a card and no money: saved, under way, ended, else the form. Reads only. */
export async function saveCardPage(parts: PaymentParts, setting: Setting): Promise<PayerPage> {
  const { link, account } = setting.found;
  const state = linkState(link, [], setting.now);
  if (state === 'used' || state === 'closed') return { page: cardSavedPage(setting, state), status: 200 };
  const fields = parts.gateways.hostedFields(account);
  const setup = await openSetupOn(parts.db, link.id);
  if (setup) return { page: savingPage(setting, setup, fields), status: 200, origins: fields.origins };
  if (state !== 'usable') return { page: endedPage(setting, state), status: 410 };
  if (!account.active) return { page: pausedPage(setting), status: 200 };
  return { page: saveCardFormPage(setting, fields), status: 200, origins: fields.origins };
}
