import { expect, test } from '@jest/globals';
import { answered } from '../support/conversation.ts';
import { settled } from '../support/filing.ts';
import { connectUrlIn, followConnect, newBrowser } from '../support/flow.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

const start = storyStarter();

test('whoever has a German Slack reads German: help, connecting, form, ticket, error; the words to type stay', async () => {
  const flow = await start({ slack: { locales: { ada: 'de-DE' } } });
  const ada = flow.person('ada');

  // Nobody waits for Slack to say it: English the first time.
  expect(JSON.stringify((await ada.command('help')).body)).toContain('What I can do for you');
  await until('her language to be known', async () => (await flow.redis.keys('*:locale')).length > 0);
  const help = JSON.stringify((await ada.command('help')).body);
  expect(help).toContain('Was ich für dich tun kann');
  expect(help).toContain('/snow list');
  expect(help).toContain('deine Tickets, oder die dir zugewiesenen');
  expect(JSON.stringify((await ada.command('lst')).body)).toContain('„lst“ kenne ich nicht. Meinst du „/snow list“?');

  const { body } = await ada.command('connect');
  expect(JSON.stringify(body)).toContain('Verbinde zuerst dein ServiceNow-Konto.');
  const browser = newBrowser();
  const page = await browser.go(connectUrlIn(body), { headers: { 'accept-language': 'de-AT,en;q=0.5' } });
  expect(page.html).toContain('<html lang="de">');
  expect(page.html).toContain('Weiter als Ada Requester');
  await followConnect(flow, connectUrlIn(body), 'requester');
  const linked = await until('the DM', () => ada.dm().messages.find(({ text }) => text.includes('Du bist verbunden')));
  expect(linked.text).toContain('Du bist verbunden als Ada Requester');

  await ada.command('incident VPN geht nicht');
  const form = await until('the form', () => ada.modal());
  expect(form.view).toMatchObject({ title: { text: 'Incident melden' } });
  expect(JSON.stringify(form.view.blocks)).toContain('Voraussichtliche Priorität: 5 – Planung');
  ada.fill({ title: ' ' });
  await ada.submit();
  ada.fill({ title: 'VPN geht nicht' });
  await ada.submit();
  const told = await until('the DM', () => ada.dm().messages.find(({ text }) => text.includes('Gemeldet: INC')));
  expect(told.text).toMatch(/Gemeldet: INC\d+: VPN geht nicht\. Status: New\. Priorität: 5 - Planning\./);
  expect(JSON.stringify(told.blocks)).toContain('Dein Incident ist gemeldet.');
  expect(JSON.stringify(told.blocks)).toContain('Du hörst davon, weil du es gemeldet hast.');

  await ada.command('INC0099999');
  const missing = await answered(ada, 'INC0099999');
  expect(missing.text).toBe(
    'Ich habe nichts mit der Nummer INC0099999 gefunden (Incident). Vielleicht gibt es das nicht, oder du darfst es nicht sehen.',
  );

  // She changes to English, and Slack says so.
  await ada.speak('en-GB');
  expect(JSON.stringify((await ada.command('help')).body)).toContain('What I can do for you');
  await settled(flow);
});

test('of two who hear of one ticket, each reads their own language', async () => {
  const flow = await start({ slack: { locales: { bob: 'de-DE' } } });
  const [ada, bob] = [flow.person('ada'), flow.person('bob')];
  await flow.link('ada');
  const { body } = await bob.command('connect');
  await followConnect(flow, connectUrlIn(body), 'agent');
  await until('his DM', () => bob.dm().messages.find(({ text }) => text.includes('Du bist verbunden')));

  await ada.command('incident Printer is on fire');
  await until('the form', () => ada.modal());
  await ada.submit();
  const filed = await until('her card', () => ada.dm().messages.find(({ text }) => text.includes('Filed INC')));
  const number = /INC\d+/.exec(filed.text)?.[0] ?? '';
  await bob.command(`watch ${number}`);
  const card = await until('his card', () => bob.dm().messages.find(({ text }) => text.includes(`${number}: `)));
  expect(card.text).toContain('Du hörst davon, weil du es beobachten wolltest.');
  await settled(flow);
});
