import { isEmailAddress } from '../platform/email-address.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { isPlainLine, tidyLine, tidyLines } from '../platform/text-key.ts';
import { LANGUAGES } from '../words/words.ts';

/** Who owes. */
export interface Customer extends CustomerDraft {
  id: string;
}

/** What is written down about a customer. */
export interface CustomerDraft {
  /** The ERP's number; compared without regard to capitals. */
  number: string;
  name: string;
  /** Where links and receipts go: one plain address, or empty. */
  email: string;
  /** ISO 639-1, one of LANGUAGES. */
  language: string;
  /** Several lines, or empty. */
  address: string;
}

export const LONGEST_NUMBER = 50;

/** The draft as it is stored: no blanks around, line feeds only. */
export function tidyCustomer(draft: CustomerDraft): CustomerDraft {
  return {
    number: tidyLine(draft.number),
    name: tidyLine(draft.name),
    email: draft.email.trim(),
    language: draft.language,
    address: tidyLines(draft.address),
  };
}

/** A sentence for each field that cannot stand; of a tidy draft. Empty when all is well. */
export function customerFaults(draft: CustomerDraft): FieldErrors {
  const faults: FieldErrors = {};
  const number = numberFault(draft.number, 'customer');
  if (number) faults.number = number;
  if (!draft.name) faults.name = 'Enter the name of the customer.';
  else if (draft.name.length > 200) faults.name = 'A name has at most 200 characters.';
  else if (!isPlainLine(draft.name)) faults.name = 'A name is one line of plain text.';
  if (draft.email && !isEmailAddress(draft.email)) {
    faults.email = 'Enter one e-mail address, such as accounts@example.com, and nothing else.';
  }
  if (!Object.hasOwn(LANGUAGES, draft.language)) faults.language = 'Choose one of the languages.';
  if (draft.address.length > 500) faults.address = 'An address has at most 500 characters.';
  return faults;
}

/** Why a number of the ERP (a customer's, an invoice's) cannot stand; undefined when it can. */
export function numberFault(number: string, of: 'customer' | 'invoice'): string | undefined {
  if (!number) return `Enter the number of the ${of}.`;
  if (number.length > LONGEST_NUMBER) return `A number has at most ${LONGEST_NUMBER} characters.`;
  return isPlainLine(number) ? undefined : 'A number is one line of plain text.';
}
