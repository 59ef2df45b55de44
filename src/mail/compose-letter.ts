import type { Config } from '../platform/config.ts';
import type { Renderer } from '../platform/web/render.ts';
import { wordsFor } from '../words/words.ts';
import { headerText, readMailAddress } from './address.ts';
import type { LetterDraft } from './letter.ts';
import { type LetterFrame, letterPage } from './mail.pages.ts';

/** A letter as it will be sent, whatever becomes of the settings it was made from. */
export interface ComposedLetter {
  subject: string;
  replyTo: string | undefined;
  html: string;
  text: string;
}

/**
 * Turns what a letter says into HTML and plain text.
 * Errors: an action that leads to another place than the portal, which the footer promises not to happen.
 */
export function composeLetter(
  { renderer, config }: { renderer: Renderer; config: Pick<Config, 'baseUrl'> },
  draft: LetterDraft,
): ComposedLetter {
  const portal = new URL(config.baseUrl);
  const urls = [draft.body.action, ...(draft.body.items ?? [])].flatMap((one) => one?.url ?? []);
  if (urls.some((url) => new URL(url).origin !== portal.origin)) {
    throw new Error('The links of a letter must lead to the portal');
  }

  const subject = headerText(draft.subject);
  const replyTo = [draft.replyTo, draft.sender.replyTo, draft.sender.supportEmail]
    .map((address) => readMailAddress(address ?? ''))
    .find(Boolean);
  const frame = {
    subject,
    body: draft.body,
    sender: draft.sender,
    replyTo,
    host: portal.host,
    language: draft.language,
  };
  return {
    subject,
    replyTo,
    html: renderer.render(letterPage(frame), {
      company: draft.sender,
      frame: wordsFor(draft.language).page,
      lang: draft.language,
    }),
    text: textOf(frame),
  };
}

function textOf({ body, sender, replyTo, host, language }: LetterFrame): string {
  const words = wordsFor(language).mail;
  const { note, action, items = [] } = body;
  const blocks = [
    body.heading,
    ...body.paragraphs,
    (body.facts ?? []).map((fact) => `${fact.label}: ${fact.value}`).join('\n'),
    note ? [`${note.label}:`, ...note.text.split(/\r\n?|\n/).map((line) => `  | ${line}`)].join('\n') : '',
    action ? `${action.label}:\n${action.url}` : '',
    ...items.map((item) => `${item.title}\n${item.detail}\n${item.label}:\n${item.url}`),
    body.closing.join('\n'),
    [
      '-- ',
      sender.tradingName,
      ...sender.addressLines,
      [sender.supportEmail, sender.supportPhone].filter(Boolean).join(' · '),
      ...(replyTo ? [words.answersGoTo(replyTo)] : []),
    ]
      .filter(Boolean)
      .join('\n'),
    `${words.genuineTitle}\n${words.genuine(sender.tradingName, host)}`,
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}
