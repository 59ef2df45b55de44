import type { FromFrame, ToFrame } from './frame-messages.ts';

export interface Appearance {
  theme?: string;
  variables?: Record<string, string>;
}
export type Made = { result?: Record<string, unknown>; error?: Record<string, unknown> };
type Handler = (event: object) => void;

const FIRST_HEIGHT_PX = 200;
const LOAD_TIMEOUT_MS = 15_000;

/** The card fields: a frame of the gateway's origin in the portal's page. */
export function createCardElement(
  origin: string,
  elementType: string,
  options: { locale: string; appearance: Appearance },
) {
  let { appearance } = options;
  const handlers = new Map<string, Set<Handler>>();
  const waiting = new Map<number, (made: Made) => void>();
  const queue: ToFrame[] = [];
  let frame: HTMLIFrameElement | undefined;
  let ready = false;
  let nextId = 1;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  const emit = (name: string, event: object = {}) => {
    for (const handler of handlers.get(name) ?? []) handler({ elementType, ...event });
  };
  const post = (message: Omit<ToFrame, 'sandbox'>) => {
    const whole: ToFrame = { sandbox: true, ...message };
    if (ready) frame?.contentWindow?.postMessage(whole, origin);
    else queue.push(whole);
  };
  const listen = (event: MessageEvent<FromFrame>) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    const message = event.data;
    if (message?.sandbox !== true) return;
    if (message.type === 'height') frame.style.height = `${message.heightPx}px`;
    if (message.type === 'ready') begin();
    if (message.type === 'change') {
      const { complete, empty, brand } = message.state ?? { complete: false, empty: true, brand: 'unknown' };
      emit('change', { complete, empty, brand, collapsed: false, value: { type: 'card' } });
    }
    if (message.type === 'focus' || message.type === 'blur') emit(message.type);
    if (message.type === 'answer' && message.id !== undefined) {
      waiting.get(message.id)?.({ ...message } as Made);
      waiting.delete(message.id);
    }
  };
  const begin = () => {
    clearTimeout(deadline);
    ready = true;
    post({ type: 'options', ...look(appearance) });
    for (const message of queue.splice(0)) frame?.contentWindow?.postMessage(message, origin);
    emit('ready');
  };
  const request = (message: Pick<ToFrame, 'type' | 'key' | 'path' | 'params'>): Promise<Made> => {
    if (!frame)
      return Promise.resolve({ error: { type: 'invalid_request_error', message: 'The element is not mounted.' } });
    const id = nextId++;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      post({ ...message, id });
    });
  };

  const element = {
    mount(target: string | HTMLElement) {
      const place = typeof target === 'string' ? document.querySelector<HTMLElement>(target) : target;
      if (!place) throw new Error(`The selector you specified (${target}) applies to no DOM elements.`);
      element.unmount();
      frame = document.createElement('iframe');
      const query = new URLSearchParams({
        origin: location.origin,
        locale: options.locale,
        theme: look(appearance).theme,
      });
      frame.src = `${origin}/elements/card?${query}`;
      frame.title = 'Card details';
      frame.name = 'sandbox-card-fields';
      // One by one: a strict style-src forbids a style attribute, not these.
      frame.style.display = 'block';
      frame.style.width = '100%';
      frame.style.height = `${FIRST_HEIGHT_PX}px`;
      frame.style.border = '0';
      addEventListener('message', listen);
      deadline = setTimeout(() => {
        emit('loaderror', { error: { type: 'api_connection_error', message: 'The card fields did not load.' } });
      }, LOAD_TIMEOUT_MS);
      place.replaceChildren(frame);
    },
    unmount() {
      clearTimeout(deadline);
      removeEventListener('message', listen);
      frame?.remove();
      frame = undefined;
      ready = false;
    },
    destroy() {
      element.unmount();
      handlers.clear();
    },
    update(change: { appearance?: Appearance } = {}) {
      if (change.appearance) appearance = change.appearance;
      post({ type: 'options', ...look(appearance) });
    },
    focus: () => post({ type: 'focus' }),
    clear: () => post({ type: 'clear' }),
    on(name: string, handler: Handler) {
      handlers.set(name, (handlers.get(name) ?? new Set()).add(handler));
      return element;
    },
    off(name: string, handler?: Handler) {
      if (handler) handlers.get(name)?.delete(handler);
      else handlers.delete(name);
      return element;
    },
    once(name: string, handler: Handler) {
      const first = (event: object) => {
        element.off(name, first);
        handler(event);
      };
      return element.on(name, first);
    },
    /** For the script itself: shows what is wrong with the fields. */
    check: () => request({ type: 'check' }),
    /** For the script itself: has the frame turn the card into a token or a payment method. */
    make: (key: string, path: string, params: object) => request({ type: 'make', key, path, params }),
  };
  return element;
}

export type CardElement = ReturnType<typeof createCardElement>;

function look({ theme, variables }: Appearance): { theme: string; variables: Record<string, string> } {
  const shown = theme === 'night' ? 'night' : theme === 'stripe' || theme === 'light' ? 'light' : 'auto';
  return { theme: shown, variables: variables ?? {} };
}
