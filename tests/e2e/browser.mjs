// One Chromium for a test file; pages that tell when anything was blocked, broken or asked of another host.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WebGL by software: see docs/decisions/0010-web-stack.md. */
export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] });

/** A page whose `faults` collect what must not happen: errors, CSP violations, requests to other origins. */
export async function openPage(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  const page = await context.newPage();
  // Software rendering on a busy machine is slow; nothing here asserts how long a thing takes.
  page.setDefaultTimeout(90_000);
  page.faults = [];
  page.on('pageerror', (fault) => page.faults.push(`error: ${fault.message}`));
  page.on('console', (message) => { if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) page.faults.push(`console: ${message.text()}`); });
  page.on('request', (request) => { const url = request.url(); if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) page.faults.push(`foreign request: ${url}`); });
  await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP ${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)));
  return page;
}

/** Resolves when the map has drawn all it has. */
export const mapIdle = (page) =>
  page.evaluate(() => new Promise((done) => {
    const look = () => { const map = window.lastmileMap; if (!map) return setTimeout(look, 50); if (map.gl.loaded() && !map.gl.isMoving()) return done(); map.gl.once('idle', () => done()); };
    look();
  }));

/** Violations of WCAG 2.2 A and AA. */
export async function axe(page) {
  await page.evaluate((source) => { if (!window.axe) { const run = new Function(source); run(); } }, axeSource).catch(async () => {
    // The page's policy forbids evaluated code; the protocol's own world does not.
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setBypassCSP', { enabled: true });
    await session.send('Runtime.evaluate', { expression: axeSource });
  });
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.all[0]?.message ?? ''})`).join('; ')}`);
}
