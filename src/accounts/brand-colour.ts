/** Text must stand out so much from what it stands on (WCAG 2.2, 1.4.3), and a control from its ground (1.4.11). */
const LEAST_FOR_TEXT = 4.5;
const LEAST_FOR_EDGES = 3;
/** What buttons stand on in light and dark: --surface of public/css/tokens.css. */
const SURFACES = { light: '#ffffff', dark: '#181b22' } as const;
const HOVER_SHARE = 0.14;

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** How much two colours (#rrggbb) differ in light, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: string, other: string): number {
  const [light = 0, dark = 0] = [lightOf(one), lightOf(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** The colour of text on this one: white where it can be read, else black, which then always can. */
export function textOn(colour: string): '#ffffff' | '#000000' {
  return contrastOf(colour, '#ffffff') >= LEAST_FOR_TEXT ? '#ffffff' : '#000000';
}

/** The stylesheet that gives a page this colour, in light and in dark, over public/css/tokens.css. */
export function stylesheetOf(colour: string): string {
  const text = textOn(colour);
  const edge = (surface: string) => (contrastOf(colour, surface) < LEAST_FOR_EDGES ? 'var(--edge)' : '#0000');
  return [
    `:root{--accent:${colour};--accent-hover:${awayFrom(colour, text)};--on-accent:${text};`,
    `--accent-edge:${edge(SURFACES.light)}}`,
    `@media (prefers-color-scheme:dark){:root{--accent-edge:${edge(SURFACES.dark)}}}`,
    '\n',
  ].join('');
}

/** A little further from the colour of the text on it, so that it can be read at least as well. */
function awayFrom(colour: string, text: string): string {
  const goal = text === '#ffffff' ? 0 : 255;
  const mixed = channelsOf(colour).map((channel) => Math.round(channel + (goal - channel) * HOVER_SHARE));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function channelsOf(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function lightOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
