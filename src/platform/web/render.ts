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
  person?: { id: string; name: string; role: string; email: string };
  csrf?: string;
  nav?: Array<{ label: string; href: string; current: boolean; count?: number }>;
  flash?: { tone: 'ok' | 'warn' | 'bad'; text: string };
  testMode?: boolean;
  lang?: string;
  timeZone?: string;
}

export interface Renderer {
  render(page: Page, surroundings: Surroundings): string;
  asset(name: string): string;
}

/** Compiles each view once (in development at each use) and puts it into its layout; `globals` is what all views share. */
export function createRenderer({ cache, globals }: { cache: boolean; globals: object }): Renderer {
  const compiled = new Map<string, ejs.TemplateFunction>();
  let manifest: Record<string, string> | undefined;

  const template = (name: string): ejs.TemplateFunction => {
    let made = compiled.get(name);
    if (!made) {
      const filename = `${VIEWS}${name}.ejs`;
      made = ejs.compile(readFileSync(filename, 'utf8'), { filename, root: VIEWS, views: [VIEWS], cache });
      if (cache) compiled.set(name, made);
    }
    return made;
  };
  const asset = (name: string): string => {
    if (!manifest || !cache) manifest = existsSync(MANIFEST) ? JSON.parse(readFileSync(MANIFEST, 'utf8')) : {};
    return manifest?.[name] ?? `/build/${name}`;
  };

  return {
    asset,
    render(page, surroundings) {
      const zone = surroundings.timeZone ?? 'UTC';
      const lang = surroundings.lang ?? 'en';
      const locals = {
        person: undefined,
        csrf: '',
        nav: [],
        flash: undefined,
        testMode: false,
        ...globals,
        ...surroundings,
        lang,
        asset,
        date: (iso: string) => showDate(iso, zone, lang),
        dateTime: (iso: string) => showDateTime(iso, zone, lang),
        ...page,
      };
      const body = template(page.view)(locals);
      return template(`layouts/${page.layout}`)({ ...locals, body });
    },
  };
}

/** Answers with a page; middleware has put the renderer on the app and the surroundings on the response. */
export function render(res: Response, page: Page, status = 200): void {
  const renderer = res.app.locals.renderer as Renderer;
  res
    .status(status)
    .type('html')
    .send(renderer.render(page, res.locals.surroundings as Surroundings));
}
