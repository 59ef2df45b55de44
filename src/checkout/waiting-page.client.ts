import type { Stripe } from '@stripe/stripe-js';

type OpenGateway = (wanted: { publishableKey: string; language: string }) => Promise<Stripe>;

const FIRST_ASK_MS = 1500;
const SLOWEST_ASK_MS = 10_000;

/** A page that waits asks now and then, more and more calmly, and loads anew when something has come of it. */
export function watchWaitingPage(openGateway: OpenGateway): void {
  const place = document.querySelector<HTMLElement>('[data-waiting]');
  if (!place) return;
  const { status, page, state } = place.dataset as Record<'status' | 'page' | 'state', string>;
  offerChallenge(place, page, openGateway);

  let waitMs = FIRST_ASK_MS;
  const ask = async () => {
    try {
      const response = await fetch(status, { method: 'POST', headers: { accept: 'application/json' } });
      const now = (await response.json()) as { state?: string };
      if (now.state !== undefined && now.state !== state) return location.replace(page);
    } catch {
      // Offline for a moment: the next question may get through.
    }
    waitMs = Math.min(waitMs * 1.5, SLOWEST_ASK_MS);
    setTimeout(ask, waitMs);
  };
  setTimeout(ask, waitMs);
}

/** Who closed the bank's window by mistake may open it again. */
function offerChallenge(place: HTMLElement, page: string, openGateway: OpenGateway): void {
  const button = place.querySelector<HTMLButtonElement>('button[data-challenge]');
  if (!button) return;
  const { challenge, key, language } = button.dataset as Record<'challenge' | 'key' | 'language', string>;
  button.hidden = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const answer = (await (await fetch(challenge, { headers: { accept: 'application/json' } })).json()) as {
        clientSecret?: string;
      };
      if (answer.clientSecret) {
        const stripe = await openGateway({ publishableKey: key, language });
        await stripe.handleNextAction({ clientSecret: answer.clientSecret });
      }
      await fetch(challenge, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: '{}',
      });
    } finally {
      location.replace(page);
    }
  });
}
