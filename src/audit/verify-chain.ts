import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { showDateTime } from '../platform/show-time.ts';
import { readAnchors } from './anchors.store.ts';
import { chainAfter, hashesAt, readHead, settledSeq, unsealedAmong } from './chain.store.ts';
import { type Anchor, GENESIS, type Link, linkHash, rowHash } from './chain.ts';
import {
  type Break,
  type Fault,
  faultOfGap,
  faultOfMissingLine,
  faultOfUnsealed,
  faultsOfBreaks,
  faultsOfMisread,
  type Misread,
} from './chain-faults.ts';
import { sealAudit } from './seal-audit.ts';

const LINES_PER_READ = 500;
/** Of each kind; whoever has changed more has been found out. */
const MOST_FAULTS = 100;

/** What a look at the whole log came to. */
export interface ChainReport {
  checkedAt: string;
  /** How many lines are sealed. */
  sealed: number;
  /** How many heads that were written down outside the database were compared. */
  anchors: number;
  faults: Fault[];
}

export interface VerifyParts {
  db: Db;
  clock: Clock;
  config: { auditAnchorFile: string };
}

/**
 * Seals what is new, then holds every line against the chain and the chain against the anchors outside the database. What
 * does not fit is named: edited, deleted, swapped, put in another order, rewritten, cut off or inserted lines. Reads in
 * chunks and lets others through between them; `progress` hears how many places of how many were read.
 */
export async function verifyChain(
  parts: VerifyParts,
  progress: (done: number, total: number) => Promise<void> = async () => undefined,
): Promise<ChainReport> {
  const { db, clock, config } = parts;
  const settled = await settledSeq(parts);
  await sealAudit(parts);
  const sealed = (await readHead(db))?.position ?? 0;
  const faults = [
    ...(await readChain(db, sealed, (done) => progress(done, sealed))),
    ...(await findUnsealed(db, settled)),
  ];
  const anchored = await compareAnchors(db, config.auditAnchorFile, sealed);
  return {
    checkedAt: nowIso(clock),
    sealed,
    anchors: anchored.compared,
    faults: [...faults, ...anchored.faults],
  };
}

/** Every place of the chain, with its line. */
async function readChain(db: Db, upTo: number, progress: (done: number) => Promise<void>): Promise<Fault[]> {
  const missing: Fault[] = [];
  const misread: Misread[] = [];
  const breaks: Break[] = [];
  let before: Link | undefined;
  for (;;) {
    const places = await chainAfter(db, { position: before?.position ?? 0, upTo }, LINES_PER_READ);
    for (const { link, row } of places) {
      const expected = (before?.position ?? 0) + 1;
      const actual = row && rowHash(row);
      if (link.position !== expected) note(missing, faultOfGap(expected, link.position - 1));
      if (!actual) note(missing, faultOfMissingLine(link));
      else if (actual !== link.rowHash) note(misread, { link, actual });
      // Behind a gap nothing can fit, and a changed line has been named.
      else if (link.position === expected && linkHash(before?.hash ?? GENESIS, link) !== link.hash)
        note(breaks, { before, link });
      before = link;
    }
    await progress(before?.position ?? 0);
    if (places.length < LINES_PER_READ) break;
    await letOthersThrough();
  }
  return [...missing, ...faultsOfMisread(misread), ...faultsOfBreaks(breaks)];
}

/** Lines that should have a place in the chain and have none. */
async function findUnsealed(db: Db, settled: number): Promise<Fault[]> {
  const found: Fault[] = [];
  for (let after = 0; after < settled; ) {
    const { looked, last, unsealed } = await unsealedAmong(db, { after, upTo: settled }, LINES_PER_READ);
    for (const line of unsealed) note(found, faultOfUnsealed(line));
    if (looked < LINES_PER_READ) break;
    after = last;
    await letOthersThrough();
  }
  return found;
}

/** Holds the chain against each head that was written down; of those that differ, the first says where. */
async function compareAnchors(db: Db, file: string, sealed: number): Promise<{ compared: number; faults: Fault[] }> {
  const faults: Fault[] = [];
  let compared = 0;
  let agreed: Anchor | undefined;
  let differs = false;
  let batch: Anchor[] = [];
  const compare = async () => {
    const hashes = await hashesAt(
      db,
      batch.map((anchor) => anchor.position),
    );
    for (const anchor of batch) {
      compared += 1;
      if (hashes.get(anchor.position) === anchor.hash) agreed = anchor;
      else if (!differs) {
        differs = true;
        faults.push(faultOfAnchor(anchor, agreed, sealed));
      }
    }
    batch = [];
  };
  for await (const { line, anchor } of readAnchors(file)) {
    if (anchor) batch.push(anchor);
    else note(faults, unreadable(line));
    if (batch.length === LINES_PER_READ) await compare();
  }
  if (batch.length > 0) await compare();
  return { compared, faults };
}

function faultOfAnchor(anchor: Anchor, agreed: Anchor | undefined, sealed: number): Fault {
  const { position } = anchor;
  const written = `written down outside the database on ${showDateTime(anchor.at, 'UTC')} UTC`;
  const since = agreed ? `after position ${agreed.position}, which still agrees` : 'from the beginning';
  if (position > sealed) {
    const sentence = `The end was cut off: the chain stops at position ${sealed}, but position ${position} was ${written}.`;
    return { kind: 'truncated', position, sentence };
  }
  const sentence = `The chain was rewritten ${since}: position ${position} has another hash than was ${written}.`;
  return { kind: 'rewritten', position, sentence };
}

function unreadable(line: number): Fault {
  const sentence = `Line ${line} of the file of anchors cannot be read. A power cut can tear a line; so can somebody who tampers with it.`;
  return { kind: 'anchor-unreadable', sentence };
}

function note<T>(list: T[], one: T): void {
  if (list.length < MOST_FAULTS) list.push(one);
}

function letOthersThrough(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}
