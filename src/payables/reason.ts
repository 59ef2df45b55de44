import { refuseFields } from '../platform/refusal.ts';
import { tidyLine } from '../platform/text-key.ts';

export const LONGEST_REASON = 300;

/** Why something is taken back, as one line. Errors: `fields-invalid` (422) when it is missing or too long. */
export function readReason(text: string): string {
  const reason = tidyLine(text.replaceAll(/[\s\p{Cc}]+/gu, ' '));
  if (!reason) throw refuseFields({ reason: 'Say why, so that others understand it in a year.' });
  if (reason.length > LONGEST_REASON) throw refuseFields({ reason: `At most ${LONGEST_REASON} characters fit here.` });
  return reason;
}
