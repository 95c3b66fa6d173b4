import { describe, expect, test } from '@jest/globals';
import { filledForm } from '../../../src/desk/filled-form.ts';

describe('the instance’s own form', () => {
  test('is filled in with words that cannot end their field or run', () => {
    const { path, isWhole } = filledForm('incident', { short_description: 'a^b & javascript:x', description: 'c\nd' });
    const url = new URL(path, 'https://dev1.service-now.com');
    expect(url.searchParams.get('sysparm_query')).toBe('short_description=a b & javascript x^description=c\nd');
    expect([url.pathname, isWhole]).toEqual(['/incident.do', true]);
  });
  test.each(['x', 'ü', '🖨️'])('has an address that an instance takes, however long the last text is: %s', (letter) => {
    const { path, isWhole } = filledForm('incident', { short_description: 'a', description: letter.repeat(3000) });
    expect(path.length).toBeLessThanOrEqual(2000);
    expect(path.length).toBeGreaterThan(1500);
    expect(isWhole).toBe(false);
    expect(() => new URL(path, 'https://dev1.service-now.com').searchParams.get('sysparm_query')).not.toThrow();
  });
});
