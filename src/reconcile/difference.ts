/** What both sides hold one of: each kind of object has a row in object-kinds.ts. */
export type ObjectKind = 'payment' | 'refund' | 'dispute';

/** How far a movement of money is, in words that fit both sides. */
export type Stage = 'open' | 'on-its-way' | 'done' | 'over';

/** A movement as our books have it. */
export interface Ours {
  id: string;
  /** The gateway's name of it; none before we learned it. */
  ref: string | undefined;
  stage: Stage;
  currency: string;
  amountMinor: number;
  livemode: boolean;
  /** Since when somebody here is at work on it, where somebody is. */
  underWaySince: string | undefined;
}

/** The same as the gateway has it. */
export interface Theirs {
  ref: string;
  /** Our mark on it: the id of ours; none for what was made at the gateway. */
  reference: string | undefined;
  /** The payment that it is about, by the gateway's name. */
  paymentRef: string | undefined;
  stage: Stage;
  currency: string;
  amountMinor: number;
  /** Undefined where the gateway does not say. */
  livemode: boolean | undefined;
}

export type DifferenceKind = 'not-booked' | 'not-paid' | 'amount-differs' | 'made-outside' | 'unknown' | 'still-open';

/** The two sides of one movement; one of them may be missing. */
export interface Pair {
  ours: Ours | undefined;
  theirs: Theirs | undefined;
}

export interface Difference extends Pair {
  kind: DifferenceKind;
}

export interface Comparison {
  agreed: Pair[];
  /** The gateway is ahead because somebody here is at work on it just now: no difference yet. */
  underWay: Pair[];
  /** What is at the gateway without our mark and about nothing of ours. */
  foreign: Theirs[];
  differences: Difference[];
}

/** What it means when ours is at the stage of the row, and theirs at that of the column. */
const FINDINGS: Record<Stage, Record<Stage, DifferenceKind | undefined>> = {
  open: { open: undefined, 'on-its-way': undefined, done: 'not-booked', over: undefined },
  'on-its-way': { open: undefined, 'on-its-way': undefined, done: 'not-booked', over: 'not-paid' },
  done: { open: 'not-paid', 'on-its-way': 'not-paid', done: undefined, over: 'not-paid' },
  over: { open: 'still-open', 'on-its-way': 'still-open', done: 'not-booked', over: undefined },
};

/**
 * Holds movements of ours against the gateway's: the one comparison, which the desk and `npm run verify` share. `ours` are
 * all that `theirs` name, and those that they are expected to name. `quietSince` (ISO) is when work here that began later
 * still counts as under way; `ourPayments` are the gateway's names of payments of ours that theirs are about.
 */
export function compare(
  { ours, theirs, ourPayments }: { ours: readonly Ours[]; theirs: readonly Theirs[]; ourPayments: ReadonlySet<string> },
  quietSince: string,
): Comparison {
  const byId = new Map(ours.map((one) => [one.id, one]));
  const byRef = new Map(ours.flatMap((one) => (one.ref ? [[one.ref, one] as const] : [])));
  const named = new Set<string>();
  const found: Comparison = { agreed: [], underWay: [], foreign: [], differences: [] };
  for (const there of theirs) {
    const here = byRef.get(there.ref) ?? byId.get(there.reference ?? '');
    if (here) named.add(here.id);
    const isOurs = here !== undefined || there.reference !== undefined || ourPayments.has(there.paymentRef ?? '');
    if (isOurs) put(found, { ours: here, theirs: there }, quietSince);
    else found.foreign.push(there);
  }
  for (const here of ours) if (!named.has(here.id)) put(found, { ours: here, theirs: undefined }, quietSince);
  return found;
}

function put(found: Comparison, pair: Pair, quietSince: string): void {
  const kind = judge(pair);
  if (!kind) found.agreed.push(pair);
  else if (isUnderWay(kind, pair.ours, quietSince)) found.underWay.push(pair);
  else found.differences.push({ kind, ...pair });
}

/** What differs in a pair; undefined when nothing does. */
function judge({ ours, theirs }: Pair): DifferenceKind | undefined {
  if (!theirs) return ours && isMoving(ours.stage) ? 'not-paid' : undefined;
  if (!ours) return isMoving(theirs.stage) ? (theirs.reference ? 'unknown' : 'made-outside') : undefined;
  if (ours.ref && ours.ref !== theirs.ref) return judgeSecond(ours, theirs);
  const finding = FINDINGS[ours.stage][theirs.stage];
  const isSettled = ours.stage !== 'over' && isMoving(theirs.stage);
  return isSettled && !isSame(ours, theirs) ? 'amount-differs' : finding;
}

/** It carries the mark of ours, which is another one at the gateway already. */
function judgeSecond(ours: Ours, theirs: Theirs): DifferenceKind | undefined {
  if (isMoving(theirs.stage)) return 'unknown';
  return theirs.stage === 'open' && (ours.stage === 'done' || ours.stage === 'over') ? 'still-open' : undefined;
}

function isMoving(stage: Stage): boolean {
  return stage === 'done' || stage === 'on-its-way';
}

/** What was taken over from the gateway's dashboard carries no mark; another's mark is never right. */
function isSame(ours: Ours, theirs: Theirs): boolean {
  const isMarked = theirs.reference === undefined || theirs.reference === ours.id;
  return (
    isMarked &&
    theirs.amountMinor === ours.amountMinor &&
    theirs.currency === ours.currency &&
    (theirs.livemode ?? ours.livemode) === ours.livemode
  );
}

function isUnderWay(kind: DifferenceKind, ours: Ours | undefined, quietSince: string): boolean {
  return kind === 'not-booked' && ours?.stage !== 'over' && (ours?.underWaySince ?? '') > quietSince;
}

/** What names a difference in our list: the gateway's name of it, or ours where it has none there. */
export function subjectOf({ ours, theirs }: Pair): string {
  return theirs?.ref ?? ours?.ref ?? ours?.id ?? '';
}
