/** `dev98042` and `https://dev98042.service-now.com/nav_to.do` both name the same instance. @returns its origin */
export function originOf(value: string): string | undefined {
  const full = /^[a-z0-9][a-z0-9-]*$/i.test(value) ? `https://${value}.service-now.com` : value;
  const parsed = URL.canParse(full) ? new URL(full) : undefined;
  return parsed && isSecureOrLoopback(parsed) ? parsed.origin : undefined;
}

/** Tokens must not cross a network in clear; a simulator on this machine is the exception. */
export function isSecureOrLoopback(parsed: URL): boolean {
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname);
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && loopback);
}

export const NO_ADDRESS = 'must be an https URL or an instance name, e.g. https://dev98042.service-now.com or dev98042';

/** Shorter is easily guessed, and whoever guesses it pushes what never happened. */
const LEAST_SECRET = 16;

/** Several secrets stand with a comma between them, so that they can be rotated. @returns undefined where one is too short */
export function webhookSecretsIn(text: string): string[] | undefined {
  const secrets = text.split(',').map((secret) => secret.trim());
  return secrets.every((secret) => secret.length >= LEAST_SECRET) ? secrets : undefined;
}

export const SHORT_SECRET = 'needs at least 16 characters, e.g. the output of: openssl rand -hex 32';
