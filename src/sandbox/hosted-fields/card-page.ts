import { escapeHtml } from '../http/escape-html.ts';
import { fieldWords } from './field-words.ts';

/** The document in the frame: three labelled inputs and the mark that this is play money. */
export function cardPage(options: { origin: string; locale: string; theme: string }): string {
  const { language, words } = fieldWords(options.locale);
  const theme = options.theme === 'night' ? 'night' : options.theme === 'light' ? 'light' : 'auto';
  return `<!doctype html>
<html lang="${language}" data-theme="${theme}" data-parent="${escapeHtml(options.origin)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/elements/card.css">
<script type="module" src="/elements/card.js"></script>
</head>
<body>
<form novalidate>
${field('number', words.number, 'cc-number', '', '<span class="brand" aria-hidden="true"></span>')}
${field('expiry', words.expiry, 'cc-exp', words.expiryHint)}
${field('cvc', words.cvc, 'cc-csc', '')}
</form>
<p class="mark">${words.mark}</p>
</body>
</html>
`;
}

function field(id: string, label: string, autocomplete: string, hint: string, inside = ''): string {
  const placeholder = hint ? ` placeholder="${hint}"` : '';
  return `<div class="field field-${id}">
<label for="${id}">${label}</label>
<div class="box"><input id="${id}" name="${id}" type="text" inputmode="numeric" autocomplete="${autocomplete}" spellcheck="false" aria-describedby="${id}-error"${placeholder}>${inside}</div>
<p class="error" id="${id}-error" role="alert"></p>
</div>`;
}
