import { type Answer, ask } from './api.client.ts';
import { openChallenge } from './challenge-window.client.ts';

type Json = Record<string, unknown>;
export type Noun = 'payment_intent' | 'setup_intent';
const FIELD = { payment_intent: 'paymentIntent', setup_intent: 'setupIntent' } as const;

/** Reads and confirms intents with their client secret, as a browser may. */
export function createIntents(origin: string, key: string) {
  const pathOf = (noun: Noun, clientSecret: string) => `/v1/${noun}s/${clientSecret.split('_secret_')[0]}`;

  async function retrieve(noun: Noun, clientSecret: string): Promise<Answer> {
    return ask(origin, key, 'GET', pathOf(noun, clientSecret), { client_secret: clientSecret });
  }

  /** Runs the challenge if the intent waits for one; then tells what the gateway says. */
  async function handleNextAction(noun: Noun, clientSecret: string): Promise<Json> {
    const read = await retrieve(noun, clientSecret);
    if ('error' in read) return read;
    const action = read.result.next_action as { type: string; use_stripe_sdk?: Json; redirect_to_url?: Json } | null;
    if (read.result.status !== 'requires_action' || !action) return { [FIELD[noun]]: read.result };
    const url = String(action.use_stripe_sdk?.stripe_js ?? action.redirect_to_url?.url);
    // The address comes from the gateway; still nothing else is ever framed.
    if (new URL(url).origin !== origin) return { error: { type: 'api_error', message: 'Unknown next action.' } };
    const id = String(read.result.id);
    if ((await openChallenge(origin, url, id)) === 'cancelled') {
      const body = new URLSearchParams({ client_secret: clientSecret, outcome: 'fail' });
      await fetch(`${origin}/challenge/${id}`, { method: 'POST', body, redirect: 'manual' }).catch(() => undefined);
    }
    const after = await retrieve(noun, clientSecret);
    if ('error' in after) return after;
    const problem = (after.result.last_payment_error ?? after.result.last_setup_error) as Json | null;
    if (problem && after.result.status === 'requires_payment_method') {
      return { error: { ...problem, [noun]: after.result } };
    }
    return { [FIELD[noun]]: after.result };
  }

  async function confirm(noun: Noun, clientSecret: string, params: Json): Promise<Json> {
    const path = `${pathOf(noun, clientSecret)}/confirm`;
    const answer = await ask(origin, key, 'POST', path, {
      ...params,
      client_secret: clientSecret,
      use_stripe_sdk: true,
    });
    if ('error' in answer) return answer;
    if (answer.result.status === 'requires_action') return handleNextAction(noun, clientSecret);
    return { [FIELD[noun]]: answer.result };
  }

  return {
    async retrieve(noun: Noun, clientSecret: string): Promise<Json> {
      const read = await retrieve(noun, clientSecret);
      return 'error' in read ? read : { [FIELD[noun]]: read.result };
    },
    handleNextAction,
    confirm,
  };
}
