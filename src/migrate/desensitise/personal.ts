import type { ColumnFamily } from './structure.ts';

/** Does a column look as if it said something about a person? By its name and by a few of its values. Pure. */

/** Parts of names, in the languages that schemas are written in; `_`, digits and case changes separate words. */
const WORDS: Readonly<Record<string, string>> = {
  email: 'an e-mail address',
  mail: 'an e-mail address',
  phone: 'a telephone number',
  mobile: 'a telephone number',
  tel: 'a telephone number',
  fax: 'a telephone number',
  surname: 'a name',
  firstname: 'a name',
  lastname: 'a name',
  fullname: 'a name',
  forename: 'a name',
  username: 'a name',
  login: 'a name',
  nickname: 'a name',
  birthday: 'a date of birth',
  birthdate: 'a date of birth',
  birth: 'a date of birth',
  dob: 'a date of birth',
  gender: 'a fact about a person',
  salutation: 'a fact about a person',
  nationality: 'a fact about a person',
  religion: 'a fact about a person',
  street: 'an address',
  address: 'an address',
  postcode: 'an address',
  zip: 'an address',
  zipcode: 'an address',
  city: 'an address',
  ssn: 'a national id',
  passport: 'a national id',
  taxid: 'a national id',
  iban: 'an account',
  bic: 'an account',
  account: 'an account',
  card: 'a payment card',
  pan: 'a payment card',
  cvv: 'a payment card',
  password: 'a secret',
  passwd: 'a secret',
  secret: 'a secret',
  token: 'a secret',
  apikey: 'a secret',
  salt: 'a secret',
  ip: 'a network address',
  ipaddress: 'a network address',
  latitude: 'a place',
  longitude: 'a place',
  actor: 'a name',
  author: 'a name',
  owner: 'a name',
  person: 'a name',
  patient: 'a name',
  signature: 'a name',
};

/** Neighbouring words that mean something together only. */
const PAIRS = new Set([
  'first name',
  'last name',
  'full name',
  'user name',
  'api key',
  'zip code',
  'tax id',
  'key hash',
]);

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

/** Whose `name` is the name of a person. */
const PERSONS = new Set(
  'person people user customer client patient employee member contact student guest subscriber staff tenant'.split(' '),
);

/** What numbers and dates may say about a person; a number named `person` is the key of a row. */
const SAID_BY: Partial<Readonly<Record<ColumnFamily, readonly string[]>>> = {
  integer: ['a telephone number', 'a national id', 'an account', 'a payment card'],
  number: ['a telephone number', 'a national id', 'an account', 'a payment card', 'a place'],
  date: ['a date of birth'],
  time: [],
};

/** What the name says; undefined: nothing. */
export function personalByName(column: string, family: ColumnFamily = 'text', table = ''): string | undefined {
  const words = wordsOf(column);
  const said = SAID_BY[family];
  const whose = wordsOf(table).find((word) => PERSONS.has(word.replace(/s$/, '')));
  if (said === undefined && words.join(' ') === 'name' && whose !== undefined) return `it is the name of ${whose}`;
  for (const [index, word] of words.entries()) {
    const what = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    if (what !== undefined && (said?.includes(what) ?? true)) return `its name has "${word}", ${what}`;
    const pair = `${word} ${words[index + 1] ?? ''}`;
    if (said === undefined && PAIRS.has(pair)) return `its name has "${pair}"`;
  }
  return undefined;
}

const VALUES: readonly (readonly [what: string, test: (value: string) => boolean])[] = [
  ['an e-mail address', (value) => /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(value)],
  ['an IPv4 address', (value) => /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/.test(value)],
  ['a telephone number', (value) => /^\+\d[\d ()/-]{6,18}\d$/.test(value)],
  ['an IBAN', (value) => isIban(value.replaceAll(' ', ''))],
  ['a payment card', (value) => isCard(value.replaceAll(/[ -]/g, ''))],
];

/** What most of the values look like; one that only happens to look so does not count. */
export function personalByValues(values: readonly string[]): string | undefined {
  const texts = values.filter((value) => value !== '');
  if (texts.length === 0) return undefined;
  for (const [what, test] of VALUES) {
    const found = texts.filter((value) => test(value)).length;
    if (found >= Math.max(1, Math.ceil(texts.length / 5)))
      return `${found} of ${texts.length} values look like ${what}`;
  }
  return undefined;
}

/** ISO 13616: the number, with its letters as digits and its first four characters last, leaves 1 when divided by 97. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = `${text.slice(4)}${text.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return BigInt(digits) % 97n === 1n;
}

/** ISO/IEC 7812-1, annex B: Luhn's check digit. */
function isCard(text: string): boolean {
  if (!/^[3-6]\d{12,18}$/.test(text)) return false;
  let sum = 0;
  for (const [index, digit] of [...text].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
