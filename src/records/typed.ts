/** Characters that nobody sees, and that pasting from pages, mails and other apps leaves behind. Joiners are not among them. */
const UNSEEN = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;

/** Marks around a word that mean nothing to a command: quotation marks of all languages, code marks, and stops. */
const EDGES =
  /^[\s"'`“”„‟‘’‚‛«»‹›「」*_~.,;:!?…()[\]{}<>]+|(?<![\s"'`“”„‟‘’‚‛«»‹›「」*_~.,;:!?…()[\]{}<>])[\s"'`“”„‟‘’‚‛«»‹›「」*_~.,;:!?…()[\]{}<>]+$/g;

/** Text as the person saw it when they sent it. */
export const asSeen = (text: string): string => text.replace(UNSEEN, '').replace(/[^\S\r\n]/g, ' ');

/** One word as it is meant: in its usual letters, without marks around it. */
export const bareWord = (text: string): string => asSeen(text).normalize('NFKC').replace(EDGES, '');

const QUOTED = /^(?:`+([^`]+)`+|"([^"]+)"|'([^']+)'|“([^“”]+)”|„([^„“”]+)[“”]|‘([^‘’]+)’|«([^«»]+)»|‹([^‹›]+)›)$/;

/** What stands between two marks that enclose all of it. */
export const unquoted = (text: string): string =>
  QUOTED.exec(text)
    ?.slice(1)
    .find((each) => each !== undefined)
    ?.trim() ?? text;

/** For comparing what people type with what is written down: without case, accents and width. */
export const folded = (text: string): string =>
  asSeen(text)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l');
