import type { Report } from './ask.ts';

/** The report as an operator reads it in a terminal. */
export function inWords({ instance, askedAs, answers, ticket }: Report): string {
  const lines = answers.flatMap(({ name, assumed, answer: { found, asAssumed, advice } }, index) => [
    `${String(index + 1).padStart(2)}. ${name}`,
    asAssumed ? `    as expected: ${found}` : `    differs: ${found}\n    expected: ${assumed}`,
    ...(advice ? [`    To do: ${advice}`] : []),
  ]);
  const odd = answers.filter(({ answer }) => !answer.asAssumed);
  const advised = odd.filter(({ answer }) => answer.advice).length;
  const sum =
    odd.length === 0
      ? 'Everything is as expected.'
      : `${odd.length} of ${answers.length} differ; the bridge bears them${advised > 0 ? `, but ${advised} with something to do` : ''}.`;
  return [`${instance}, asked as ${askedAs}`, '', ...lines, '', sum, inWordsOf(ticket)].join('\n');
}

function inWordsOf(ticket: Report['ticket']): string {
  if (!ticket) return 'No ticket was filed.';
  return ticket.isCancelled
    ? `${ticket.number} was filed for the questions and cancelled.`
    : `${ticket.number} was filed for the questions. This person may not cancel it: please cancel it by hand.`;
}
