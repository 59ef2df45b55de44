const BRANDS: Record<string, string> = {
  amex: 'American Express',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners Club',
  discover: 'Discover',
  eftpos_au: 'eftpos',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

/** A card brand as its owner writes it: visa → Visa. */
export function brandName(brand: string): string {
  return BRANDS[brand] ?? (brand === '' || brand === 'unknown' ? 'Card' : brand);
}

/** "Visa •••• 4242", never broken. */
export function cardText(brand: string, last4: string): string {
  return `${brandName(brand)}${last4 ? `\u00a0••••\u00a0${last4}` : ''}`;
}
