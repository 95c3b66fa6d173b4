/**
 * Slack's limits, in characters or items, from docs.slack.dev/reference/block-kit. Builders take them from here, and
 * nobody else writes one of these numbers.
 */
export const LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  /** chat.postMessage's own `text`; longer ones are cut by Slack at 40,000. */
  messageText: 4000,
  header: 150,
  section: 3000,
  field: 2000,
  contextElements: 10,
  actionElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  buttonUrl: 3000,
  accessibilityLabel: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  viewTitle: 24,
  viewButton: 24,
  privateMetadata: 3000,
  optionText: 75,
  optionValue: 150,
  selectOptions: 100,
  inputText: 3000,
  inputLabel: 2000,
  inputHint: 2000,
  placeholder: 150,
} as const;
