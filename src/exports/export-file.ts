import { addDays, dayInZone, startOfDayIso } from '../platform/show-time.ts';
import { type Movement, type MovementType, moneyMoved, movementType } from './movement.ts';
import type { Listed } from './preset.ts';
import type { PresetName } from './presets.ts';

/** Stands for the place of cash, cheques and transfers where an account is chosen. */
export const NO_ACCOUNT = 'none';

/** Which movements a file is about; what is undefined does not matter. */
export interface Choice {
  /** Days on which they were booked, in the company's zone. */
  from?: string | undefined;
  to?: string | undefined;
  type?: MovementType | undefined;
  accountId?: string | undefined;
  currency?: string | undefined;
}

/** A file that is being made or was: for a batch, or for somebody who asked. */
export interface ExportFile {
  id: string;
  batchId: string | undefined;
  preset: PresetName;
  format: 'csv' | 'xlsx';
  choice: Choice;
  state: 'waiting' | 'writing' | 'done' | 'failed';
  /** Without its ending until it is done: what has too many rows for one file becomes an archive. */
  name: string;
  rowCount: number;
  /** Movements looked at, of about so many. */
  lookedAt: number;
  lookEstimate: number;
  byteCount: number;
  sha256: string | undefined;
  tries: number;
  createdBy: string | undefined;
  createdAt: string;
  doneAt: string | undefined;
}

export function isUnderWay({ state }: Pick<ExportFile, 'state'>): boolean {
  return state === 'waiting' || state === 'writing';
}

/** What a file that was not asked for by a batch is kept for. */
export const DAYS_KEPT = 7;

/** A movement as the file lists it; undefined where the choice leaves it out. */
export function listed(
  movement: Movement,
  { choice, zone, batch }: { choice: Choice; zone: string; batch: Listed['batch'] },
): Listed | undefined {
  if (choice.type && choice.type !== movementType(movement.kind)) return undefined;
  const moved = moneyMoved(movement).filter(
    ({ accountId, currency }) =>
      (choice.accountId === undefined || choice.accountId === (accountId ?? NO_ACCOUNT)) &&
      (choice.currency === undefined || choice.currency === currency),
  );
  if (choice.accountId && moved.length === 0) return undefined;
  // What moves no money, such as a credit note, has its currency all the same, and a journal needs it.
  if (choice.currency && !movement.lines.some(({ currency }) => currency === choice.currency)) return undefined;
  return { movement, moved, day: dayInZone(movement.bookedAt, zone), batch };
}

/**
 * The stretch of time that a file is about: the days chosen, in the zone, and nothing that was booked after it was asked
 * for, so that it comes to an end.
 */
export function bookedBetween(
  { choice: { from, to }, createdAt }: Pick<ExportFile, 'choice' | 'createdAt'>,
  zone: string,
): { since: string; until: string } {
  const asked = new Date(Date.parse(createdAt) + 1).toISOString();
  const ends = to ? startOfDayIso(addDays(to, 1), zone) : asked;
  return { since: from ? startOfDayIso(from, zone) : '', until: ends < asked ? ends : asked };
}

/** In letters that every system takes: EXP-000001-xero-main-account-EUR. */
export function fileName(...parts: Array<string | undefined>): string {
  const plain = parts.map((part) =>
    part
      ?.normalize('NFKD')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, ''),
  );
  return plain.filter(Boolean).join('-').slice(0, 120);
}
