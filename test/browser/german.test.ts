import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type BridgeProcess, startBridgeProcess } from '../sandbox/bridge-process.ts';
import { createWorld, type World } from '../sandbox/world.ts';
import { findBrowser, openBrowser, type TestBrowser } from '../support/browser.ts';
import { lastMessage, opens, types } from '../support/slack-page.ts';

/** The first minutes of somebody whose Slack and whose browser are in German: whatever the bridge says is, too. */
jest.setTimeout(60_000);

const WAIT_MS = 15_000;
const found = findBrowser();

if (!found) test('no browser found: the German story did NOT run', () => expect(found).toBeUndefined());
else
  describe('somebody who reads German', () => {
    let world: World;
    let bridge: BridgeProcess;
    let browser: TestBrowser;
    let ada: Page;

    beforeAll(async () => {
      world = await createWorld({ slack: { locales: { ada: 'de-DE' } } });
      bridge = await startBridgeProcess(world.env);
      browser = await openBrowser(found, 'de-DE');
      browser.context.setDefaultTimeout(WAIT_MS);
      ada = browser.context.pages()[0] ?? (await browser.context.newPage());
    });

    afterAll(async () => {
      await browser?.close();
      await bridge?.end('SIGTERM');
      await world?.close();
    });

    test('is helped, connects and files an incident in German', async () => {
      await ada.goto(world.slack.url);
      await ada.getByRole('heading', { level: 1 }).waitFor();
      await types(ada, '/snow incident VPN geht nicht');
      const offer = lastMessage(ada, 'Verbinde zuerst dein ServiceNow-Konto.');
      const page = await opens(ada, () => offer.getByRole('link', { name: 'ServiceNow verbinden' }).press('Enter'));
      await page.getByRole('heading', { name: 'ServiceNow mit Ada Requester verbinden' }).waitFor();
      await page.getByRole('button', { name: 'Weiter als Ada Requester' }).press('Enter');
      await page.getByRole('button', { name: /^Ada Requester/ }).press('Enter');
      await page.getByRole('button', { name: 'Allow' }).press('Enter');
      await page.getByRole('heading', { name: 'Du bist verbunden' }).waitFor();
      await page.close();

      const linked = lastMessage(ada, 'Du bist verbunden als Ada Requester');
      await linked.getByRole('button', { name: 'Weiter mit deinem Incident' }).press('Enter');
      const form = ada.getByRole('dialog', { name: 'Incident melden' });
      expect(await form.getByLabel('Kurzbeschreibung', { exact: false }).first().inputValue()).toBe('VPN geht nicht');
      await form.getByText('Voraussichtliche Priorität: 5 – Planung').waitFor();
      await form.getByRole('button', { name: 'Incident melden' }).press('Enter');
      await ada.getByRole('dialog', { name: 'Incident gemeldet' }).getByText('Dein Incident ist gemeldet.').waitFor();
      await ada.keyboard.press('Escape');
      await lastMessage(ada, 'Dein Incident ist gemeldet.').getByText('Kommentieren').first().waitFor();

      await types(ada, '/snow help');
      await lastMessage(ada, 'Was ich für dich tun kann').waitFor();
      expect(browser.complaints).toEqual([]);
      expect(world.slack.violations).toEqual([]);
      expect(world.serviceNow.violations).toEqual([]);
    });
  });
