import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { type BridgeProcess, startBridgeProcess } from '../sandbox/bridge-process.ts';
import { createWorld, type World } from '../sandbox/world.ts';
import { findBrowser, openBrowser, type TestBrowser } from '../support/browser.ts';
import { lastMessage, messages, opens, types } from '../support/slack-page.ts';

/**
 * What a newcomer does in the first minutes, in a real browser, with the built bridge as a process of its own. Everything
 * that is asserted is something that a person sees; the steps follow one another.
 */
jest.setTimeout(60_000);

const WAIT_MS = 15_000;
const found = findBrowser();

if (!found) test('no browser found: the browser story did NOT run', () => expect(found).toBeUndefined());
else
  describe('a newcomer in the sandbox', () => {
    let world: World;
    let bridge: BridgeProcess;
    let browser: TestBrowser;
    let ada: Page;
    let number = '';

    beforeAll(async () => {
      world = await createWorld();
      bridge = await startBridgeProcess(world.env);
      browser = await openBrowser(found);
      browser.context.setDefaultTimeout(WAIT_MS);
      ada = browser.context.pages()[0] ?? (await browser.context.newPage());
    });

    afterAll(async () => {
      await browser?.close();
      await bridge?.end('SIGTERM');
      await world?.close();
    });

    /** One step of the story. What the browser complains about fails it, and its last sight is kept. */
    let failed = false;
    const step = (name: string, play: () => Promise<void>) =>
      test(name, async () => {
        if (failed) throw new Error('an earlier step of the story has failed');
        try {
          await play();
          expect(browser.complaints).toEqual([]);
        } catch (error) {
          failed = true;
          const folder = await browser.photograph(name.replaceAll(/\W+/g, '-').slice(0, 60));
          process.stderr.write(`${folder} shows what was on the screen.\n`);
          throw error;
        }
      });

    step('types a command and is offered to connect', async () => {
      await ada.goto(world.slack.url);
      await ada.getByRole('heading', { level: 1 }).waitFor();
      await types(ada, '/snow incident VPN is down');
      await lastMessage(ada, 'Connect your ServiceNow account first').getByText('Only visible to you').waitFor();
    });

    step('connects: our page says who, ServiceNow asks, and we say that it worked', async () => {
      const page = await opens(ada, () => connectButton(ada).press('Enter'));
      await page.getByRole('heading', { name: 'Connect ServiceNow to Ada Requester' }).waitFor();
      await page.getByText('in the workspace “Sandbox”').waitFor();
      await page.getByRole('button', { name: 'Continue as Ada Requester' }).press('Enter');
      await page.getByRole('heading', { name: 'Log in' }).waitFor();
      await page.getByRole('button', { name: /^Ada Requester/ }).press('Enter');
      await page.getByText('You are logged in as Ada Requester').waitFor();
      await page.getByRole('button', { name: 'Allow' }).press('Enter');
      await page.getByRole('heading', { name: 'You are connected' }).waitFor();
      await page.getByText('as Ada Requester (ada.requester)').waitFor();
      await page.close();
    });

    step('goes on with what was asked: the form is filled in', async () => {
      const told = lastMessage(ada, 'You are connected as Ada Requester');
      await told.getByRole('button', { name: 'Continue with your incident' }).press('Enter');
      await form(ada).waitFor();
      expect(await field(ada, 'Short description').inputValue()).toBe('VPN is down');
      expect(await field(ada, 'Who is it for?').inputValue()).toBe('Ada Requester');
    });

    step('sees the expected priority change, and loses nothing of what was typed', async () => {
      await field(ada, 'Description (optional)').fill('Since this morning, from home.');
      await form(ada).getByText('Expected priority: 5 - Planning').waitFor();
      await chooses(ada, 'Impact', '1 - High');
      await form(ada).getByText('Expected priority: 3 - Moderate').waitFor();
      await chooses(ada, 'Urgency', '2 - Medium');
      await form(ada).getByText('Expected priority: 2 - High').waitFor();
      expect(await field(ada, 'Short description').inputValue()).toBe('VPN is down');
      expect(await field(ada, 'Description (optional)').inputValue()).toBe('Since this morning, from home.');
    });

    step('is told at the field what is missing', async () => {
      const title = field(ada, 'Short description');
      const problem = form(ada).getByText('Please complete this required field.');
      for (const nothing of ['', '   ']) {
        await title.fill(nothing);
        await form(ada).getByRole('button', { name: 'File incident' }).press('Enter');
        await problem.waitFor();
        expect(await title.getAttribute('aria-invalid')).toBe('true');
        await title.fill('VPN is down');
        await problem.waitFor({ state: 'hidden' });
      }
    });

    step('finds the affected item by typing, and attaches a file', async () => {
      const item = field(ada, 'Affected service or item');
      await item.pressSequentially('vpn');
      await ada.getByRole('option', { name: /VPN Gateway/ }).waitFor();
      expect(await item.inputValue()).toBe('vpn');
      await item.press('Enter');
      expect(await item.inputValue()).toContain('VPN');
      const [chooser] = await Promise.all([
        ada.waitForEvent('filechooser'),
        form(ada).getByRole('button', { name: /files/i }).press('Enter'),
      ]);
      await chooser.setFiles({ name: 'vpn-log.txt', mimeType: 'text/plain', buffer: Buffer.from('tunnel reset\n') });
      await form(ada).getByText('vpn-log.txt').waitFor();
    });

    step('files it: the form says Filing… and then Incident filed', async () => {
      // As slow as a real instance, so that a person can read the first of the two.
      world.serviceNow.settings.latencyMs = 250;
      await form(ada).getByRole('button', { name: 'File incident' }).press('Enter');
      await ada.getByRole('dialog', { name: 'Filing…' }).waitFor();
      const filed = ada.getByRole('dialog', { name: 'Incident filed' });
      await filed.getByText('Your incident is filed.').waitFor();
      world.serviceNow.settings.latencyMs = 0;
      number = /INC\d+/.exec(await filed.innerText())?.[0] ?? '';
      expect(number).toMatch(/^INC\d{7}$/);
      await ada.keyboard.press('Escape');
      await filed.waitFor({ state: 'hidden' });
    });

    step('has a message with the number, the state and the priority', async () => {
      const card = lastMessage(ada, 'Your incident is filed.');
      await card.getByRole('heading', { name: `${number} · VPN is down` }).waitFor();
      await expectText(card, ['State: New', 'Priority: 2 - High', 'Since this morning, from home.']);
      await card.getByRole('link', { name: `Open ${number} in ServiceNow` }).waitFor();
    });

    step('finds it again: by list, by number alone, and in the Home tab', async () => {
      await types(ada, '/snow list');
      await expectText(lastMessage(ada, 'Your open incidents'), [number, 'VPN is down']);
      await types(ada, number);
      const card = messages(ada, 'State: New').filter({ hasNotText: 'Your incident is filed.' }).last();
      await card.getByRole('heading', { name: `${number} · VPN is down` }).waitFor();
      await ada.getByRole('link', { name: 'Home', exact: true }).press('Enter');
      const home = ada.getByRole('region', { name: /: Home$/ });
      await home.getByText('You are connected as Ada Requester').waitFor();
      await expectText(home, [number, 'VPN is down']);
      await ada.getByRole('link', { name: 'Messages', exact: true }).press('Enter');
    });

    step('a slip of the finger is understood', async () => {
      await types(ada, '/snow incidnet');
      await lastMessage(ada, 'Did you mean “/snow incident”?').getByRole('button', { name: 'Show help' }).waitFor();
    });

    step('somebody else connects in the same browser, and does not see the ticket', async () => {
      const carl = await browser.context.newPage();
      await carl.goto(`${world.slack.url}/?user=${world.slack.person('carl').id}`);
      await types(carl, `/snow show ${number}`);
      const page = await opens(carl, () => connectButton(carl).click());
      await page.getByRole('button', { name: 'Continue as Carl Colleague' }).click();
      // Ada is still logged in at ServiceNow here; Carl says that he is not her.
      await page.getByText('You are logged in as Ada Requester').waitFor();
      await page.getByRole('button', { name: 'Not you?' }).click();
      await page.getByRole('button', { name: /^Carl Colleague/ }).click();
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByRole('heading', { name: 'You are connected' }).waitFor();
      await page.close();
      await lastMessage(carl, 'You are connected as Carl Colleague').waitFor();
      const answer = lastMessage(carl, number);
      await answer.getByText('It may not exist, or you may not see it.').waitFor();
      expect(await answer.innerText()).not.toContain('VPN is down');
      await carl.close();
    });

    step('an agent sees the ticket with its file in ServiceNow', async () => {
      const agent = await opens(ada, () =>
        ada.getByRole('link', { name: 'Open ServiceNow as an agent' }).press('Enter'),
      );
      await agent.getByRole('button', { name: /^Bob Agent/ }).press('Enter');
      await agent.getByRole('row', { name: new RegExp(`${number}.*VPN is down.*Ada Requester`) }).waitFor();
      await agent.getByRole('link', { name: number }).press('Enter');
      await agent.getByRole('heading', { name: 'VPN is down' }).waitFor();
      await agent.getByText('Since this morning, from home.').waitFor();
      await agent.getByRole('list', { name: 'Attachments' }).getByText('vpn-log.txt').waitFor();
      await agent.close();
    });

    step('and nobody broke a rule on the way', async () => {
      expect(world.slack.violations).toEqual([]);
      expect(world.serviceNow.violations).toEqual([]);
    });
  });

const connectButton = (page: Page): Locator =>
  lastMessage(page, 'Connect your ServiceNow account first').getByRole('link', { name: 'Connect ServiceNow' });

const form = (page: Page): Locator => page.getByRole('dialog', { name: 'File an incident' });

const field = (page: Page, label: string): Locator => form(page).getByLabel(label, { exact: false }).first();

/** Chooses from a menu with the keyboard alone. */
async function chooses(page: Page, label: string, option: string): Promise<void> {
  const box = field(page, label);
  await box.press('ArrowDown');
  await page.getByRole('option', { name: option }).waitFor();
  await box.fill(option);
  await page.getByRole('option').nth(1).waitFor({ state: 'detached' });
  await box.press('Enter');
}

/** Waits for each of the texts. */
async function expectText(place: Locator, texts: string[]): Promise<void> {
  for (const text of texts) await place.getByText(text, { exact: false }).first().waitFor();
}
