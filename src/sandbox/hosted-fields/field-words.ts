/** What the card fields say. `validation` codes are Stripe's. */
const en = {
  title: 'Card details',
  number: 'Card number',
  expiry: 'Expiry date',
  expiryHint: 'MM / YY',
  cvc: 'Security code',
  mark: 'Sandbox: no real money',
  incomplete_number: 'Enter the whole card number.',
  invalid_number: 'This card number is not valid.',
  incomplete_expiry: 'Enter the month and the year of expiry.',
  invalid_expiry_month_past: 'The card has expired.',
  invalid_expiry_month: 'The month is not valid.',
  incomplete_cvc: 'Enter the security code.',
};
export type FieldWords = typeof en;

const fr: FieldWords = {
  title: 'Données de la carte',
  number: 'Numéro de carte',
  expiry: 'Date d’expiration',
  expiryHint: 'MM / AA',
  cvc: 'Code de sécurité',
  mark: 'Bac à sable : pas d’argent réel',
  incomplete_number: 'Saisissez le numéro de carte en entier.',
  invalid_number: 'Ce numéro de carte n’est pas valide.',
  incomplete_expiry: 'Saisissez le mois et l’année d’expiration.',
  invalid_expiry_month_past: 'La carte a expiré.',
  invalid_expiry_month: 'Le mois n’est pas valide.',
  incomplete_cvc: 'Saisissez le code de sécurité.',
};

const es: FieldWords = {
  title: 'Datos de la tarjeta',
  number: 'Número de tarjeta',
  expiry: 'Fecha de caducidad',
  expiryHint: 'MM / AA',
  cvc: 'Código de seguridad',
  mark: 'Entorno de prueba: sin dinero real',
  incomplete_number: 'Escriba el número de tarjeta completo.',
  invalid_number: 'Este número de tarjeta no es válido.',
  incomplete_expiry: 'Escriba el mes y el año de caducidad.',
  invalid_expiry_month_past: 'La tarjeta ha caducado.',
  invalid_expiry_month: 'El mes no es válido.',
  incomplete_cvc: 'Escriba el código de seguridad.',
};

const LANGUAGES: Record<string, FieldWords> = { en, fr, es };

/** The language that is spoken for a locale such as `fr-CA`, and its words. */
export function fieldWords(locale: string): { language: string; words: FieldWords } {
  const language = locale.slice(0, 2).toLowerCase();
  const words = LANGUAGES[language];
  return words ? { language, words } : { language: 'en', words: en };
}
