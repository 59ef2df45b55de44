/** A letter as it goes over the wire; the same id at every try, so that a receiver can tell a repetition. */
export interface OutgoingLetter {
  /** With its angle brackets. */
  messageId: string;
  to: string[];
  cc: string[];
  replyTo: string | undefined;
  subject: string;
  html: string;
  text: string;
  /** When it was written, ISO 8601 UTC. */
  writtenAt: string;
}

/** What a mail server made of a letter, with its answer. */
export type Delivery =
  /** Taken for delivery; `missed` are recipients it would not take it for. */
  | { outcome: 'accepted'; response: string; missed: string[] }
  /** Will never be taken like this. */
  | { outcome: 'refused'; response: string }
  /** Not taken this time, or nobody knows: worth another try. */
  | { outcome: 'later'; response: string };

/** What carries letters away. `send` never throws. */
export interface Mailer {
  send(letter: OutgoingLetter): Promise<Delivery>;
  /** Closes idle connections. */
  close(): void;
}
