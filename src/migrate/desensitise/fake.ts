import type { Faker } from './transform.ts';

/** The library of fakes, loaded when rows are copied and not before. What it makes belongs to nobody: names of example.org, addresses of RFC 5737 and RFC 3849. */
export async function openFaker(): Promise<Faker> {
  const { faker } = await import('@faker-js/faker/locale/en');
  const documentation = ['192.0.2', '198.51.100', '203.0.113'];
  return (what, seed) => {
    faker.seed(seed);
    switch (what) {
      case 'name':
        return faker.person.fullName();
      case 'first-name':
        return faker.person.firstName();
      case 'last-name':
        return faker.person.lastName();
      case 'email':
        return faker.internet.email({ provider: 'example.org' }).toLowerCase();
      case 'phone':
        return `+1 555 01${String(faker.number.int(99)).padStart(2, '0')}`;
      case 'street':
        return faker.location.streetAddress();
      case 'city':
        return faker.location.city();
      case 'postcode':
        return faker.location.zipCode();
      case 'country':
        return faker.location.country();
      case 'company':
        return faker.company.name();
      case 'domain':
        return `${faker.internet.domainWord()}.example.org`;
      case 'url':
        return `https://${faker.internet.domainWord()}.example.org/`;
      case 'ipv4':
        return `${faker.helpers.arrayElement(documentation)}.${faker.number.int({ min: 1, max: 254 })}`;
      case 'ipv6':
        return faker.internet.ipv6().replace(/^[^:]+:[^:]+/, '2001:db8');
      case 'user-name':
        return faker.internet.username().toLowerCase();
      case 'sentence':
        return faker.lorem.sentence();
    }
  };
}
