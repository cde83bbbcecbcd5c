// tools/eslint/package.json
var name = "shiplock-eslint";
var _private = true;
var description = "ESLint as the scanner `eslint` of Shiplock needs it: npm ci --ignore-scripts";
var dependencies = {
	"eslint": "10.15.0",
	"eslint-plugin-security": "4.1.0",
	"typescript": "5.9.3",
	"typescript-eslint": "8.73.0"
};
var package_default = {
	name,
	"private": _private,
	description,
	dependencies
};

export { package_default as default, dependencies, description, name, _private as private };