// The book and the generated references as pages of /docs: Markdown of the project itself, bundled, so that they are those of this version.
import { Marked, type Tokens } from 'marked';

const texts = import.meta.glob<string>(['../../../docs/book/*.md', '../../../docs/reference/*.md'], { query: '?raw', import: 'default' });
const files = import.meta.glob<string>(['../../../docs/book/*.svg', '../../../docs/book/*.json', '../../../docs/book/cookbook/*.json'], { query: '?url', import: 'default', eager: true });

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.md$/, '');
const loaders = new Map(Object.entries(texts).map(([path, load]) => [nameOf(path), load]));
const assets = new Map(Object.entries(files).map(([path, url]) => [path.slice(path.indexOf('docs/book/') + 'docs/book/'.length), url]));

/** In the order in which one reads them; what is new and not named here comes after. */
const order = ['getting-started', 'house', 'driver-api', 'watching', 'webhooks', 'roads', 'optimizer', 'cookbook', 'configuration', 'operating', 'privacy', 'performance', 'limits',
  'lifecycle', 'events', 'errors', 'endpoints'];
const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
export const pages: string[] = [...loaders.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));

export const titleOf = (name: string): string => (name[0] ?? '').toUpperCase() + name.slice(1).replaceAll('-', ' ');
export const slugOf = (text: string): string => text.toLowerCase().replace(/<[^>]*>|[`*]/g, '').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');

/** Where a link of the book leads from here; nullopt: the file is no part of the pages (decisions, sources), only its words are shown. */
export function targetOf(href: string): string | null {
  if (/^([a-z]+:|#|\/)/i.test(href)) return href;
  const [path = '', hash] = href.split('#', 2);
  const name = nameOf(path);
  if (path.endsWith('.md')) return loaders.has(name) && !path.includes('decisions/') ? `/docs/${name}${hash ? `#${hash}` : ''}` : null;
  return assets.get(path.replace(/^\.\//, '')) ?? null;
}

const markdown = new Marked({
  gfm: true,
  renderer: {
    heading(token: Tokens.Heading) {
      const inner = this.parser.parseInline(token.tokens);
      return `<h${token.depth} id="${slugOf(token.text)}">${inner}</h${token.depth}>\n`;
    },
    link(token: Tokens.Link) {
      const inner = this.parser.parseInline(token.tokens);
      const href = targetOf(token.href);
      return href === null ? inner : `<a href="${href.replaceAll('"', '%22')}">${inner}</a>`;
    },
    image(token: Tokens.Image) {
      const src = targetOf(token.href);
      return src === null ? token.text : `<img src="${src.replaceAll('"', '%22')}" alt="${token.text.replaceAll('"', '&quot;')}">`;
    },
    table(token: Tokens.Table) {
      const row = (cells: Tokens.TableCell[], tag: string) => `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`;
      return `<div class="table"><table><thead>${row(token.header, 'th')}</thead><tbody>${token.rows.map((cells) => row(cells, 'td')).join('')}</tbody></table></div>\n`;
    },
  },
});

/** The page as HTML; null: there is none of that name. */
export async function page(name: string): Promise<string | null> {
  const load = loaders.get(name);
  return load ? markdown.parse(await load(), { async: false }) : null;
}
