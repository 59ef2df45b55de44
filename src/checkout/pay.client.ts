import { type CardFields, mountCardFields, openGateway } from '../gateway/hosted-fields.client.ts';
import { sendPatiently } from '../gateway/send-patiently.client.ts';
import { watchSumChoice } from './sum-choice.client.ts';
import { watchWaitingPage } from './waiting-page.client.ts';

type Answer =
  | { state: 'paid' | 'waiting'; page: string }
  | { state: 'challenge'; clientSecret: string; attempt: string }
  | { state: 'declined' | 'abandoned'; message: string }
  | { error: { code: string; message: string; fields?: Record<string, string>; agreed?: string } };

const form = document.querySelector<HTMLFormElement>('form[data-pay]');
if (form) startPayForm(form);
watchWaitingPage(openGateway);

/** Brings the form to life: fields of the gateway, one submission per press, every outcome in words. */
async function startPayForm(form: HTMLFormElement): Promise<void> {
  const data = form.dataset as Record<
    'kind' | 'key' | 'units' | 'currency' | 'agreed' | 'language' | 'attempts' | 'page' | 'opened' | 'sum',
    string
  >;
  const say = JSON.parse(form.dataset.words as string) as Record<
    'paying' | 'challenge' | 'connectionLost' | 'unclear' | 'cardUnreachable' | 'unreachable',
    string
  >;
  const button = form.querySelector('button[type=submit]') as HTMLButtonElement;
  const box = form.elements.namedItem('saveCard') as HTMLInputElement;
  const email = form.elements.namedItem('payerEmail') as HTMLInputElement;
  const status = form.querySelector('[data-status]') as HTMLElement;
  const cardError = form.querySelector('.card-error') as HTMLElement;
  const onFile = form.querySelector<HTMLButtonElement>('button[data-on-file]');

  const place = document.getElementById('card-fields') as HTMLElement;
  let fields: CardFields;
  let wasOpened = false;
  try {
    place.textContent = place.dataset.loading as string;
    fields = await mountCardFields(place, {
      kind: data.kind as 'stripe' | 'sandbox',
      publishableKey: data.key,
      sum: { units: Number(data.units), currency: data.currency },
      language: data.language,
      onFocus: tellOpened,
    });
  } catch {
    place.textContent = '';
    cardError.textContent = say.cardUnreachable;
    return;
  }
  const choice = watchSumChoice(form, {
    url: data.sum,
    offline: say.unreachable,
    show: ({ units, button: label }) => {
      button.textContent = label;
      if (units === undefined) return;
      data.units = String(units);
      fields.update({ units });
    },
  });
  busy(false);
  box.addEventListener('change', () => fields.update({ saveCard: box.checked }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!button.disabled) void pay();
  });

  onFile?.addEventListener('click', () => {
    tellOpened();
    void payOnFile();
  });

  /** The card that staff charged: nothing is typed, the bank only asks whether it is really the payer. */
  async function payOnFile(): Promise<void> {
    busy(true);
    cardError.textContent = '';
    await follow(
      await send(data.attempts, {
        submissionId: crypto.randomUUID(),
        confirmationToken: '',
        onFile: true,
        saveCard: false,
        agreed: data.agreed,
        payerEmail: email.value,
      }),
    );
  }

  async function pay(): Promise<void> {
    busy(true);
    showEmailError('');
    cardError.textContent = '';
    if (!email.checkValidity()) {
      showEmailError(email.dataset.fault as string);
      return busy(false);
    }
    const sum = await choice.settle();
    if (!sum) return busy(false);
    const returnUrl = new URL(data.page, location.href).href;
    const made = await fields.tokenize({ email: email.value, saveCard: box.checked, returnUrl });
    if ('message' in made) {
      cardError.textContent = made.message;
      return busy(false);
    }
    // One press is one submission: sending it again, after a lost connection, can only find the same try.
    const submission = {
      submissionId: crypto.randomUUID(),
      confirmationToken: made.token,
      saveCard: box.checked,
      agreed: data.agreed,
      payerEmail: email.value,
      ...sum,
    };
    await follow(await send(data.attempts, submission));
  }

  function send(url: string, body: object): Promise<Answer | undefined> {
    return sendPatiently<Answer>(url, body, { onLost: () => (status.textContent = say.connectionLost) });
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

  async function refused(error: Extract<Answer, { error: unknown }>['error']): Promise<void> {
    if (error.code === 'balance-changed') {
      await showNewTerms();
      cardError.textContent = error.message;
    } else if (['already-paid', 'in-flight', 'link-ended', 'unknown-link'].includes(error.code)) {
      return location.replace(data.page);
    } else if (error.fields?.amount || error.code === 'amount-not-offered') {
      if (!choice.refuse(error.message)) cardError.textContent = error.message;
    } else if (error.fields?.payerEmail) {
      showEmailError(error.fields.payerEmail);
    } else {
      cardError.textContent = error.message;
    }
    busy(false);
  }

  /** Draws the new sums without touching what was typed; pressing the button again agrees to them. */
  async function showNewTerms(): Promise<void> {
    const page = new DOMParser().parseFromString(await (await fetch(data.page)).text(), 'text/html');
    const fresh = page.querySelector<HTMLFormElement>('form[data-pay]');
    const summary = page.getElementById('summary');
    if (!fresh || !summary) return location.replace(data.page);
    document.getElementById('summary')?.replaceWith(summary);
    data.agreed = fresh.dataset.agreed as string;
    data.units = fresh.dataset.units as string;
    button.textContent = fresh.querySelector('button[type=submit]')?.textContent ?? button.textContent;
    fields.update({ units: Number(data.units) });
    await choice.redraw(fresh);
  }

  /** Once for each time the page is open; fields that take the focus by themselves, after a press, tell nothing. */
  function tellOpened(): void {
    if (wasOpened || form.ariaBusy === 'true') return;
    wasOpened = true;
    fetch(data.opened, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ went: 'card-fields' }),
      keepalive: true,
    }).catch(() => {
      wasOpened = false;
    });
  }

  function busy(on: boolean): void {
    button.disabled = on;
    if (onFile) onFile.disabled = on;
    form.setAttribute('aria-busy', String(on));
    status.textContent = on ? say.paying : '';
    if (!on && cardError.textContent) cardError.focus();
  }

  function showEmailError(message: string): void {
    const line = document.getElementById('payerEmail-fault') as HTMLElement;
    line.textContent = message;
    line.hidden = !message;
    // An empty value would mean "valid".
    if (message) email.setAttribute('aria-invalid', 'true');
    else email.removeAttribute('aria-invalid');
    if (message) email.focus();
  }
}
