import { type CardFields, mountCardFields } from '../gateway/hosted-fields.client.ts';

const form = document.querySelector<HTMLFormElement>('form[data-charge-form]');
if (form) start(form);

/** Said where neither the question nor what is wrong came back, as when one is signed out. */
const LOST =
  'Nothing was charged: the portal did not answer as it should. Load this page again, and sign in if you are asked to.';

/** Brings the card screen to life: another account loads its own fields, a keyed card stays typed while it is confirmed. */
function start(form: HTMLFormElement): void {
  const keyed = form.querySelector<HTMLInputElement>('input[name=card][value=key]');
  const keyedPart = form.querySelector<HTMLElement>('[data-keyed]');
  const cardError = form.querySelector<HTMLElement>('[data-card-error]');
  const place = document.getElementById('card-fields');
  const account = document.getElementById('accountId') as HTMLSelectElement | null;
  const data = form.dataset as Record<'kind' | 'key' | 'units' | 'currency' | 'page', string>;
  let fields: CardFields | undefined;

  account?.addEventListener('change', () => {
    const typed = new URLSearchParams();
    for (const name of ['accountId', 'amount', 'payerEmail']) {
      typed.set(name, (form.elements.namedItem(name) as HTMLInputElement).value);
    }
    if (keyed?.checked) typed.set('card', 'key');
    location.assign(`${data.page}?${typed}`);
  });

  const showKeyed = async () => {
    if (keyedPart) keyedPart.hidden = !keyed?.checked;
    if (!keyed?.checked || fields || !place) return;
    try {
      fields = await mountCardFields(place, {
        kind: data.kind as 'stripe' | 'sandbox',
        publishableKey: data.key,
        sum: { units: Number(data.units), currency: data.currency },
        language: 'en',
      });
    } catch {
      say('The card fields could not be loaded. Check the connection and load this page again.');
    }
  };
  for (const radio of form.querySelectorAll('input[name=card]'))
    radio.addEventListener('change', () => void showKeyed());
  void showKeyed();

  form.addEventListener('submit', (event) => {
    // A saved card needs no script: the server shows what will happen.
    if (!keyed?.checked) return;
    event.preventDefault();
    void confirm();
  });

  /** The server says what will happen; the fields stay where they are, since a frame that is moved forgets what was typed. */
  async function confirm(): Promise<void> {
    say('');
    if (!fields) return say('The card fields are not there yet. Please wait a moment.');
    const answer = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(new FormData(form) as unknown as Record<string, string>),
    }).catch(() => undefined);
    if (!answer) return say('The portal could not be reached. Check the connection and press “Confirm” again.');
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const confirmation = page.getElementById('confirmation');
    replaceErrors(page);
    if (!confirmation) {
      if (!page.getElementById('errors')) say(LOST);
      return;
    }
    const fault = await fields.check();
    if (fault) return say(fault);
    ask(confirmation);
  }

  function ask(confirmation: HTMLElement): void {
    form.hidden = true;
    form.after(confirmation);
    const pay = confirmation.querySelector('form') as HTMLFormElement;
    const status = confirmation.querySelector<HTMLElement>('[data-status]');
    confirmation.querySelector('[data-back]')?.addEventListener('click', (event) => {
      event.preventDefault();
      confirmation.remove();
      form.hidden = false;
    });
    pay.addEventListener('submit', async (event) => {
      event.preventDefault();
      const button = pay.querySelector('button') as HTMLButtonElement;
      button.disabled = true;
      if (status) status.textContent = 'Charging… please keep this page open.';
      const token = pay.elements.namedItem('confirmationToken') as HTMLInputElement;
      const email = pay.elements.namedItem('payerEmail') as HTMLInputElement;
      const save = pay.elements.namedItem('saveCard') !== null;
      // What the fields tell the gateway must be what is charged: the whole balance is only what they began with.
      (fields as CardFields).update({ units: Number(pay.dataset.units), saveCard: save });
      const made = await (fields as CardFields).tokenize({
        email: email.value,
        saveCard: save,
        returnUrl: location.href,
      });
      if ('message' in made) {
        confirmation.remove();
        form.hidden = false;
        return say(made.message);
      }
      token.value = made.token;
      pay.submit();
    });
    confirmation.querySelector('h2')?.focus();
  }

  /** What the server found wrong stands where it would on its own page; nothing typed is touched. */
  function replaceErrors(page: Document): void {
    document.getElementById('errors')?.remove();
    const errors = page.getElementById('errors');
    if (errors) {
      form.before(errors);
      errors.focus();
    }
    for (const field of form.querySelectorAll<HTMLElement>('[data-field]')) {
      const fresh = page.querySelector<HTMLElement>(`[data-field="${field.dataset.field}"]`);
      if (fresh) field.replaceWith(fresh);
    }
  }

  function say(sentence: string): void {
    if (!cardError) return;
    cardError.textContent = sentence;
    if (sentence) cardError.focus();
  }
}
