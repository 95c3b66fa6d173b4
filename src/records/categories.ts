/** The base system's incident categories, for as long as the instance's own list has not been read. */
export const BASE_CATEGORIES = [
  { value: 'inquiry', label: 'Inquiry / Help' },
  { value: 'software', label: 'Software' },
  { value: 'hardware', label: 'Hardware' },
  { value: 'network', label: 'Network' },
  { value: 'database', label: 'Database' },
];
