import type { Locator, Page } from 'playwright-core';

/** Types into the message box of the simulated Slack. */
export async function types(page: Page, text: string): Promise<void> {
  const box = page.getByRole('combobox', { name: /^Message / });
  await box.pressSequentially(text);
  await box.press('Enter');
}

/** The tab that an act opens. */
export async function opens(page: Page, act: () => Promise<void>): Promise<Page> {
  const [opened] = await Promise.all([page.context().waitForEvent('page'), act()]);
  return opened;
}

export const messages = (page: Page, text: string): Locator =>
  page.getByRole('list', { name: 'Messages' }).getByRole('listitem').filter({ hasText: text });

export const lastMessage = (page: Page, text: string): Locator => messages(page, text).last();
