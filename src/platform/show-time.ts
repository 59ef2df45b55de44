const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string, zone: string, withTime: boolean): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${withTime}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      timeZone: zone,
      ...(withTime ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : {}),
    });
    formats.set(key, format);
  }
  return format;
}

/** A day: "30 Nov 2026". A plain date (2026-11-30) stays that day in every zone; a time is told in the zone given. */
export function showDate(iso: string, zone: string, language = 'en'): string {
  return formatOf(language, iso.length === 10 ? 'UTC' : zone, false).format(new Date(iso));
}

/** A moment: "30 Nov 2026, 14:05", in the zone given. */
export function showDateTime(iso: string, zone: string, language = 'en'): string {
  return formatOf(language, zone, true).format(new Date(iso));
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day (yyyy-mm-dd) on which a stored time falls in a zone. */
export function dayInZone(iso: string, zone: string): string {
  let format = dayFormats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
    dayFormats.set(zone, format);
  }
  return format.format(new Date(iso));
}

/** The stored time at which a calendar day begins in a zone: the bound of a date filter. */
export function startOfDayIso(day: string, zone: string): string {
  const guess = Date.parse(`${day}T00:00:00Z`);
  // Where clocks change in that night there are two offsets to try; midnight itself may be skipped or come twice.
  const first = guess - offsetMs(guess, zone);
  const second = guess - offsetMs(first, zone);
  const found = [Math.min(first, second), Math.max(first, second)]
    .map((atMs) => new Date(atMs).toISOString())
    .find((iso) => dayInZone(iso, zone) === day);
  return found ?? new Date(second).toISOString();
}

/** The day so many days later; days are counted on the calendar, not in hours. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const clockFormats = new Map<string, Intl.DateTimeFormat>();

function offsetMs(atMs: number, zone: string): number {
  let format = clockFormats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    clockFormats.set(zone, format);
  }
  return Date.parse(`${format.format(new Date(atMs)).replace(' ', 'T')}Z`) - Math.floor(atMs / 1000) * 1000;
}
