import type { LetterDraft } from '../../src/mail/letter.ts';
import { queueLetter } from '../../src/mail/queue-letter.ts';
import type { House } from '../../src/wire.ts';

let made = 0;

/** What a letter about an invoice might say; all of it can be replaced. */
export function aDraft(house: Pick<House, 'config'>, over: Partial<LetterDraft> = {}): LetterDraft {
  return {
    key: `letter-${++made}`,
    kind: 'link',
    to: ['ada@example.test'],
    language: 'en',
    sender: {
      tradingName: 'Müller & Sons',
      addressLines: ['1 Quay Street', 'Port Town'],
      replyTo: 'answers@shop.test',
      supportEmail: 'help@shop.test',
      supportPhone: '+49 30 123456',
    },
    subject: 'Invoice INV-1042: EUR 125.00 due 30 Nov 2026',
    body: {
      heading: 'Invoice INV-1042',
      paragraphs: ['Hello Ada,', 'you can pay this invoice by card until 30 Nov 2026.'],
      facts: [
        { label: 'Amount due', value: 'EUR 125.00', strong: true },
        { label: 'Invoice', value: 'INV-1042' },
      ],
      action: { label: 'See the invoice and pay', url: `${house.config.baseUrl}/pay/abc` },
      note: { label: 'Müller & Sons writes', text: 'Thank you!\nMore at https://other.test' },
      closing: ['Kind regards', 'Müller & Sons'],
    },
    ...over,
  };
}

/** A letter waiting in the outbox; gives its id. */
export async function aQueuedLetter(house: House, over: Partial<LetterDraft> = {}): Promise<string> {
  return (await queueLetter(house, aDraft(house, over))) as string;
}
