import { journalPreset } from './journal-preset.ts';
import { movementsPreset } from './movements-preset.ts';
import type { Preset } from './preset.ts';
import { quickbooksPreset } from './quickbooks-preset.ts';
import { xeroPreset } from './xero-preset.ts';

/** All that files can look like. */
export const PRESETS = {
  movements: movementsPreset,
  quickbooks: quickbooksPreset,
  xero: xeroPreset,
  journal: journalPreset,
} satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

export function presetOf(name: PresetName): Preset {
  return PRESETS[name];
}
