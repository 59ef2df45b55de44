import type { Request, RequestHandler, Response } from 'express';
import { inBrandOf } from '../accounts/brand.ts';
import { brandLook } from '../accounts/brand-look.ts';
import type { Company } from '../company/company.ts';
import { findLinkInFull, type LinkInFull } from '../links/links.store.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import type { Surroundings } from '../platform/web/render.ts';
import { unknownLink } from '../tokens/link-token.ts';
import { wordsFor } from '../words/words.ts';
import type { Setting } from './checkout.pages.ts';

type Answer = (req: Request, res: Response, setting: Setting) => Promise<void>;

/** Makes handlers that begin with the link which the token in the address is the right to; of one kind, where it is named. */
export function linkReader({ db, linkTokens, clock }: Pick<PaymentParts, 'db' | 'linkTokens' | 'clock'>) {
  return (answer: Answer, kind?: LinkInFull['link']['kind']): RequestHandler =>
    async (req, res) => {
      const token = String(req.params.token);
      const found = await findLinkInFull(db, linkTokens.read('pay', token));
      if (!found || (kind && found.link.kind !== kind)) throw unknownLink();
      await answer(req, res, settingOf(res, { token, found, now: clock.now() }));
    };
}

/** The page is shown in the customer's language and the account's brand, and says so where no real money moves. */
function settingOf(res: Response, { token, found, now }: Pick<Setting, 'token' | 'found' | 'now'>): Setting {
  const surroundings = res.locals.surroundings as Surroundings & { company: Company };
  const company = inBrandOf(surroundings.company, found.account.brand);
  surroundings.company = company;
  surroundings.brand = brandLook(found.account);
  const { language } = found.customer;
  const words = wordsFor(language);
  surroundings.lang = language;
  surroundings.testMode = !found.account.livemode;
  surroundings.frame = words.page;
  return { token, found, company, words, language, now };
}
