import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import type { Response } from 'express';
import { showDate, showDateTime } from '../show-time.ts';

const VIEWS = fileURLToPath(new URL('../../../views/', import.meta.url));
const MANIFEST = fileURLToPath(new URL('../../../public/build/manifest.json', import.meta.url));

/** What a page function gives: which view in which layout, and the data that the view reads. */
export interface Page {
  view: string;
  layout: 'office' | 'pay' | 'plain' | 'letter';
  title: string;
}

/** What every view may read besides its page: filled in by the middleware of each side of the house. */
export interface Surroundings {
  company: { tradingName: string; supportEmail: string; supportPhone: string };
  /** What a page in an account's brand loads besides: see brandLook. */
  brand?: { stylesheet: string | undefined; logo: string | undefined };
  /** The words that stand around a page. */
  frame: { skip: string; testMode: string; questions: string; genuine: (company: string) => string };
  person?: { id: string; name: string; role: string; email: string };
  csrf?: string;
  nav?: Array<{ label: string; items: Array<{ label: string; href: string; current: boolean; count?: number }> }>;
  flash?: { tone: 'ok' | 'warn' | 'bad'; text: string };
  testMode?: boolean;
  lang?: string;
  timeZone?: string;
}

export interface Renderer {
  render(page: Page, surroundings: Surroundings): string;
  asset(name: string): string;
}

type Locals = Record<string, unknown>;

// EJS copies what a view is given, at every view; ours has no prototype to be misled by (the typings lack the name).
const AS_GIVEN = { unsafePrototypeLocals: true } as object;

/** Compiles each view once (in development at each use) and puts it into its layout; `globals` is what all views share. */
export function createRenderer({ cache, globals }: { cache: boolean; globals: object }): Renderer {
  const compiled = new Map<string, ejs.TemplateFunction>();
  let manifest: Record<string, string> | undefined;

  const template = (name: string): ejs.TemplateFunction => {
    let made = compiled.get(name);
    if (!made) {
      const filename = `${VIEWS}${name}.ejs`;
      made = ejs.compile(readFileSync(filename, 'utf8'), { filename, ...AS_GIVEN });
      if (cache) compiled.set(name, made);
    }
    return made;
  };
  // Views inherit what stands around them instead of having it copied for every partial. The root has no prototype,
  // so nothing but what was given can be read. `include` is ours: EJS's own asks the disk and compiles at each use.
  const show = (name: string, around: Locals, given: object): string => {
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    const locals: Locals = Object.assign(Object.create(around), given);
    locals.include = (file: string, data: object = {}) =>
      show(file.startsWith('/') ? file.slice(1) : folder + file, locals, data);
    return template(name)(locals);
  };
  const asset = (name: string): string => {
    if (!manifest || !cache) manifest = existsSync(MANIFEST) ? JSON.parse(readFileSync(MANIFEST, 'utf8')) : {};
    return manifest?.[name] ?? `/build/${name}`;
  };
  const common: Locals = Object.assign(Object.create(null), NOTHING_AROUND, globals, { asset });

  return {
    asset,
    render(page, surroundings) {
      const zone = surroundings.timeZone ?? 'UTC';
      const lang = surroundings.lang ?? 'en';
      const locals: Locals = Object.assign(Object.create(common), surroundings, {
        lang,
        date: (iso: string) => showDate(iso, zone, lang),
        dateTime: (iso: string) => showDateTime(iso, zone, lang),
        ...page,
      });
      return show(`layouts/${page.layout}`, locals, { body: show(page.view, locals, {}) });
    },
  };
}

const NOTHING_AROUND = { person: undefined, csrf: '', nav: [], flash: undefined, testMode: false };

/** Answers with a page; middleware has put the renderer on the app and the surroundings on the response. */
export function render(res: Response, page: Page, status = 200): void {
  const renderer = res.app.locals.renderer as Renderer;
  res
    .status(status)
    .type('html')
    .send(renderer.render(page, res.locals.surroundings as Surroundings));
}
