/** What the page sends of the sum that the payer chose; nothing where there is nothing to choose. */
export interface ChosenSum {
  amountMinor?: number;
  /** As typed: the portal reads it. */
  amount?: string;
}

interface SumShown {
  units: number;
  button: string;
  rest: string;
}

export interface SumChoice {
  /** The sum to pay, once it is known that it can be paid; undefined when not, which is then said next to its field. */
  settle(): Promise<ChosenSum | undefined>;
  /** Says next to the field what is wrong with the sum; false where there is no such field in sight. */
  refuse(message: string): boolean;
  /** Draws the sums of a fresh page and keeps what was chosen and typed. */
  redraw(fresh: HTMLFormElement): Promise<void>;
}

const TYPING_PAUSE_MS = 400;

/**
 * Keeps button, card fields and the note of what stays due in step with the sum that the payer chooses. What a typed sum
 * comes to is asked of the portal: the page itself reckons nothing.
 */
export function watchSumChoice(
  form: HTMLFormElement,
  { url, offline, show }: { url: string; offline: string; show: (sum: { units?: number; button: string }) => void },
): SumChoice {
  const place = form.querySelector('[data-choice]') as HTMLElement;
  const chosen = () => place.querySelector<HTMLInputElement>('[name=sum]:checked');
  const typed = () => place.querySelector<HTMLInputElement>('[name=amount]');
  let asked = 0;
  let pause: ReturnType<typeof setTimeout> | undefined;

  // What is wrong with a sum is said once it has been typed, not when the field for it has just come up.
  place.addEventListener('change', (event) => void follow({ quietly: event.target !== typed() }));
  place.addEventListener('input', (event) => {
    if (event.target !== typed()) return;
    say('');
    clearTimeout(pause);
    pause = setTimeout(() => void follow({ quietly: true }), TYPING_PAUSE_MS);
  });

  /** Shows what is chosen. Gives false when it cannot be paid. */
  async function follow({ quietly = false } = {}): Promise<boolean> {
    clearTimeout(pause);
    const turn = ++asked;
    const radio = chosen();
    if (!radio) return true;
    const field = typed();
    const isOther = radio.value === 'other';
    (place.querySelector('#other-sum') as HTMLElement | null)?.toggleAttribute('hidden', !isOther);
    if (!isOther || !field) {
      say('');
      const { units, button, rest } = radio.dataset as Record<'units' | 'button' | 'rest', string>;
      draw({ units: Number(units), button, rest });
      return true;
    }
    const answer = field.value.trim() === '' && quietly ? '' : await ask(field.value);
    // Somebody typed on meanwhile: the newer question has the say.
    if (turn !== asked) return false;
    if (typeof answer === 'string') {
      // Nothing that was true of another sum may stand beside this one.
      draw({ button: radio.dataset.button as string, rest: '' });
      if (!quietly) say(answer);
      return false;
    }
    say('');
    draw(answer);
    return true;
  }

  async function ask(amount: string): Promise<SumShown | string> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ amount }),
      });
      const answer = (await response.json()) as SumShown & { error?: { message: string } };
      return answer.error ? answer.error.message : answer;
    } catch {
      return offline;
    }
  }

  function draw({ rest, ...sum }: Omit<SumShown, 'units'> & { units?: number }): void {
    (place.querySelector('#rest') as HTMLElement).textContent = rest;
    show(sum);
  }

  function say(message: string): void {
    const line = place.querySelector<HTMLElement>('#amount-fault');
    const field = typed();
    if (!line || !field) return;
    line.textContent = message;
    line.hidden = !message;
    if (message) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  }

  return {
    async settle() {
      const radio = chosen();
      if (!radio) return {};
      if (radio.value !== 'other') return { amountMinor: Number(radio.dataset.minor) };
      const field = typed() as HTMLInputElement;
      if (await follow()) return { amount: field.value };
      field.focus();
      return undefined;
    },
    refuse(message) {
      const field = typed();
      if (!field || chosen()?.value !== 'other') return false;
      say(message);
      field.focus();
      return true;
    },
    async redraw(fresh) {
      const [value, text] = [chosen()?.value, typed()?.value ?? ''];
      place.replaceChildren(...(fresh.querySelector('[data-choice]')?.childNodes ?? []));
      const same = [...place.querySelectorAll<HTMLInputElement>('[name=sum]')].find((one) => one.value === value);
      if (same) same.checked = true;
      const field = typed();
      if (field) field.value = text;
      await follow();
    },
  };
}
