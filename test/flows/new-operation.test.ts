import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { button } from '../../src/blocks/actions.ts';
import { message } from '../../src/blocks/message.ts';
import { plain } from '../../src/blocks/text.ts';
import { input } from '../../src/blocks/views/inputs.ts';
import { readState } from '../../src/blocks/views/state.ts';
import { defineOperation, type Operation } from '../../src/operations/define.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { answered, at, toldByDm } from '../support/conversation.ts';
import { settled } from '../support/filing.ts';
import { connectUrlIn, followConnect } from '../support/flow.ts';
import { storyStarter } from '../support/story.ts';
import { until } from '../support/until.ts';

const start = storyStarter();

/** As a folder would have it: a row, a run and a say. */
const echo = defineOperation({
  name: 'echo',
  kind: 'question',
  words: ['echo', 'parrot'],
  usage: ['echo <words>'],
  summary: 'operations.whoami',
  args: z.object({ words: z.string().min(1) }),
  parse: (rest) => ({ args: rest ? { words: rest } : {} }),
  buttons: { echo: (words) => ({ words }) },
  form: {
    id: 'echo',
    given: z.object({}),
    async open(_given, { account }) {
      await account();
      const block = input('words', 'Your words', { type: 'plain_text_input', action_id: 'value' });
      const title = plain('Echo', 24);
      return { view: { type: 'modal', callback_id: 'echo', title, submit: title, blocks: [block] } };
    },
    offer: () => message('Press the button.', []),
    read({ state }) {
      const words = readState(state)?.('words').value ?? '';
      return words === 'nothing' ? { errors: { words: 'Say something.' } } : { args: { words } };
    },
  },
  run: async () => ({
    run: async ({ me }, { words }) => ({ name: (await me()).name, words }),
  }),
  say: async () => ({
    say: ({ name, words }: { name: string; words: string }) =>
      message(`${name} said ${words}`, [
        { type: 'section', text: plain(`${name} said ${words}`, 100) },
        { type: 'actions', elements: [button({ action: 'echo', text: 'Again', value: `${words} again` })] },
      ]),
  }),
});
(OPERATIONS as Operation[]).push(echo);

test('a new row is all it takes: it is typed, pressed, filled in, explained, and waits for a connection', async () => {
  const flow = await start();
  const ada = flow.person('ada');

  // Unlinked, with words: the job waits. Without words: the form does.
  await ada.command('echo one');
  const prompt = await answered(ada, 'Connect your ServiceNow account first');
  await ada.command('parrot');
  await followConnect(flow, connectUrlIn(prompt.blocks), 'requester');
  const first = await answered(ada, 'said one');

  await ada.click(at(first), 'echo');
  await answered(ada, 'said one again');

  await ada.click(at(await toldByDm(ada, 'You are connected')), 'resume-pending');
  await until('the form', () => ada.modal());
  ada.fill({ words: 'nothing' });
  await ada.submit();
  expect(ada.modal()?.errors).toEqual({ words: 'Say something.' });
  ada.fill({ words: 'two' });
  await ada.submit();
  expect(ada.modal()).toBeUndefined();
  await toldByDm(ada, 'said two');

  await ada.say(ada.dm().channel, 'echo three');
  await toldByDm(ada, 'said three');
  const { body } = await ada.command('help parrot');
  expect(JSON.stringify(body)).toContain('which ServiceNow account you are connected as');
  await settled(flow);
});
