import { createHash, timingSafeEqual } from "node:crypto";

// src/model/verifier.ts
/**
* What a server keeps of a password, made here: so the password itself is in no statement, no general log, no binary log and no list of processes.
* `caching_sha2_password` is MySQL's default since 8.0: SHA-crypt with SHA-256 (U. Drepper, "Unix crypt using SHA-256 and SHA-512") with 20 bytes
* of salt, behind `$A$` and the rounds in thousands as three hexadecimal digits. `mysql_native_password` is MariaDB's: SHA-1 of the SHA-1.
*/
const VERIFIER_PLUGINS = ["caching_sha2_password", "mysql_native_password"];
const SALT_BYTES = 20;
const ROUNDS = 5e3;
const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const STORED = /^\$A\$([0-9A-Fa-f]{3})\$$/;
const HEADER_BYTES = 7;
/**
* The text that stands behind `AS` (MySQL) or `USING` (MariaDB); letters, digits and `$*./` only, so it needs no escape.
* @param random bytes of which the salt is made, at least 20; the native one has none
*/
function verifierOf(plugin, password, random) {
	if (plugin === "mysql_native_password") return native(password);
	if (random.length < SALT_BYTES) throw new RangeError(`a salt needs ${SALT_BYTES} bytes, got ${random.length}`);
	const salt = [...random.subarray(0, SALT_BYTES)].map((byte) => ALPHABET[byte % 64]).join("");
	return `$A$005$${salt}${shaCrypt(Buffer.from(password), Buffer.from(salt), ROUNDS)}`;
}
/**
* Whether what a server keeps was made of this password.
* @param stored bytes of `authentication_string`
* @returns null: of another form, nobody can tell
*/
function verifies(plugin, stored, password) {
	if (plugin === "mysql_native_password") {
		if (!/^\*[0-9A-F]{40}$/.test(stored.toString("latin1"))) return null;
		return same(stored, Buffer.from(native(password)));
	}
	if (plugin !== "caching_sha2_password") return null;
	const rounds = STORED.exec(stored.toString("latin1", 0, HEADER_BYTES))?.[1];
	if (rounds === void 0 || stored.length !== 70) return null;
	const salt = stored.subarray(HEADER_BYTES, 27);
	const digest = shaCrypt(Buffer.from(password), salt, Number.parseInt(rounds, 16) * 1e3);
	return same(stored.subarray(27), Buffer.from(digest));
}
function same(one, other) {
	return one.length === other.length && timingSafeEqual(one, other);
}
function native(password) {
	const once = createHash("sha1").update(password).digest();
	return `*${createHash("sha1").update(once).digest("hex").toUpperCase()}`;
}
function sha256(...parts) {
	const hash = createHash("sha256");
	for (const part of parts) hash.update(part);
	return hash.digest();
}
/** So many bytes of a text that begins again and again. */
function repeated(text, bytes) {
	return Buffer.alloc(bytes, text);
}
function shaCrypt(password, salt, rounds) {
	const inner = sha256(password, salt, password);
	const bits = [];
	for (let left = password.length; left > 0; left >>= 1) bits.push((left & 1) === 1 ? inner : password);
	let digest = sha256(password, salt, bits.length === 0 ? Buffer.alloc(0) : repeated(inner, password.length), ...bits);
	const secret = fitted(sha256(...Array.from({ length: password.length }, () => password)), password.length);
	const salted = fitted(sha256(...Array.from({ length: 16 + (digest[0] ?? 0) }, () => salt)), salt.length);
	for (let round = 0; round < rounds; round += 1) {
		const odd = (round & 1) === 1;
		const parts = [odd ? secret : digest];
		if (round % 3 !== 0) parts.push(salted);
		if (round % 7 !== 0) parts.push(secret);
		parts.push(odd ? digest : secret);
		digest = sha256(...parts);
	}
	return inCrypt64(digest);
}
function fitted(text, bytes) {
	return bytes === 0 ? Buffer.alloc(0) : repeated(text, bytes);
}
/** Three bytes give four characters; the bytes are taken in the order that SHA-crypt has for SHA-256. */
function inCrypt64(digest) {
	const at = (index) => digest[index] ?? 0;
	let text = "";
	const put = (value, characters) => {
		for (let left = characters, rest = value; left > 0; left -= 1, rest >>= 6) text += ALPHABET[rest & 63];
	};
	let [a, b, c] = [
		0,
		10,
		20
	];
	for (let group = 0; group < 10; group += 1) {
		put(at(a) << 16 | at(b) << 8 | at(c), 4);
		[a, b, c] = [
			c + 1,
			a + 1,
			b + 1
		];
	}
	put(at(31) << 8 | at(30), 3);
	return text;
}

export { verifierOf as n, verifies as r, VERIFIER_PLUGINS as t };