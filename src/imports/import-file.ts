import type { ImportKind } from './importer.ts';
import type { Mapping } from './mapping.ts';

export type ImportState = 'uploaded' | 'running' | 'done' | 'failed';

/** A file that was uploaded, and how far it has come. Lines are records below the header. */
export interface ImportFile {
  id: string;
  kind: ImportKind;
  name: string;
  state: ImportState;
  /** Undefined until somebody chose the columns. */
  mapping: Mapping | undefined;
  totalLines: number;
  doneLines: number;
  counts: Counts;
  /** Why it stopped, as a sentence. */
  failure: string | undefined;
  createdBy: string | undefined;
  createdAt: string;
  finishedAt: string | undefined;
}

export interface Counts {
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
}

export const NO_COUNTS: Counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };

/** A line that was not taken. */
export interface RefusedLine {
  line: number;
  number: string;
  reason: string;
}

/** How each state is shown to staff. */
export const IMPORT_STATES: Record<ImportState, { label: string; tone: 'ok' | 'warn' | 'info' | 'bad' }> = {
  uploaded: { label: 'Not started', tone: 'warn' },
  running: { label: 'Running', tone: 'info' },
  done: { label: 'Done', tone: 'ok' },
  failed: { label: 'Stopped', tone: 'bad' },
};
