import { readMailAddress } from '../mail/address.ts';
import type { Sender } from '../mail/letter.ts';
import { isPhoneNumber, NO_PHONE_NUMBER } from '../platform/phone-number.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { isPlainLine } from '../platform/text-key.ts';
import { isColour, textOn } from './brand-colour.ts';
import { statementSuffixProblem } from './statement-suffix.ts';

/** How an account presents itself to customers. Empty texts leave it to the company's own. */
export interface Brand {
  tradingName: string;
  /** #rrggbb in lower case. */
  colour: string;
  supportEmail: string;
  supportPhone: string;
  /** The hash of its picture, where it has one, and how the picture's file name ends. */
  logo: { hash: string; ending: string } | undefined;
}

export type BrandTexts = Omit<Brand, 'logo'> & { statementSuffix: string };

/** How long each text may be, in characters. */
const BRAND_MOST = { tradingName: 100, supportEmail: 254, supportPhone: 40 } as const;

/** What is wrong with a brand's texts, field by field; empty when nothing is. */
export function brandFaults(texts: BrandTexts): FieldErrors {
  const faults: FieldErrors = {};
  if (texts.colour && !isColour(texts.colour)) {
    faults.colour = 'Write the colour as # and six digits or letters from a to f, such as #7a1f3d.';
  }
  if (texts.supportEmail && !readMailAddress(texts.supportEmail)) {
    faults.supportEmail = 'This is not an e-mail address that we can write to.';
  }
  if (texts.supportPhone && !isPhoneNumber(texts.supportPhone)) faults.supportPhone = NO_PHONE_NUMBER;
  for (const field of ['tradingName', 'supportEmail', 'supportPhone'] as const) {
    if (!isPlainLine(texts[field])) faults[field] ??= 'Use one line of plain text.';
    if (texts[field].length > BRAND_MOST[field]) faults[field] ??= `Use at most ${BRAND_MOST[field]} characters.`;
  }
  const suffix = statementSuffixProblem(texts.statementSuffix);
  if (suffix) faults.statementSuffix = suffix;
  return faults;
}

/** Who asks for the money: the company, with what the account's brand says in its place. */
export function inBrandOf<Company extends { tradingName: string; supportEmail: string; supportPhone: string }>(
  company: Company,
  brand: Brand,
): Company {
  return {
    ...company,
    tradingName: brand.tradingName || company.tradingName,
    supportPhone: brand.supportPhone || company.supportPhone,
    supportEmail: brand.supportEmail || company.supportEmail,
    // Answers to a letter in the brand's name go where the brand is asked.
    ...('replyTo' in company && brand.supportEmail ? { replyTo: brand.supportEmail } : {}),
  };
}

/** In whose name a letter goes out: the company, with what the brand of the account says in its place. */
export function senderInBrand(company: Sender, brand: Brand | undefined): Sender {
  if (!brand) return company;
  const accent = brand.colour ? { colour: brand.colour, text: textOn(brand.colour) } : undefined;
  return { ...inBrandOf(company, brand), accent };
}
