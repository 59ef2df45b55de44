import { type CardFields, mountCardFields } from '../gateway/hosted-fields.client.ts';
import { sendPatiently } from '../gateway/send-patiently.client.ts';

type Answer =
  | { state: 'saved' | 'waiting'; page: string }
  | { state: 'challenge'; clientSecret: string; attempt: string }
  | { state: 'declined' | 'abandoned'; message: string }
  | { error: { code: string; message: string; fields?: Record<string, string> } };

const form = document.querySelector<HTMLFormElement>('form[data-save-card]');
if (form) startSaveForm(form);
reloadOnChoice(document.querySelector<HTMLSelectElement>('select[data-reload]'));

/** Brings a form that keeps a card to life, the customer's and the office's: one submission per press. */
async function startSaveForm(form: HTMLFormElement): Promise<void> {
  const data = form.dataset as Record<'kind' | 'key' | 'language' | 'setups' | 'page' | 'email', string>;
  const say = JSON.parse(form.dataset.words as string) as Record<
    'saving' | 'challenge' | 'connectionLost' | 'unclear' | 'cardUnreachable' | 'consentFault',
    string
  >;
  const button = form.querySelector('button[type=submit]') as HTMLButtonElement;
  const consent = form.elements.namedItem('consent') as HTMLInputElement | null;
  const status = form.querySelector('[data-status]') as HTMLElement;
  const cardError = form.querySelector('.card-error') as HTMLElement;

  const place = document.getElementById('card-fields') as HTMLElement;
  let fields: CardFields;
  try {
    place.textContent = place.dataset.loading as string;
    const { kind, key: publishableKey, language } = data;
    fields = await mountCardFields(place, { kind: kind as 'stripe' | 'sandbox', publishableKey, language });
  } catch {
    place.textContent = '';
    cardError.textContent = say.cardUnreachable;
    return;
  }
  button.disabled = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!button.disabled) void save();
  });

  async function save(): Promise<void> {
    busy(true);
    cardError.textContent = '';
    showConsentError('');
    if (consent && !consent.checked) {
      showConsentError(say.consentFault);
      return busy(false);
    }
    const returnUrl = new URL(data.page, location.href).href;
    const made = await fields.tokenize({ email: data.email, saveCard: true, returnUrl });
    if ('message' in made) {
      cardError.textContent = made.message;
      return busy(false);
    }
    const { _csrf, ...typed } = Object.fromEntries(new FormData(form));
    const submission = { ...typed, submissionId: crypto.randomUUID(), confirmationToken: made.token };
    await follow(await send(data.setups, submission));
  }

  function send(url: string, body: object): Promise<Answer | undefined> {
    const token = (form.elements.namedItem('_csrf') as HTMLInputElement | null)?.value;
    return sendPatiently<Answer>(url, body, {
      headers: token ? { 'x-csrf-token': token } : {},
      onLost: () => (status.textContent = say.connectionLost),
    });
  }

  async function follow(answer: Answer | undefined): Promise<void> {
    if (!answer) {
      cardError.textContent = say.unclear;
      return busy(false);
    }
    if ('error' in answer) return refused(answer.error);
    if (answer.state === 'challenge') {
      status.textContent = say.challenge;
      await fields.stripe.handleNextAction({ clientSecret: answer.clientSecret });
      return follow(await send(answer.attempt, {}));
    }
    if ('page' in answer) return location.replace(answer.page);
    cardError.textContent = answer.message;
    busy(false);
  }

  function refused(error: Extract<Answer, { error: unknown }>['error']): void {
    // The customer's own page says what became of its link.
    if (['in-flight', 'link-ended', 'unknown-link'].includes(error.code)) {
      location.replace(data.page);
      return;
    }
    if (error.fields?.consent) showConsentError(error.fields.consent);
    else cardError.textContent = error.message;
    busy(false);
  }

  function busy(on: boolean): void {
    button.disabled = on;
    form.setAttribute('aria-busy', String(on));
    status.textContent = on ? say.saving : '';
    if (!on && cardError.textContent) cardError.focus();
  }

  function showConsentError(message: string): void {
    const line = document.getElementById('consent-fault');
    if (!line || !consent) return;
    line.textContent = message;
    line.hidden = !message;
    // An empty value would mean "valid".
    if (message) consent.setAttribute('aria-invalid', 'true');
    else consent.removeAttribute('aria-invalid');
    if (message) consent.focus();
  }
}

/** A page names one gateway: another account is another page, which keeps what was ticked here. */
function reloadOnChoice(select: HTMLSelectElement | null): void {
  select?.addEventListener('change', () => {
    const query = new URLSearchParams({ [select.name]: select.value });
    const box = document.querySelector<HTMLInputElement>('form[data-save-card] [name=consent]');
    if (box?.checked) query.set('consent', box.value);
    location.search = query.toString();
  });
}
