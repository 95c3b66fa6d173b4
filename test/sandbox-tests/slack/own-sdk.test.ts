import { describe, expect, test } from '@jest/globals';
import { read, SOURCES } from '../../house/code.ts';
import { CALLS, FAREWELL } from '../../lab/foreign-clients/slack-calls.ts';
import { REFUSALS } from '../../lab/foreign-clients/slack-refusals.ts';
import { departures, type Shape, sdkShape } from '../../lab/foreign-clients/slack-shapes.ts';
import { withStage, wrongIn, wrongInRefusal } from '../../lab/foreign-clients/slack-stage.ts';
import { METHODS } from '../../sandbox/slack/web-api/index.ts';

/** The part of `npm run foreign-clients` that needs no download. */
describe("Slack's own SDK against the simulated Slack", () => {
  test('gets what the reference and the recordings say, and is refused as they say', async () => {
    const wrong: string[] = [];
    const note = (about: string, found: string[]) => void wrong.push(...found.map((one) => `${about}: ${one}`));
    await withStage(async (stage) => {
      for (const call of CALLS)
        note([call.method, call.about].join(' '), await wrongIn(stage, call, [sdkShape(call.method)]));
      for (const one of REFUSALS) note(`${one.method} ${one.error}`, await wrongInRefusal(stage, one));
      note(FAREWELL.method, await wrongIn(stage, FAREWELL, [sdkShape(FAREWELL.method)]));
      expect(stage.slack.violations).toEqual([]);
    });
    expect(wrong).toEqual([]);
  });

  test('it makes each call that the bridge makes, right and wrong', () => {
    // The uploader makes two of one; Bolt makes the last two itself.
    const behind = ['files.getUploadURLExternal', 'files.completeUploadExternal'];
    const bolts = ['apps.connections.open', 'oauth.v2.access'];
    const named = SOURCES.flatMap((path) => [...read(path).matchAll(/[.)]([a-z]+\.[a-zA-Z]+)\(/g)])
      .map(([, method = '']) => method)
      .filter((method) => method in METHODS);
    expect(named).toContain('chat.postMessage');
    const made = new Set([...named, ...behind, ...bolts]);
    expect([...new Set([...CALLS, FAREWELL].map(({ method }) => method))].sort()).toEqual([...made].sort());
    // Nothing in a token that is good for one call is bad for its end.
    const refused = new Set([...REFUSALS.map(({ method }) => method), FAREWELL.method]);
    expect([...made].filter((method) => !refused.has(method))).toEqual([]);
  });
});

describe('a departure from what was recorded', () => {
  const shape: Shape = sdkShape('conversations.history');
  test.each<[string, unknown, string[]]>([
    ['none', { ok: true, messages: [{ ts: '1.0', reply_count: 2 }], has_more: false }, []],
    ['what is left out', { messages: null }, []],
    ['a member that nobody recorded', { messages: [{ tss: '1.0' }] }, ['messages[0].tss is in no recording']],
    ['another type', { messages: [{ ts: 1 }] }, ['messages[0].ts is a number, recorded as a string']],
    ['no list', { messages: {} }, ['messages is a members, recorded as a list']],
    ['names of an app’s own', { messages: [{ metadata: { event_payload: { mine: 1 } } }] }, []],
  ])('%s', (_, value, expected) => {
    expect(departures(value, shape)).toEqual(expected);
  });
});
