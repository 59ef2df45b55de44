export type LetterKind =
  | 'link'
  | 'receipt'
  | 'refund'
  | 'credit-note'
  | 'reminder'
  | 'statement'
  | 'link-replaced'
  | 'invite'
  | 'reset'
  | 'new-link-wanted'
  | 'access-code';

/** What a letter says, in blocks that become HTML and plain text alike. */
export interface LetterBody {
  heading: string;
  paragraphs: string[];
  facts?: Array<{ label: string; value: string; strong?: boolean }>;
  action?: { label: string; url: string };
  /** Where there is more than one thing to open: each with its own link, in place of the one button. */
  items?: Array<{ title: string; detail: string; label: string; url: string }>;
  /** Words a person typed: shown as plain text in a labelled block, never as part of our own words. */
  note?: { label: string; text: string };
  closing: string[];
}

/** In whose name letters go out: the company, as its settings say. */
export interface Sender {
  tradingName: string;
  addressLines: string[];
  replyTo: string;
  supportEmail: string;
  supportPhone: string;
  /** Colours (#rrggbb) of the button and the text on it; ours when there are none. */
  accent?: { colour: string; text: string } | undefined;
}

export interface LetterDraft {
  /** One letter for one key, however often the deed runs: `receipt-pay_…`. */
  key: string;
  kind: LetterKind;
  to: string[];
  cc?: string[];
  replyTo?: string | undefined;
  language: string;
  sender: Sender;
  subject: string;
  body: LetterBody;
  customerId?: string | undefined;
  linkId?: string | undefined;
  /** What it is about, for lists: a receipt, a person. */
  subjectId?: string | undefined;
  createdBy?: string | undefined;
}

const KINDS_WITH_SECRETS: ReadonlySet<string> = new Set<LetterKind>(['invite', 'reset', 'access-code']);

/** True for letters that let the reader in as somebody: of the staff by a link, or as a customer by a code. */
export function holdsSecretLink(kind: string): boolean {
  return KINDS_WITH_SECRETS.has(kind);
}
