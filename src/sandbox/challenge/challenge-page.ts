import { escapeHtml } from '../http/escape-html.ts';

/** The page of the card's bank: two buttons, and it works without a script. */
export function challengePage(asked: {
  intentId: string;
  clientSecret: string;
  origin: string | undefined;
  what: string;
}): string {
  const hidden = { client_secret: asked.clientSecret, ...(asked.origin ? { origin: asked.origin } : {}) };
  const inputs = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  );
  return page(
    'Confirm it is you',
    `<p>The bank of the card asks for your consent to ${escapeHtml(asked.what)}.</p>
<form method="post" action="/challenge/${escapeHtml(asked.intentId)}">
${inputs.join('\n')}
<button name="outcome" value="complete">Complete authentication</button>
<button name="outcome" value="fail" class="plain">Fail authentication</button>
</form>`,
  );
}

/** After the decision. In a frame the script tells the page that opened it. */
export function challengeDonePage(done: { intentId: string; origin: string | undefined; passed: boolean }): string {
  const told = done.origin
    ? `<div id="done" data-intent="${escapeHtml(done.intentId)}" data-parent="${escapeHtml(done.origin)}"></div>
<script type="module" src="/challenge.js"></script>`
    : '';
  const title = done.passed ? 'Authentication completed' : 'Authentication not completed';
  return page(title, `<p>You can go back to the page where you were paying.</p>${told}`);
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} (sandbox)</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/challenge.css">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
<p class="mark">Sandbox: no real money</p>
</main>
</body>
</html>
`;
}
