import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type BridgeProcess, startBridgeProcess } from '../sandbox/bridge-process.ts';
import { createWorld, type World } from '../sandbox/world.ts';
import { findBrowser, openBrowser, type TestBrowser } from '../support/browser.ts';
import { connectUrlIn, followConnect } from '../support/flow.ts';

/** The conversation about one ticket, as the person in Slack and the agent in ServiceNow see it, in a real browser. */
jest.setTimeout(90_000);

const WAIT_MS = 30_000;
const TITLE = 'Coffee machine speaks Latin';
const found = findBrowser();

if (!found) test('no browser found: the conversation in the browser did NOT run', () => expect(found).toBeUndefined());
else
  describe('a ticket from filing to “it is fixed”', () => {
    let world: World;
    let bridge: BridgeProcess;
    let browser: TestBrowser;
    let ada: Page;
    let agent: Page;

    beforeAll(async () => {
      const secret = randomBytes(24).toString('hex');
      world = await createWorld({ env: { SERVICENOW_WEBHOOK_SECRET: secret } });
      bridge = await startBridgeProcess(world.env);
      world.serviceNow.push.configure({ url: `${world.publicUrl}/servicenow/events`, secret });
      const { body } = await world.slack.person('ada').command('connect');
      await followConnect(world, connectUrlIn(body), 'requester');
      browser = await openBrowser(found);
      browser.context.setDefaultTimeout(WAIT_MS);
      ada = browser.context.pages()[0] ?? (await browser.context.newPage());
      agent = await browser.context.newPage();
    });

    afterAll(async () => {
      await browser?.close();
      await bridge?.end('SIGTERM');
      await world?.close();
    });

    let failed = false;
    const step = (name: string, play: () => Promise<void>) =>
      test(name, async () => {
        if (failed) throw new Error('an earlier step of the story has failed');
        try {
          await play();
          expect(browser.complaints).toEqual([]);
        } catch (error) {
          failed = true;
          process.stderr.write(`${await browser.photograph(`told-${name.replaceAll(/\W+/g, '-').slice(0, 50)}`)}\n`);
          throw error;
        }
      });
    const card = () => ada.getByTestId('messages').getByTestId('message').filter({ hasText: TITLE }).last();
    const thread = () => ada.getByTestId('thread-messages');

    step('Ada files it, and the message that says so is the ticket’s card', async () => {
      await ada.goto(world.slack.url);
      const composer = ada.getByTestId('composer').first();
      await composer.click();
      await ada.keyboard.type(`/snow incident ${TITLE}`);
      await ada.keyboard.press('Escape');
      await ada.keyboard.press('Enter');
      await ada.getByTestId('modal-submit').click();
      await ada
        .getByRole('dialog', { name: 'Incident filed' })
        .getByRole('button', { name: 'Close', exact: true })
        .last()
        .click();
      await card().getByText('I will tell you here when something changes.').waitFor();
    });

    step('Bob takes it in ServiceNow, and Ada’s card and thread say so', async () => {
      await agent.goto(world.serviceNow.url);
      await agent.getByRole('button', { name: /^Bob Agent/ }).click();
      await agent.getByRole('row').filter({ hasText: TITLE }).getByRole('link').first().click();
      await agent.locator('[name=assigned_to]').selectOption({ label: 'Bob Agent' });
      await agent.getByRole('button', { name: 'Assign' }).click();
      await card().getByText('Bob Agent').waitFor();
      await card().getByTestId('replies').click();
      await thread().getByText('Assigned to: none → Bob Agent').waitFor();
    });

    step('Bob asks, Ada answers in the thread, and Bob reads it as a comment of hers', async () => {
      await agent.locator('textarea[name=comments]').first().fill('Which Latin? Classical?');
      await agent.getByRole('button', { name: 'Post comment' }).click();
      await thread().getByText('Which Latin? Classical?').waitFor();
      await ada.getByTestId('thread-composer').click();
      await ada.keyboard.type('Vulgar, I am afraid');
      await ada.keyboard.press('Enter');
      await thread()
        .getByRole('img', { name: /white check mark/ })
        .waitFor();
      await agent.reload();
      await agent.getByText('Vulgar, I am afraid').waitFor();
    });

    step('Bob resolves it, Ada reads how, and says that it is fixed', async () => {
      await agent.locator('[name=close_code]').selectOption('Solution provided');
      await agent.locator('[name=close_notes]').fill('Taught it Italian.');
      await agent.getByRole('button', { name: 'Resolve' }).click();
      await thread().getByText('Taught it Italian.').waitFor();
      await card()
        .getByRole('button', { name: /is fixed/ })
        .click();
      await ada.getByText('Thank you. The team knows').first().waitFor();
      await agent.reload();
      await agent.getByText('The person who asked for it says that it is fixed.').waitFor();
      // What she did herself is no news to her.
      expect(await thread().getByText('Vulgar, I am afraid').count()).toBe(1);
      expect(await thread().getByText('says that it is fixed').count()).toBe(0);
    });
  });
