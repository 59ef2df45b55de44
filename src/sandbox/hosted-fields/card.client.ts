import { ask } from '../stripe-js/api.client.ts';
import type { FromFrame, ToFrame } from '../stripe-js/frame-messages.ts';
import { cardParams, checkAll, clearInputs, focusFirst, inputState, watchInputs } from './card-inputs.client.ts';

/** Inside the frame. Talks to the page that framed it and to nobody else; the number goes only to our own origin. */
const root = document.documentElement;
const parentOrigin = root.dataset.parent ?? '';
const VARIABLES: Record<string, string> = {
  colorPrimary: '--primary',
  colorText: '--text',
  colorTextSecondary: '--soft',
  colorBackground: '--surface',
  colorDanger: '--danger',
};

addEventListener('message', (event: MessageEvent<ToFrame>) => {
  if (event.source !== window.parent || event.origin !== parentOrigin || event.data?.sandbox !== true) return;
  const message = event.data;
  if (message.type === 'options') applyOptions(message);
  if (message.type === 'focus') focusFirst();
  if (message.type === 'clear') clearInputs();
  if (message.type === 'check') answer(message.id, checkAll());
  if (message.type === 'make') void make(message);
});

watchInputs(() => say({ type: 'change', state: inputState() }));
addEventListener('focusin', () => say({ type: 'focus' }));
addEventListener('focusout', (event) => {
  if (!event.relatedTarget) say({ type: 'blur' });
});
new ResizeObserver(() => {
  say({ type: 'height', heightPx: Math.ceil(document.body.getBoundingClientRect().height) });
}).observe(document.body);
say({ type: 'ready' });

/** Turns the card into a token or a payment method, here, so that the page only ever sees its id. */
async function make({ id, key, path, params }: ToFrame): Promise<void> {
  const problem = checkAll();
  if (problem) return answer(id, problem);
  const card = { type: 'card', card: cardParams() };
  const given = params as { payment_method_data?: object } | undefined;
  const isToken = path === '/v1/confirmation_tokens';
  const all = isToken
    ? { ...given, payment_method_data: { ...given?.payment_method_data, ...card } }
    : { ...given, ...card };
  const made = await ask(location.origin, key ?? '', 'POST', path ?? '', all);
  if ('error' in made) return answer(id, made.error);
  say({ type: 'answer', ...(id === undefined ? {} : { id }), result: made.result });
}

function applyOptions({ theme, variables }: ToFrame): void {
  if (theme) root.dataset.theme = theme;
  for (const [name, value] of Object.entries(variables ?? {})) {
    const variable = VARIABLES[name];
    if (variable && CSS.supports('color', value)) root.style.setProperty(variable, value);
    if (name === 'borderRadius' && CSS.supports('border-radius', value)) root.style.setProperty('--radius', value);
    if (name === 'fontFamily' && CSS.supports('font-family', value)) root.style.setProperty('--font', value);
    if (name === 'fontSizeBase' && CSS.supports('font-size', value)) root.style.fontSize = value;
  }
}

function answer(id: number | undefined, error: object | undefined): void {
  say({ type: 'answer', ...(id === undefined ? {} : { id }), ...(error ? { error } : { result: {} }) });
}

function say(message: Omit<FromFrame, 'sandbox'>): void {
  window.parent.postMessage({ sandbox: true, ...message } satisfies FromFrame, parentOrigin);
}
