import type { ProcessorOf } from './catalogue.ts';

/** Times of day are meant in the person's own time zone, which Slack knows. */
export const saveSettings: ProcessorOf<'save-settings'> = {
  async process({ person, preferences }, context) {
    const { timeZone } = await context.slackPerson(person);
    await context.preferences.write(person, { ...preferences, timeZone });
    context.log.info('settings saved');
  },
  onGiveUp: async ({ person, correlationId }, _error, { enqueue, jobId }) => {
    const content = { kind: 'notice', sentence: 'I could not save your settings. Please try again.' } as const;
    await enqueue('deliver-message', { v: 1, correlationId, person, content }, `settings-${jobId}`);
  },
};
