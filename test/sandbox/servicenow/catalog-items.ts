/** The questions that the seeded catalog items ask, by the item's name. */
export type Variable = {
  name: string;
  label: string;
  type: number;
  friendly_type: string;
  mandatory: boolean;
  choices?: { label: string; value: string }[];
};

const choice = (label: string) => ({ label, value: label.toLowerCase().replace(/\W+/g, '_') });

export const variables: Record<string, Variable[]> = {
  Headset: [
    {
      name: 'colour',
      label: 'Colour',
      type: 5,
      friendly_type: 'select_box',
      mandatory: false,
      choices: ['Black', 'White'].map(choice),
    },
  ],
  'VPN access': [
    {
      name: 'vpn_type',
      label: 'Kind of access',
      type: 5,
      friendly_type: 'select_box',
      mandatory: true,
      choices: ['Full', 'Mail only'].map(choice),
    },
    { name: 'reason', label: 'Why do you need it?', type: 2, friendly_type: 'multi_line_text', mandatory: true },
  ],
  Laptop: [
    { name: 'model', label: 'Model', type: 8, friendly_type: 'reference', mandatory: true },
    { name: 'old_returned', label: 'I return my old one', type: 7, friendly_type: 'check_box', mandatory: false },
  ],
  'Report an outage': [
    { name: 'short_description', label: 'What is down?', type: 6, friendly_type: 'single_line_text', mandatory: true },
    { name: 'description', label: 'Details', type: 2, friendly_type: 'multi_line_text', mandatory: false },
  ],
};
