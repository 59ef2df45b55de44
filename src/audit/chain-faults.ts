import { GENESIS, type Link, linkHash } from './chain.ts';

/** What can be wrong with the log. */
export type FaultKind =
  | 'edited'
  | 'deleted'
  | 'swapped'
  | 'reordered'
  | 'rewritten'
  | 'truncated'
  | 'inserted'
  | 'anchor-unreadable';

/** One thing that is wrong, said so that a person can look it up. */
export interface Fault {
  kind: FaultKind;
  /** Where in the chain; missing where it is not about a place. */
  position?: number;
  /** The number of the line in the log. */
  seq?: number;
  sentence: string;
}

/** How each kind is called where they are counted. */
export const FAULT_WORDS: Record<FaultKind, string> = {
  edited: 'Edited',
  deleted: 'Deleted',
  swapped: 'Swapped',
  reordered: 'Put in another order',
  rewritten: 'Chain rewritten',
  truncated: 'Cut off',
  inserted: 'Inserted',
  'anchor-unreadable': 'Anchor not readable',
};

/** A place whose line says something else than was sealed there. */
export interface Misread {
  link: Link;
  /** The hash of what the line says now. */
  actual: string;
}

/** Lines whose words changed: those that say what another of them was sealed with were exchanged, the others edited. */
export function faultsOfMisread(misread: readonly Misread[]): Fault[] {
  const nowAt = new Map(misread.map((one) => [one.actual, one.link]));
  return misread.flatMap<Fault>(({ link, actual }) => {
    const { position, seq } = link;
    const moved = nowAt.get(link.rowHash);
    if (!moved) {
      const sentence = `Line ${seq} (position ${position}) was edited: it says something else than when it was sealed.`;
      return [{ kind: 'edited', position, seq, sentence }];
    }
    const mutual = misread.some((other) => other.link === moved && other.link.rowHash === actual);
    // Of two that changed places, one sentence is enough.
    if (mutual && moved.position < position) return [];
    const sentence = mutual
      ? `Lines ${seq} (position ${position}) and ${moved.seq} (position ${moved.position}) were swapped.`
      : `What line ${seq} (position ${position}) said stands in line ${moved.seq} (position ${moved.position}) now.`;
    return [{ kind: 'swapped', position, seq, sentence }];
  });
}

/** A place that does not follow from the one before it. */
export interface Break {
  before: Link | undefined;
  link: Link;
}

/** Places that do not fit: those that followed another of them once were put in another order, the others rewritten. */
export function faultsOfBreaks(breaks: readonly Break[]): Fault[] {
  const candidates = new Set(breaks.flatMap(({ before, link }) => [before?.hash ?? GENESIS, link.hash]));
  const elsewhere = (link: Link) => [...candidates].some((before) => linkHash(before, link) === link.hash);
  return breaks.map(({ link }) => {
    const { position, seq } = link;
    if (elsewhere(link)) {
      const sentence = `Position ${position} (line ${seq}) stood elsewhere in the chain: it was put in another order.`;
      return { kind: 'reordered', position, seq, sentence };
    }
    const sentence = `Position ${position} (line ${seq}) does not follow from position ${position - 1}: the chain was rewritten there, or lines between were taken out.`;
    return { kind: 'rewritten', position, seq, sentence };
  });
}

/** A place whose line is gone. */
export function faultOfMissingLine({ position, seq }: Link): Fault {
  return { kind: 'deleted', position, seq, sentence: `Line ${seq} (position ${position}) was deleted.` };
}

/** Places that the chain does not have, from one to another. */
export function faultOfGap(from: number, to: number): Fault {
  const which = from === to ? `Position ${from} is` : `Positions ${from} to ${to} are`;
  return { kind: 'deleted', position: from, sentence: `${which} missing: the lines sealed there were deleted.` };
}

/** A line that was never sealed though all around it were. */
export function faultOfUnsealed({ seq, at }: { seq: number; at: string }): Fault {
  const sentence = `Line ${seq}, which says ${at}, was never sealed though later ones were: it was inserted afterwards.`;
  return { kind: 'inserted', seq, sentence };
}
