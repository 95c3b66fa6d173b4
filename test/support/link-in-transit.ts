import { connectUrlIn, type Flow, newBrowser } from './flow.ts';

export type Browser = ReturnType<typeof newBrowser>;

export type Parts = Pick<Flow, 'publicUrl' | 'serviceNow'>;

export const connectIdOf = (url: string): string => new URL(url).searchParams.get('id') ?? '';

/** What somebody's `/snow connect` answers: the address behind the button. */
export const askToConnect = async (flow: Flow, name: Parameters<Flow['person']>[0]): Promise<string> =>
  connectUrlIn((await flow.person(name).command('connect')).body);

/** Presses Continue on our page. @returns the way to ServiceNow */
export const pressContinue = (flow: Parts, browser: Browser, url: string) =>
  browser.go(`${flow.publicUrl}/servicenow/connect`, {
    method: 'POST',
    body: new URLSearchParams({ id: connectIdOf(url) }),
  });

/** All but the last step, so that a story can do something to it. @returns the callback's address, not yet visited */
export async function untilCallback(
  flow: Parts,
  url: string,
  as: keyof Flow['serviceNow']['people'],
  browser = newBrowser(),
): Promise<{ callback: URL; browser: Browser }> {
  const { location, html } = await pressContinue(flow, browser, url);
  if (!location) throw new Error(`not sent to ServiceNow: ${html}`);
  return {
    callback: new URL(await flow.serviceNow.authorize(flow.serviceNow.people[as], location, 'allow')),
    browser,
  };
}

/** Asks the instance itself whether a token still opens anything. */
export async function tokenWorks({ serviceNow }: Parts, token: string): Promise<boolean> {
  const asAccess = await fetch(`${serviceNow.url}/api/now/ui/user/current_user`, {
    headers: { accept: 'application/json', authorization: `Bearer ${token}` },
  });
  const asRefresh = await fetch(`${serviceNow.url}/oauth_token.do`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: token,
      client_id: serviceNow.clientId,
      client_secret: serviceNow.clientSecret,
    }),
  });
  return asAccess.ok || asRefresh.ok;
}
