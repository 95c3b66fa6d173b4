import { CALLS, FAREWELL } from './slack-calls.ts';
import { PAYLOADS } from './slack-payloads.ts';
import { REFUSALS } from './slack-refusals.ts';
import { ANYTHING, departures, sampleShape, sdkShape } from './slack-shapes.ts';
import { withStage, wrongIn, wrongInRefusal } from './slack-stage.ts';
import { type Verdict, verdict } from './verdict.ts';

/** Slack's own SDK, a dependency of ours, against the simulated Slack. */
export async function playSlack(): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  await withStage(async (stage) => {
    for (const call of CALLS) await play(call);
    for (const one of REFUSALS)
      verdicts.push(verdict('slack', `${one.method} refuses: ${one.error}`, await wrongInRefusal(stage, one)));
    await play(FAREWELL);

    async function play(call: (typeof CALLS)[number]) {
      const sample = sampleShape(`api/${call.method}`);
      const wrong = await wrongIn(stage, call, [sdkShape(call.method), ...(sample ? [sample] : [])]);
      const about = [call.method, ...(call.about ? [call.about] : [])].join(', ');
      verdicts.push(verdict('slack', `${about}${sample ? '' : ' (recorded in the SDK’s types only)'}`, wrong));
    }
  });
  await withStage(async (stage) => {
    for (const { sample, documented, play } of PAYLOADS) {
      const shape = sampleShape(sample);
      const sent = await play(stage);
      const wrong = sent ? departures(sent.payload, shape ?? ANYTHING, documented) : ['nothing was sent'];
      verdicts.push(verdict('slack', `sends ${sample}${shape ? '' : ' (no recording beside the project)'}`, wrong));
    }
  });
  return verdicts;
}
