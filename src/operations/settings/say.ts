/** The form has closed, which is answer enough. */
export const say = (_result: 'saved') => undefined;
