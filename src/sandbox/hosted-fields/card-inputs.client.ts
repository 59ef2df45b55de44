import { brandOf, cvcDigits, groupNumber, isWholeNumber, mostDigits, passesLuhn } from '../card-number.ts';
import { type FieldWords, fieldWords } from './field-words.ts';

export interface FieldError {
  type: 'validation_error';
  code: keyof FieldWords;
  message: string;
}
type Name = 'number' | 'expiry' | 'cvc';

const { words } = fieldWords(document.documentElement.lang);
const inputs = { number: inputOf('number'), expiry: inputOf('expiry'), cvc: inputOf('cvc') };
const NAMES: readonly Name[] = ['number', 'expiry', 'cvc'];

/** Groups digits while they are typed and says in words what is wrong once a field is left. */
export function watchInputs(changed: () => void): void {
  inputs.number.addEventListener('input', () => {
    const digits = digitsOf('number').slice(0, mostDigits(digitsOf('number')));
    rewrite(inputs.number, groupNumber(digits));
    const brand = brandOf(digits);
    document.querySelector('.brand')!.textContent = brand === 'unknown' ? '' : brand;
  });
  inputs.expiry.addEventListener('input', (event) => rewrite(inputs.expiry, expiryText(event as InputEvent)));
  inputs.cvc.addEventListener('input', () => rewrite(inputs.cvc, digitsOf('cvc').slice(0, 4)));
  for (const name of NAMES) {
    inputs[name].addEventListener('input', () => {
      if (inputs[name].getAttribute('aria-invalid') === 'true' && !problemOf(name)) show(name, undefined);
      changed();
    });
    inputs[name].addEventListener('change', () => {
      if (inputs[name].value) show(name, problemOf(name));
      changed();
    });
  }
  document.querySelector('form')!.addEventListener('submit', (event) => event.preventDefault());
}

/** Shows every problem; the first one takes the focus. */
export function checkAll(): FieldError | undefined {
  const problems = NAMES.map((name) => [name, problemOf(name)] as const);
  for (const [name, code] of problems) show(name, code);
  const first = problems.find(([, code]) => code);
  if (!first?.[1]) return undefined;
  inputs[first[0]].focus();
  return { type: 'validation_error', code: first[1], message: words[first[1]] };
}

/** What a `change` event tells. */
export function inputState() {
  return {
    complete: NAMES.every((name) => !problemOf(name)),
    empty: NAMES.every((name) => inputs[name].value === ''),
    brand: brandOf(digitsOf('number')),
  };
}

/** The card as the API takes it. */
export function cardParams() {
  const [month, year] = expiryOf();
  return { number: digitsOf('number'), exp_month: month, exp_year: year, cvc: digitsOf('cvc') };
}

export function focusFirst(): void {
  inputs[NAMES.find((name) => problemOf(name)) ?? 'number'].focus();
}

export function clearInputs(): void {
  for (const name of NAMES) {
    inputs[name].value = '';
    show(name, undefined);
  }
}

function problemOf(name: Name): keyof FieldWords | undefined {
  const digits = digitsOf(name);
  if (name === 'number') {
    if (!isWholeNumber(digits)) return 'incomplete_number';
    return passesLuhn(digits) ? undefined : 'invalid_number';
  }
  if (name === 'cvc') return digits.length < cvcDigits(digitsOf('number')) ? 'incomplete_cvc' : undefined;
  if (digits.length < 4) return 'incomplete_expiry';
  const [month, year] = expiryOf();
  if (month < 1 || month > 12) return 'invalid_expiry_month';
  const now = new Date();
  const past = year < now.getFullYear() || (year === now.getFullYear() && month < now.getMonth() + 1);
  return past ? 'invalid_expiry_month_past' : undefined;
}

function show(name: Name, code: keyof FieldWords | undefined): void {
  document.querySelector(`#${name}-error`)!.textContent = code ? words[code] : '';
  if (code) inputs[name].setAttribute('aria-invalid', 'true');
  else inputs[name].removeAttribute('aria-invalid');
}

/** `1` stays, `5` becomes `05`, and the separator comes by itself unless something is being deleted. */
function expiryText(event: InputEvent): string {
  let digits = digitsOf('expiry');
  // Autofill writes MM/YYYY.
  if (digits.length === 6) digits = digits.slice(0, 2) + digits.slice(4);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  digits = digits.slice(0, 4);
  if (event.inputType?.startsWith('delete') && digits.length <= 2) return digits;
  return digits.length >= 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

function expiryOf(): [month: number, year: number] {
  const digits = digitsOf('expiry');
  return [Number(digits.slice(0, 2)), 2000 + Number(digits.slice(2, 4))];
}

/** Keeps the caret behind the digit it stood behind. */
function rewrite(input: HTMLInputElement, text: string): void {
  if (input.value === text) return;
  const caret = input.selectionStart ?? input.value.length;
  const atEnd = caret >= input.value.length;
  const digitsBefore = input.value.slice(0, caret).replace(/\D/g, '').length;
  input.value = text;
  if (atEnd) return;
  let place = 0;
  for (let seen = 0; place < text.length && seen < digitsBefore; place += 1) if (/\d/.test(text[place]!)) seen += 1;
  input.setSelectionRange(place, place);
}

function digitsOf(name: Name): string {
  return inputs[name].value.replace(/\D/g, '');
}

function inputOf(id: Name): HTMLInputElement {
  return document.getElementById(id) as HTMLInputElement;
}
