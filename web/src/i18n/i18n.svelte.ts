// Texts, dates and numbers in the reader's language. The choice is kept per browser; the first is the browser's own.
import { de } from './de';
import { en } from './en';

type Plural = { one: string; other: string };
export type Key = keyof typeof en;
export type Catalogue = { [K in Key]: (typeof en)[K] extends string ? string : Plural };
export type Language = 'en' | 'de';

const catalogues: Record<Language, Catalogue> = { en, de };

function initial(): Language {
  const kept = localStorage.getItem('lastmile.language');
  if (kept === 'en' || kept === 'de') return kept;
  return navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en';
}

class I18n {
  language = $state<Language>(initial());
  private plural = $derived(new Intl.PluralRules(this.language));
  private clock = $derived(new Intl.DateTimeFormat(this.locale, { hour: '2-digit', minute: '2-digit' }));
  private day = $derived(new Intl.DateTimeFormat(this.locale, { weekday: 'short', day: 'numeric', month: 'short' }));
  private seconds = $derived(new Intl.DateTimeFormat(this.locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' }));
  private count = $derived(new Intl.NumberFormat(this.locale));
  private relative = $derived(new Intl.RelativeTimeFormat(this.locale, { style: 'short', numeric: 'auto' }));

  /** Region from the browser where its language is ours (en-GB has a 24-hour clock, en-US has not). */
  get locale(): string {
    return navigator.language.startsWith(this.language) ? navigator.language : this.language === 'de' ? 'de-DE' : 'en-GB';
  }

  set(language: Language): void {
    this.language = language;
    localStorage.setItem('lastmile.language', language);
    document.documentElement.lang = language;
  }

  t = (key: Key, values: Record<string, string | number> = {}): string => {
    const entry = catalogues[this.language][key];
    const text = typeof entry === 'string' ? entry : entry[this.plural.select(Number(values.n)) === 'one' ? 'one' : 'other'];
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      return typeof value === 'number' ? this.count.format(value) : (value ?? '');
    });
  };

  /** Text for a value of the wire (`status.enroute`); the value itself where a newer server knows more than this page. */
  of = (prefix: string, value: string | null | undefined): string => {
    if (!value) return '';
    const key = `${prefix}.${value}`;
    return key in en ? this.t(key as Key) : value.replaceAll('_', ' ');
  };

  /** Of a status with its phase: the text for both where there is one, for the status otherwise. */
  ofPhase = (prefix: string, status: string | null | undefined, phase: string | null | undefined): string =>
    `${prefix}.${status}.${phase}` in en ? this.t(`${prefix}.${status}.${phase}` as Key) : this.of(prefix, status);

  time = (at: string | Date | null | undefined): string => (at ? this.clock.format(new Date(at)) : '');
  timeExact = (at: string | Date): string => this.seconds.format(new Date(at));
  date = (at: string | Date): string => this.day.format(new Date(at));
  number = (n: number): string => this.count.format(n);

  /** Time alone today, with the day otherwise. */
  when = (at: string | Date): string => {
    const then = new Date(at);
    return then.toDateString() === new Date().toDateString() ? this.clock.format(then) : `${this.day.format(then)}, ${this.clock.format(then)}`;
  };

  ago = (seconds: number): string => {
    if (seconds < 90) return this.relative.format(-Math.round(seconds), 'second');
    if (seconds < 5400) return this.relative.format(-Math.round(seconds / 60), 'minute');
    if (seconds < 129_600) return this.relative.format(-Math.round(seconds / 3600), 'hour');
    return this.relative.format(-Math.round(seconds / 86_400), 'day');
  };
}

export const i18n = new I18n();
document.documentElement.lang = i18n.language;
