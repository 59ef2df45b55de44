/** Opens the bank's page over the portal's page; resolves when the payer has decided or cancelled. */
export function openChallenge(origin: string, url: string, intentId: string): Promise<'done' | 'cancelled'> {
  return new Promise((resolve) => {
    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-label', 'Authentication by the bank of the card');
    const frame = document.createElement('iframe');
    frame.title = '3-D Secure authentication';
    frame.name = 'sandbox-challenge';
    frame.src = `${url}&origin=${encodeURIComponent(location.origin)}`;
    const cancel = document.createElement('button');
    cancel.type = 'button';
    cancel.textContent = 'Cancel';
    style(dialog, frame, cancel);

    const finish = (how: 'done' | 'cancelled') => {
      removeEventListener('message', listen);
      dialog.close();
      dialog.remove();
      resolve(how);
    };
    const listen = (event: MessageEvent<{ sandbox?: boolean; type?: string; intent?: string }>) => {
      if (event.source !== frame.contentWindow || event.origin !== origin || event.data?.sandbox !== true) return;
      if (event.data.type === 'challenge_done' && event.data.intent === intentId) finish('done');
    };
    addEventListener('message', listen);
    cancel.addEventListener('click', () => finish('cancelled'));
    // Escape.
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      finish('cancelled');
    });
    dialog.append(frame, cancel);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Property by property, which a strict style-src allows. */
function style(dialog: HTMLDialogElement, frame: HTMLIFrameElement, cancel: HTMLButtonElement): void {
  Object.assign(dialog.style, {
    boxSizing: 'border-box',
    width: 'min(30rem, calc(100vw - 1rem))',
    maxHeight: 'calc(100vh - 1rem)',
    padding: '0.75rem',
    border: '0',
    borderRadius: '0.75rem',
    background: 'Canvas',
    color: 'CanvasText',
    colorScheme: 'light dark',
    boxShadow: '0 10px 40px #0006',
  });
  Object.assign(frame.style, { display: 'block', width: '100%', height: '22rem', border: '0' });
  Object.assign(cancel.style, {
    display: 'block',
    width: '100%',
    minHeight: '2.75rem',
    marginTop: '0.5rem',
    border: '1px solid',
    borderRadius: '0.5rem',
    background: 'transparent',
    color: 'inherit',
    font: 'inherit',
    cursor: 'pointer',
  });
}
