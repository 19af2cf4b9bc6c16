import { describe, expect, it } from 'vitest';
import { page, pages, slugOf, targetOf } from './book';

describe('book', () => {
  it('has the pages of the project, the first steps first', () => {
    expect(pages[0]).toBe('getting-started');
    expect(pages).toEqual(expect.arrayContaining(['limits', 'errors', 'lifecycle', 'events', 'optimizer']));
  });
  it('leads links to where the page is served, and to nothing where it is not', () => {
    expect(targetOf('optimizer.md#goals')).toBe('/docs/optimizer#goals');
    expect(targetOf('../reference/errors.md')).toBe('/docs/errors');
    expect(targetOf('https://example.org/a')).toBe('https://example.org/a');
    expect(targetOf('../decisions/0007-personal-data-side-store.md')).toBeNull();
    expect(slugOf('What `auto` *does*')).toBe('what-auto-does');
  });
  it('keeps the anchors that problem types point at', async () => {
    expect(await page('errors')).toContain('id="not_found"');
    expect(await page('webhooks')).toContain('<h1 id="webhooks">');
    expect(await page('nothing')).toBeNull();
  });
  it('has no link to a page that is not there', async () => {
    for (const name of pages) {
      const html = (await page(name)) ?? '';
      for (const [, to = ''] of html.matchAll(/href="\/docs\/([a-z-]+)/g)) expect(pages, `${name} → ${to}`).toContain(to);
    }
  });
});
