import { describe, expect, test } from '@jest/globals';
import type { ReceiptContent } from '../../src/receipts/receipt.ts';
import { receiptPdf } from '../../src/receipts/receipt-pdf.ts';
import { pdfPages, pdfText } from '../support/pdf.ts';

const CONTENT: ReceiptContent = {
  issuedAt: '2026-11-23T23:30:00.000Z',
  paidAt: '2026-11-23T23:29:00.000Z',
  timeZone: 'Europe/Berlin',
  language: 'en',
  company: {
    tradingName: 'Harbour Supplies',
    addressLines: ['12 Quay Road', '20457 Hamburg'],
    country: 'DE',
    taxId: 'DE123456789',
    website: 'https://harbour.example',
    supportEmail: 'help@example.test',
    supportPhone: '+49 40 1234',
    refundTerms: 'Refunds within 14 days.',
  },
  customer: { number: 'C-1001', name: 'Żaneta Łukasiewicz', email: 'x@example.test' },
  accountName: 'Main account',
  testMode: false,
  method: 'card',
  channel: 'link',
  amountMinor: 12_500,
  currency: 'EUR',
  excessMinor: 0,
  lines: [
    {
      payableId: 'inv_1',
      kind: 'invoice',
      number: 'INV-7',
      totalMinor: 20_000,
      paidBeforeMinor: 2_500,
      paidNowMinor: 12_500,
      stillDueMinor: 5_000,
    },
  ],
  card: { brand: 'visa', last4: '4242' },
  authorizationCode: 'A1B2C3',
  gatewayRef: 'pi_1',
};

const NAMES = {
  Arabic: 'شركة الميناء للتجارة',
  Hebrew: 'חברת הנמל (תל אביב) 2026',
  Chinese: '港口贸易有限公司',
  Korean: '항만 무역 주식회사',
  Japanese: '港湾トレーディング',
  Thai: 'บริษัท ท่าเรือ จำกัด',
  Hindi: 'बंदरगाह व्यापार क्षेत्र',
  Georgian: 'ნავსადგურის ვაჭრობა',
  Armenian: 'Նավահանգիստ',
  Amharic: 'የወደብ ንግድ',
  Khmer: 'ពាណិជ្ជកម្មកំពង់ផែ',
  Lao: 'ບໍລິສັດທ່າເຮືອ',
  Burmese: 'ဆိပ်ကမ်းကုန်သွယ်ရေး',
  Sinhala: 'වරාය වෙළඳාම',
  Bengali: 'বন্দর বাণিজ্য',
  Gujarati: 'બંદર વેપાર',
  Punjabi: 'ਬੰਦਰਗਾਹ ਵਪਾਰ',
  Kannada: 'ಬಂದರು ವ್ಯಾಪಾರ',
  Malayalam: 'തുറമുഖ വ്യാപാരം',
  Odia: 'ବନ୍ଦର ବାଣିଜ୍ୟ',
  Tamil: 'துறைமுக வணிகம்',
  Telugu: 'ఓడరేవు వాణిజ్యం',
};

const pdfOf = (over: Partial<ReceiptContent> = {}) =>
  receiptPdf({ number: 42, paymentId: 'pay_1', content: { ...CONTENT, ...over } });
const named = (name: string) => pdfOf({ customer: { ...CONTENT.customer, name } });

describe('the PDF of a receipt', () => {
  test('says all that card schemes want on a receipt', async () => {
    const text = pdfText(await pdfOf());
    for (const word of [
      ...['Harbour Supplies', '12 Quay Road', 'Germany', 'DE123456789', 'https://harbour.example'],
      ...['Receipt', 'R-000042', '24 Nov 2026', '€125.00 EUR', 'Visa ending in 4242', 'A1B2C3', 'Main account'],
      ...['Żaneta Łukasiewicz', 'C-1001', 'pay_1', 'pi_1', 'Invoice INV-7', '€200.00', '€25.00', '€50.00'],
      ...['Refunds within 14 days.', 'help@example.test', '+49 40 1234', 'Page 1 of 1'],
    ]) {
      expect(text).toContain(word);
    }
  });

  test('has the same bytes whenever it is asked for', async () => {
    const [first, second] = [await pdfOf(), await pdfOf()];
    expect(first.equals(second)).toBe(true);
  });

  test('calls a receipt of deposits a deposit receipt', async () => {
    const lines = CONTENT.lines.map((line) => ({ ...line, kind: 'deposit' as const, number: 'DEP-7' }));
    expect(pdfText(await pdfOf({ lines }))).toMatch(/Deposit receipt[\s\S]*Deposit DEP-7/);
  });

  test('writes Polish, Greek, Russian and Vietnamese names', async () => {
    for (const name of ['Łódź', 'Ελλάδα', 'Москва', 'Nguyễn']) expect(pdfText(await named(name))).toContain(name);
  });

  test('writes names in every script without an empty box, and the same bytes again', async () => {
    const company = { ...CONTENT.company, addressLines: Object.values(NAMES) };
    const [file, again] = [await pdfOf({ company }), await pdfOf({ company })];
    const text = pdfText(file).normalize('NFC');
    expect(text).not.toContain('\u{fffd}');
    // Letters that are drawn as one, or in another order than they are stored, count by what they are made of.
    for (const name of Object.values(NAMES)) {
      expect([...name].filter((letter) => !text.includes(letter))).toEqual([]);
    }
    expect(again.equals(file)).toBe(true);
  });

  test('keeps right-to-left names readable for who copies them, with sums and numbers the right way round', async () => {
    const names = ['חברת הנמל (תל אביב) 2026', 'شركة الميناء 125.00'];
    for (const name of names) expect(pdfText(await named(name))).toContain(name);
    expect(pdfText(await named(names[0] as string))).toContain('€125.00 EUR');
  });

  test('lets no name turn around what stands beside it, and does not break', async () => {
    const text = pdfText(await named('Alice \u202eSTUN\u202c 🎉 \u0000\ud800'));
    expect(text).toContain('Alice STUN');
    expect(text).toContain('Customer number');
  });

  test('shows what no font has a letter for as such', async () => {
    expect(pdfText(await named('\u{13000}\u{13001}'))).toContain('\u{fffd}\u{fffd}');
  });

  test('goes on over further pages when there is much to list', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => ({
      ...(CONTENT.lines[0] as never as object),
      number: `INV-${i}`,
    }));
    const file = await pdfOf({ lines: lines as ReceiptContent['lines'] });
    expect(pdfPages(file)).toBe(3);
    expect(pdfText(file)).toContain('Invoice INV-59');
    expect(pdfText(file)).toContain('Page 3 of 3');
  });

  test('is tagged, titled and says its language, for screen readers', async () => {
    const file = (await pdfOf()).toString('latin1');
    expect(file).toContain('/Lang (en)');
    expect(file).toContain('(Receipt R-000042)');
    expect(file).toContain('/StructTreeRoot');
    expect(file).toContain('/DisplayDocTitle true');
  });
});
