// tools/eslint/package-lock.json
var name = "shiplock-eslint";
var lockfileVersion = 3;
var requires = true;
var packages = {
	"": {
		"name": "shiplock-eslint",
		"dependencies": {
			"eslint": "10.15.0",
			"eslint-plugin-security": "4.1.0",
			"typescript": "5.9.3",
			"typescript-eslint": "8.73.0"
		}
	},
	"node_modules/@cacheable/memory": {
		"version": "2.2.0",
		"integrity": "sha512-CTLKqLItRCEixEAewD3/j9DB3/o96gpTPD4eJ1v+DGOlxZRZncRQkGYqqnAGCscYd6RNeXfGeiuCphsPtqyIfQ==",
		"license": "MIT",
		"dependencies": {
			"@cacheable/utils": "^2.5.0",
			"@keyv/bigmap": "^1.3.1",
			"hookified": "^1.15.1",
			"keyv": "^5.6.0"
		}
	},
	"node_modules/@cacheable/utils": {
		"version": "2.5.0",
		"integrity": "sha512-buipgOVDkkPXNR5+xBpDw7Zk2n1EvU7qBJCNUcL7rhQ//kfpOXPAvQ511Os0vpLYJ1pZnvudNytkQt2hst3wqA==",
		"license": "MIT",
		"dependencies": {
			"hashery": "^1.5.1",
			"keyv": "^5.6.0"
		}
	},
	"node_modules/@eslint-community/eslint-utils": {
		"version": "4.10.1",
		"integrity": "sha512-cuadcxVFE8sDK6iWJbs8Sn0av2Nrh2QSGQhVlBW9AaAHqHwjWsZHT8LJ4hFGPh7ASBV2deFdM7H/DPjulmh8rg==",
		"license": "MIT",
		"dependencies": { "eslint-visitor-keys": "^3.4.3" },
		"engines": { "node": "^12.22.0 || ^14.17.0 || >=16.0.0" },
		"funding": { "url": "https://opencollective.com/eslint" },
		"peerDependencies": { "eslint": "^6.0.0 || ^7.0.0 || >=8.0.0" }
	},
	"node_modules/@eslint-community/eslint-utils/node_modules/eslint-visitor-keys": {
		"version": "3.4.3",
		"integrity": "sha512-wpc+LXeiyiisxPlEkUzU6svyS1frIO3Mgxj1fdy7Pm8Ygzguax2N3Fa/D/ag1WqbOprdI+uY6wMUl8/a2G+iag==",
		"license": "Apache-2.0",
		"engines": { "node": "^12.22.0 || ^14.17.0 || >=16.0.0" },
		"funding": { "url": "https://opencollective.com/eslint" }
	},
	"node_modules/@eslint-community/regexpp": {
		"version": "4.12.3",
		"integrity": "sha512-R76UKbvsqI68DJJVTVyqFKqU98CN4+B+acxNfEA2IFarSzP0SjtKf/3+fFiXzTyv5Fj3PxLkGHe2wnVWWMxobQ==",
		"license": "MIT",
		"engines": { "node": "^12.0.0 || ^14.0.0 || >=16.0.0" }
	},
	"node_modules/@eslint/config-array": {
		"version": "0.23.6",
		"integrity": "sha512-WrTH7nioI9QPY4NZGnsywmecswJdgeq4BCM76qok9VgjTO29ZgUzUvcuJLVPYVQM4uDbaPBU0M33R9DIxI8X3w==",
		"license": "Apache-2.0",
		"dependencies": {
			"@eslint/object-schema": "^3.0.5",
			"debug": "^4.3.1",
			"minimatch": "^11.0.5"
		},
		"engines": { "node": "^20.19.0 || ^22.13.0 || >=24" }
	},
	"node_modules/@eslint/config-helpers": {
		"version": "0.7.0",
		"integrity": "sha512-DObd/KKUsU+FaFv4PLxSRenpXfQWmPXXP3pPZ6/K1PCrMu2vQpMDMuQe/BqYeoLcz8ro0bVDF1RxOJgfVEdhUw==",
		"license": "Apache-2.0",
		"dependencies": { "@eslint/core": "^1.2.1" },
		"engines": { "node": "^20.19.0 || ^22.13.0 || >=24" }
	},
	"node_modules/@eslint/core": {
		"version": "1.2.1",
		"integrity": "sha512-MwcE1P+AZ4C6DWlpin/OmOA54mmIZ/+xZuJiQd4SyB29oAJjN30UW9wkKNptW2ctp4cEsvhlLY/CsQ1uoHDloQ==",
		"license": "Apache-2.0",
		"dependencies": { "@types/json-schema": "^7.0.15" },
		"engines": { "node": "^20.19.0 || ^22.13.0 || >=24" }
	},
	"node_modules/@eslint/object-schema": {
		"version": "3.0.5",
		"integrity": "sha512-vqTaUEgxzm+YDSdElad6PiRoX4t8VGDjCtt05zn4nU810UIx/uNEV7/lZJ6KwFThKZOzOxzXy48da+No7HZaMw==",
		"license": "Apache-2.0",
		"engines": { "node": "^20.19.0 || ^22.13.0 || >=24" }
	},
	"node_modules/@eslint/plugin-kit": {
		"version": "0.7.3",
		"integrity": "sha512-IkO+/KEUvwbVpiURZg+P7zF74z5Jxe0UgJxVni+RtoHQ6IZieXaO02kmadomap/q+l6bc/jdPGGqTjhuZnuz1Q==",
		"license": "Apache-2.0",
		"dependencies": {
			"@eslint/core": "^1.2.1",
			"levn": "^0.4.1"
		},
		"engines": { "node": "^20.19.0 || ^22.13.0 || >=24" }
	},
	"node_modules/@humanfs/core": {
		"version": "0.19.2",
		"integrity": "sha512-UhXNm+CFMWcbChXywFwkmhqjs3PRCmcSa/hfBgLIb7oQ5HNb1wS0icWsGtSAUNgefHeI+eBrA8I1fxmbHsGdvA==",
		"license": "Apache-2.0",
		"dependencies": { "@humanfs/types": "^0.15.0" },
		"engines": { "node": ">=18.18.0" }
	},
	"node_modules/@humanfs/node": {
		"version": "0.16.8",
		"integrity": "sha512-gE1eQNZ3R++kTzFUpdGlpmy8kDZD/MLyHqDwqjkVQI0JMdI1D51sy1H958PNXYkM2rAac7e5/CnIKZrHtPh3BQ==",
		"license": "Apache-2.0",
		"dependencies": {
			"@humanfs/core": "^0.19.2",
			"@humanfs/types": "^0.15.0",
			"@humanwhocodes/retry": "^0.4.0"
		},
		"engines": { "node": ">=18.18.0" }
	},
	"node_modules/@humanfs/types": {
		"version": "0.15.0",
		"integrity": "sha512-ZZ1w0aoQkwuUuC7Yf+7sdeaNfqQiiLcSRbfI08oAxqLtpXQr9AIVX7Ay7HLDuiLYAaFPu8oBYNq/QIi9URHJ3Q==",
		"license": "Apache-2.0",
		"engines": { "node": ">=18.18.0" }
	},
	"node_modules/@humanwhocodes/module-importer": {
		"version": "1.0.1",
		"integrity": "sha512-bxveV4V8v5Yb4ncFTT3rPSgZBOpCkjfK0y4oVVVJwIuDVBRMDXrPyXRL988i5ap9m9bnyEEjWfm5WkBmtffLfA==",
		"license": "Apache-2.0",
		"engines": { "node": ">=12.22" },
		"funding": {
			"type": "github",
			"url": "https://github.com/sponsors/nzakas"
		}
	},
	"node_modules/@humanwhocodes/retry": {
		"version": "0.4.3",
		"integrity": "sha512-bV0Tgo9K4hfPCek+aMAn81RppFKv2ySDQeMoSZuvTASywNTnVJCArCZE2FWqpvIatKu7VMRLWlR1EazvVhDyhQ==",
		"license": "Apache-2.0",
		"engines": { "node": ">=18.18" },
		"funding": {
			"type": "github",
			"url": "https://github.com/sponsors/nzakas"
		}
	},
	"node_modules/@isaacs/nonrecursive-glob-match": {
		"version": "1.1.0",
		"integrity": "sha512-GPm/Dbvk5RLmhRnxXIa7nTpK0xtl4E0wj0MslsuNiJ1FIROU+2+9lgUC/dgF7Ey4QCWhfEsgxilMRMCdHPfDfw==",
		"license": "BlueOak-1.0.0"
	},
	"node_modules/@keyv/bigmap": {
		"version": "1.3.1",
		"integrity": "sha512-WbzE9sdmQtKy8vrNPa9BRnwZh5UF4s1KTmSK0KUVLo3eff5BlQNNWDnFOouNpKfPKDnms9xynJjsMYjMaT/aFQ==",
		"license": "MIT",
		"dependencies": {
			"hashery": "^1.4.0",
			"hookified": "^1.15.0"
		},
		"engines": { "node": ">= 18" },
		"peerDependencies": { "keyv": "^5.6.0" }
	},
	"node_modules/@keyv/serialize": {
		"version": "1.1.1",
		"integrity": "sha512-dXn3FZhPv0US+7dtJsIi2R+c7qWYiReoEh5zUntWCf4oSpMNib8FDhSoed6m3QyZdx5hK7iLFkYk3rNxwt8vTA==",
		"license": "MIT"
	},
	"node_modules/@types/esrecurse": {
		"version": "4.3.1",
		"integrity": "sha512-xJBAbDifo5hpffDBuHl0Y8ywswbiAp/Wi7Y/GtAgSlZyIABppyurxVueOPE8LUQOxdlgi6Zqce7uoEpqNTeiUw==",
		"license": "MIT"
	},
	"node_modules/@types/estree": {
		"version": "1.0.10",
		"integrity": "sha512-lTyOMnOcmRBzdCv6/4zUZCrEhV0xrqQiUZBZtVcbmLHBXKLnN8q89v/wKRF/Q0HbwVsqbIG3o5HDoFl9sduM+g==",
		"license": "MIT"
	},
	"node_modules/@types/json-schema": {
		"version": "7.0.15",
		"integrity": "sha512-5+fP8P8MFNC+AyZCDxrB2pkZFPGzqQWUzpSeuuVLvm8VMcorNYavBqoFcxK8bQz4Qsbn4oUEEem4wDLfcysGHA==",
		"license": "MIT"
	},
	"node_modules/@typescript-eslint/eslint-plugin": {
		"version": "8.73.0",
		"integrity": "sha512-UkygMFer53Yzn29MCYFTHf34hGXf5KJhiDWfIm1tXtXRrym1CS6l5H9Y3yCtPWChpC0/f93H88gdj8tN0dd4kw==",
		"license": "MIT",
		"dependencies": {
			"@eslint-community/regexpp": "^4.12.2",
			"@typescript-eslint/scope-manager": "8.73.0",
			"@typescript-eslint/type-utils": "8.73.0",
			"@typescript-eslint/utils": "8.73.0",
			"@typescript-eslint/visitor-keys": "8.73.0",
			"ignore": "^7.0.5",
			"natural-compare": "^1.4.0",
			"ts-api-utils": "^2.5.0"
		},
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		},
		"peerDependencies": {
			"@typescript-eslint/parser": "^8.73.0",
			"eslint": "^8.57.0 || ^9.0.0 || ^10.0.0",
			"typescript": ">=4.8.4 <6.1.0"
		}
	},
	"node_modules/@typescript-eslint/eslint-plugin/node_modules/ignore": {
		"version": "7.0.16",
		"integrity": "sha512-52N+Y4HRMOJmbLmr+DqO4iSRyyB7N52gm7PWCT6h0p978+oKbqHCB7gIJIwZvBUsjlSdWbrBFqUSmIFNZMpn0A==",
		"license": "MIT",
		"engines": { "node": ">= 4" }
	},
	"node_modules/@typescript-eslint/parser": {
		"version": "8.73.0",
		"integrity": "sha512-AuL45bVcmssHfZ3Di3cs9Q0l4gBm4ZFVrJOQEE7VpqW+PVgQaEwSwazz4TVIiFabXkk6U51EprYDwqw+HR8ePw==",
		"license": "MIT",
		"dependencies": {
			"@typescript-eslint/scope-manager": "8.73.0",
			"@typescript-eslint/types": "8.73.0",
			"@typescript-eslint/typescript-estree": "8.73.0",
			"@typescript-eslint/visitor-keys": "8.73.0",
			"debug": "^4.4.3"
		},
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		},
		"peerDependencies": {
			"eslint": "^8.57.0 || ^9.0.0 || ^10.0.0",
			"typescript": ">=4.8.4 <6.1.0"
		}
	},
	"node_modules/@typescript-eslint/project-service": {
		"version": "8.73.0",
		"integrity": "sha512-/pEf8Rc4Mjk+qJnY0uO1+Gadeal8uv50xpuic+srG2vIVatA0XxvWMUeMtFvs6OCHqftiQ7/+qH4aehG5stzIA==",
		"license": "MIT",
		"dependencies": {
			"@typescript-eslint/tsconfig-utils": "^8.73.0",
			"@typescript-eslint/types": "^8.73.0",
			"debug": "^4.4.3"
		},
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		},
		"peerDependencies": { "typescript": ">=4.8.4 <6.1.0" }
	},
	"node_modules/@typescript-eslint/scope-manager": {
		"version": "8.73.0",
		"integrity": "sha512-/TjD738Iq2rzj5z0ixVOi+TsvgjAzZPLPaH1yWdDBytR/HTR5gMpyYWZeCe5WTQZLwk3ho8AV7U3muoQCRtXBQ==",
		"license": "MIT",
		"dependencies": {
			"@typescript-eslint/types": "8.73.0",
			"@typescript-eslint/visitor-keys": "8.73.0"
		},
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		}
	},
	"node_modules/@typescript-eslint/tsconfig-utils": {
		"version": "8.73.0",
		"integrity": "sha512-lmtCFOfYaJfpqZywGuXi4FpNtE+NQ+YLe3T0K9rtEDcW8ZuGWvfI++pj8r05sYMI8vWT2CYK4rWyedmD6Rp4og==",
		"license": "MIT",
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		},
		"peerDependencies": { "typescript": ">=4.8.4 <6.1.0" }
	},
	"node_modules/@typescript-eslint/type-utils": {
		"version": "8.73.0",
		"integrity": "sha512-MOC9i4xy1F7KcDde7Ip8jf1SrRiALb2Km4UWxGNjUE2YlhjIEo1ayE27GHIwIQyfWuHTmEonQT14uyurlyC6aA==",
		"license": "MIT",
		"dependencies": {
			"@typescript-eslint/types": "8.73.0",
			"@typescript-eslint/typescript-estree": "8.73.0",
			"@typescript-eslint/utils": "8.73.0",
			"debug": "^4.4.3",
			"ts-api-utils": "^2.5.0"
		},
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		},
		"peerDependencies": {
			"eslint": "^8.57.0 || ^9.0.0 || ^10.0.0",
			"typescript": ">=4.8.4 <6.1.0"
		}
	},
	"node_modules/@typescript-eslint/types": {
		"version": "8.73.0",
		"integrity": "sha512-O/1ytYzflF16QDKXx4/qOXg1IuZp+n7hr9t+S0nv7N/2Tl8rJiNCshztV1gcSUvHbPtoX3+zmNbtSAyVbzxVfw==",
		"license": "MIT",
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		}
	},
	"node_modules/@typescript-eslint/typescript-estree": {
		"version": "8.73.0",
		"integrity": "sha512-InjlBkSdWceIwIBWSwS3ENUp+i0O02PGX3Zv2wnihWJC1WDVGvG7mTHuf8b57uAaITj94d6tRPDH+sUEtXdRQQ==",
		"license": "MIT",
		"dependencies": {
			"@typescript-eslint/project-service": "8.73.0",
			"@typescript-eslint/tsconfig-utils": "8.73.0",
			"@typescript-eslint/types": "8.73.0",
			"@typescript-eslint/visitor-keys": "8.73.0",
			"debug": "^4.4.3",
			"minimatch": "^11.0.1",
			"semver": "^7.7.3",
			"tinyglobby": "^0.2.15",
			"ts-api-utils": "^2.5.0"
		},
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		},
		"peerDependencies": {
			"@typescript/native": "npm:typescript@>=7.1.0-dev.20261009.1 || >=7.1.0-beta <7.1.0-dev",
			"typescript": ">=4.8.4 <6.1.0"
		},
		"peerDependenciesMeta": { "@typescript/native": { "optional": true } }
	},
	"node_modules/@typescript-eslint/utils": {
		"version": "8.73.0",
		"integrity": "sha512-j2SVJJvVkXdUL0WcEzo4vEH1mO1vIi8KlVukcYA2MgMZvYN2LlZR4PmsW+GTSxSW24j6Q/EP7+MOifLtg5hmsA==",
		"license": "MIT",
		"dependencies": {
			"@eslint-community/eslint-utils": "^4.9.1",
			"@typescript-eslint/scope-manager": "8.73.0",
			"@typescript-eslint/types": "8.73.0",
			"@typescript-eslint/typescript-estree": "8.73.0"
		},
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		},
		"peerDependencies": {
			"eslint": "^8.57.0 || ^9.0.0 || ^10.0.0",
			"typescript": ">=4.8.4 <6.1.0"
		}
	},
	"node_modules/@typescript-eslint/visitor-keys": {
		"version": "8.73.0",
		"integrity": "sha512-k4lsFVpRZICbltkIEEH4hZRkwXkqDF1GHBpClKQOHQY+RkoZAAuyc1ci3I6p+CB6v3U4jaHIUshc4RzzQXZWLg==",
		"license": "MIT",
		"dependencies": {
			"@typescript-eslint/types": "8.73.0",
			"eslint-visitor-keys": "^5.0.0"
		},
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		}
	},
	"node_modules/acorn": {
		"version": "8.19.0",
		"integrity": "sha512-oJlA3XiRm7Cyk6qFD2Jn8ak9B7jSy0qy00ADO3+8dpT0LSjFihQYv4C02LFCSYJV3Q37xYwwRy5m+IpIiUzqWw==",
		"license": "MIT",
		"bin": { "acorn": "bin/acorn" },
		"engines": { "node": ">=0.4.0" }
	},
	"node_modules/acorn-jsx": {
		"version": "5.3.2",
		"integrity": "sha512-rq9s+JNhf0IChjtDXxllJ7g41oZk5SlXtp0LHwyA5cejwn7vKmKp4pPri6YEePv2PU65sAsegbXtIinmDFDXgQ==",
		"license": "MIT",
		"peerDependencies": { "acorn": "^6.0.0 || ^7.0.0 || ^8.0.0" }
	},
	"node_modules/ajv": {
		"version": "6.15.0",
		"integrity": "sha512-fgFx7Hfoq60ytK2c7DhnF8jIvzYgOMxfugjLOSMHjLIPgenqa7S7oaagATUq99mV6IYvN2tRmC0wnTYX6iPbMw==",
		"license": "MIT",
		"dependencies": {
			"fast-deep-equal": "^3.1.1",
			"fast-json-stable-stringify": "^2.0.0",
			"json-schema-traverse": "^0.4.1",
			"uri-js": "^4.2.2"
		},
		"funding": {
			"type": "github",
			"url": "https://github.com/sponsors/epoberezkin"
		}
	},
	"node_modules/balanced-match": {
		"version": "4.0.4",
		"integrity": "sha512-BLrgEcRTwX2o6gGxGOCNyMvGSp35YofuYzw9h1IMTRmKqttAZZVU67bdb9Pr2vUHA8+j3i2tJfjO6C6+4myGTA==",
		"license": "MIT",
		"engines": { "node": "18 || 20 || >=22" }
	},
	"node_modules/brace-expansion": {
		"version": "5.0.13",
		"integrity": "sha512-Vh3dmFbc4wZeox7M9I/0L9GfFd83Su4+yCck/OF9Gi/P/dAHn0RT7X4K9R7gMNMhDck3DvhR6QXsnQdjjgwNvQ==",
		"license": "MIT",
		"dependencies": { "balanced-match": "^4.0.2" },
		"engines": { "node": "20 || >=22" }
	},
	"node_modules/cacheable": {
		"version": "2.5.0",
		"integrity": "sha512-60cyAOytib/OzBw1JNSoSV/boK1AtHryDIjvVBk7XbN4ugfkM3+Sry7fEjNgPMGgOjuaZPAp8ruZ0Cxafwyq9g==",
		"license": "MIT",
		"dependencies": {
			"@cacheable/memory": "^2.2.0",
			"@cacheable/utils": "^2.5.0",
			"hookified": "^1.15.0",
			"keyv": "^5.6.0",
			"qified": "^0.10.1"
		}
	},
	"node_modules/cross-spawn": {
		"version": "7.0.6",
		"integrity": "sha512-uV2QOWP2nWzsy2aMp8aRibhi9dlzF5Hgh5SHaB9OiTGEyDTiJJyx0uy51QXdyWbtAHNua4XJzUKca3OzKUd3vA==",
		"license": "MIT",
		"dependencies": {
			"path-key": "^3.1.0",
			"shebang-command": "^2.0.0",
			"which": "^2.0.1"
		},
		"engines": { "node": ">= 8" }
	},
	"node_modules/debug": {
		"version": "4.4.3",
		"integrity": "sha512-RGwwWnwQvkVfavKVt22FGLw+xYSdzARwm0ru6DhTVA3umU5hZc28V3kO4stgYryrTlLpuvgI9GiijltAjNbcqA==",
		"license": "MIT",
		"dependencies": { "ms": "^2.1.3" },
		"engines": { "node": ">=6.0" },
		"peerDependenciesMeta": { "supports-color": { "optional": true } }
	},
	"node_modules/deep-is": {
		"version": "0.1.4",
		"integrity": "sha512-oIPzksmTg4/MriiaYGO+okXDT7ztn/w3Eptv/+gSIdMdKsJo0u4CfYNFJPy+4SKMuCqGw2wxnA+URMg3t8a/bQ==",
		"license": "MIT"
	},
	"node_modules/escape-string-regexp": {
		"version": "4.0.0",
		"integrity": "sha512-TtpcNJ3XAzx3Gq8sWRzJaVajRs0uVxA2YAkdb1jm2YkPz4G6egUFAyA3n5vtEIZefPk5Wa4UXbKuS5fKkJWdgA==",
		"license": "MIT",
		"engines": { "node": ">=10" },
		"funding": { "url": "https://github.com/sponsors/sindresorhus" }
	},
	"node_modules/eslint": {
		"version": "10.15.0",
		"integrity": "sha512-+5Wg4p+ze3sG1WErYgUO/3H1IQIfFBymVUA0Fo/XTeBOLS6UQIUekpSJ8sdRkn7O7wjh84b55w/roqavH2aScg==",
		"license": "MIT",
		"workspaces": ["packages/*"],
		"dependencies": {
			"@eslint-community/eslint-utils": "^4.8.0",
			"@eslint-community/regexpp": "^4.12.2",
			"@eslint/config-array": "^0.23.6",
			"@eslint/config-helpers": "^0.7.0",
			"@eslint/core": "^1.2.1",
			"@eslint/plugin-kit": "^0.7.3",
			"@humanfs/node": "^0.16.8",
			"@humanwhocodes/module-importer": "^1.0.1",
			"@humanwhocodes/retry": "^0.4.2",
			"@types/estree": "^1.0.6",
			"ajv": "^6.14.0",
			"cross-spawn": "^7.0.6",
			"debug": "^4.3.2",
			"escape-string-regexp": "^4.0.0",
			"eslint-scope": "^9.1.2",
			"eslint-visitor-keys": "^5.0.1",
			"espree": "^11.2.0",
			"esquery": "^1.7.0",
			"esutils": "^2.0.2",
			"fast-deep-equal": "^3.1.3",
			"file-entry-cache": "11.1.5 || >11.1.6 <12",
			"find-up": "^5.0.0",
			"glob-parent": "^6.0.2",
			"ignore": "^5.2.0",
			"imurmurhash": "^0.1.4",
			"is-glob": "^4.0.0",
			"json-stable-stringify-without-jsonify": "^1.0.1",
			"minimatch": "^11.0.5",
			"natural-compare": "^1.4.0",
			"optionator": "^0.9.3"
		},
		"bin": { "eslint": "bin/eslint.js" },
		"engines": { "node": "^20.19.0 || ^22.13.0 || >=24" },
		"funding": { "url": "https://eslint.org/donate" },
		"peerDependencies": { "jiti": "*" },
		"peerDependenciesMeta": { "jiti": { "optional": true } }
	},
	"node_modules/eslint-plugin-security": {
		"version": "4.1.0",
		"integrity": "sha512-cB4H72o/w8C0cm4uHJOnXMJz7MYTTuOwhn2X7PMuzZwfwqUoHK/ASHT6WKP+95lFk5Hkf3xfpiXB8a1+cef4rg==",
		"license": "Apache-2.0",
		"dependencies": { "safe-regex": "^2.1.1" },
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": { "url": "https://opencollective.com/eslint" }
	},
	"node_modules/eslint-scope": {
		"version": "9.1.2",
		"integrity": "sha512-xS90H51cKw0jltxmvmHy2Iai1LIqrfbw57b79w/J7MfvDfkIkFZ+kj6zC3BjtUwh150HsSSdxXZcsuv72miDFQ==",
		"license": "BSD-2-Clause",
		"dependencies": {
			"@types/esrecurse": "^4.3.1",
			"@types/estree": "^1.0.8",
			"esrecurse": "^4.3.0",
			"estraverse": "^5.2.0"
		},
		"engines": { "node": "^20.19.0 || ^22.13.0 || >=24" },
		"funding": { "url": "https://opencollective.com/eslint" }
	},
	"node_modules/eslint-visitor-keys": {
		"version": "5.0.1",
		"integrity": "sha512-tD40eHxA35h0PEIZNeIjkHoDR4YjjJp34biM0mDvplBe//mB+IHCqHDGV7pxF+7MklTvighcCPPZC7ynWyjdTA==",
		"license": "Apache-2.0",
		"engines": { "node": "^20.19.0 || ^22.13.0 || >=24" },
		"funding": { "url": "https://opencollective.com/eslint" }
	},
	"node_modules/espree": {
		"version": "11.2.0",
		"integrity": "sha512-7p3DrVEIopW1B1avAGLuCSh1jubc01H2JHc8B4qqGblmg5gI9yumBgACjWo4JlIc04ufug4xJ3SQI8HkS/Rgzw==",
		"license": "BSD-2-Clause",
		"dependencies": {
			"acorn": "^8.16.0",
			"acorn-jsx": "^5.3.2",
			"eslint-visitor-keys": "^5.0.1"
		},
		"engines": { "node": "^20.19.0 || ^22.13.0 || >=24" },
		"funding": { "url": "https://opencollective.com/eslint" }
	},
	"node_modules/esquery": {
		"version": "1.7.0",
		"integrity": "sha512-Ap6G0WQwcU/LHsvLwON1fAQX9Zp0A2Y6Y/cJBl9r/JbW90Zyg4/zbG6zzKa2OTALELarYHmKu0GhpM5EO+7T0g==",
		"license": "BSD-3-Clause",
		"dependencies": { "estraverse": "^5.1.0" },
		"engines": { "node": ">=0.10" }
	},
	"node_modules/esrecurse": {
		"version": "4.3.0",
		"integrity": "sha512-KmfKL3b6G+RXvP8N1vr3Tq1kL/oCFgn2NYXEtqP8/L3pKapUA4G8cFVaoF3SU323CD4XypR/ffioHmkti6/Tag==",
		"license": "BSD-2-Clause",
		"dependencies": { "estraverse": "^5.2.0" },
		"engines": { "node": ">=4.0" }
	},
	"node_modules/estraverse": {
		"version": "5.3.0",
		"integrity": "sha512-MMdARuVEQziNTeJD8DgMqmhwR11BRQ/cBP+pLtYdSTnf3MIO8fFeiINEbX36ZdNlfU/7A9f3gUw49B3oQsvwBA==",
		"license": "BSD-2-Clause",
		"engines": { "node": ">=4.0" }
	},
	"node_modules/esutils": {
		"version": "2.0.3",
		"integrity": "sha512-kVscqXk4OCp68SZ0dkgEKVi6/8ij300KBWTJq32P/dYeWTSwK41WyTxalN1eRmA5Z9UU/LX9D7FWSmV9SAYx6g==",
		"license": "BSD-2-Clause",
		"engines": { "node": ">=0.10.0" }
	},
	"node_modules/fast-deep-equal": {
		"version": "3.1.3",
		"integrity": "sha512-f3qQ9oQy9j2AhBe/H9VC91wLmKBCCU/gDOnKNAYG5hswO7BLKj09Hc5HYNz9cGI++xlpDCIgDaitVs03ATR84Q==",
		"license": "MIT"
	},
	"node_modules/fast-json-stable-stringify": {
		"version": "2.1.0",
		"integrity": "sha512-lhd/wF+Lk98HZoTCtlVraHtfh5XYijIjalXck7saUtuanSDyLMxnHhSXEDJqHxD7msR8D0uCmqlkwjCV8xvwHw==",
		"license": "MIT"
	},
	"node_modules/fast-levenshtein": {
		"version": "2.0.6",
		"integrity": "sha512-DCXu6Ifhqcks7TZKY3Hxp3y6qphY5SJZmrWMDrKcERSOXWQdMhU9Ig/PYrzyw/ul9jOIyh0N4M0tbC5hodg8dw==",
		"license": "MIT"
	},
	"node_modules/fdir": {
		"version": "6.5.0",
		"integrity": "sha512-tIbYtZbucOs0BRGqPJkshJUYdL+SDH7dVM8gjy+ERp3WAUjLEFJE+02kanyHtwjWOnwrKYBiwAmM0p4kLJAnXg==",
		"license": "MIT",
		"engines": { "node": ">=12.0.0" },
		"peerDependencies": { "picomatch": "^3 || ^4" },
		"peerDependenciesMeta": { "picomatch": { "optional": true } }
	},
	"node_modules/file-entry-cache": {
		"version": "11.1.5",
		"integrity": "sha512-+PFTHITI08JIGhnNpGNI8T8inUpgZfk3GNEqfT9R2zZV2iFXg3CvqzSl/uEhs7TSGujYRELEANyDvS8Fj7+S7Q==",
		"license": "MIT",
		"dependencies": { "flat-cache": "^6.1.23" }
	},
	"node_modules/find-up": {
		"version": "5.0.0",
		"integrity": "sha512-78/PXT1wlLLDgTzDs7sjq9hzz0vXD+zn+7wypEe4fXQxCmdmqfGsEPQxmiCSQI3ajFV91bVSsvNtrJRiW6nGng==",
		"license": "MIT",
		"dependencies": {
			"locate-path": "^6.0.0",
			"path-exists": "^4.0.0"
		},
		"engines": { "node": ">=10" },
		"funding": { "url": "https://github.com/sponsors/sindresorhus" }
	},
	"node_modules/flat-cache": {
		"version": "6.1.23",
		"integrity": "sha512-f++BY9pTk+983xK1FLzlLpmM0i0z+jHmx3QESGkURMXujQZz1k5wzwX6hjnQ8goaD0B+sYnDK1yZ6MTyZfUaqA==",
		"license": "MIT",
		"dependencies": {
			"cacheable": "^2.5.0",
			"flatted": "^3.4.2",
			"hookified": "^1.15.0"
		}
	},
	"node_modules/flatted": {
		"version": "3.4.4",
		"integrity": "sha512-5+ybhBZANEJxaH3X5evAFatUxLfEHSr7n6kYJ+1Qd0mUqr4eu9gIf6GDbWHf8RJijHrjjO8G+la14SlL2SeS1Q==",
		"license": "ISC"
	},
	"node_modules/glob-parent": {
		"version": "6.0.2",
		"integrity": "sha512-XxwI8EOhVQgWp6iDL+3b0r86f4d6AX6zSU55HfB4ydCEuXLXc5FcYeOu+nnGftS4TEju/11rt4KJPTMgbfmv4A==",
		"license": "ISC",
		"dependencies": { "is-glob": "^4.0.3" },
		"engines": { "node": ">=10.13.0" }
	},
	"node_modules/hashery": {
		"version": "1.5.1",
		"integrity": "sha512-iZyKG96/JwPz1N55vj2Ie2vXbhu440zfUfJvSwEqEbeLluk7NnapfGqa7LH0mOsnDxTF85Mx8/dyR6HfqcbmbQ==",
		"license": "MIT",
		"dependencies": { "hookified": "^1.15.0" },
		"engines": { "node": ">=20" }
	},
	"node_modules/hookified": {
		"version": "1.15.1",
		"integrity": "sha512-MvG/clsADq1GPM2KGo2nyfaWVyn9naPiXrqIe4jYjXNZQt238kWyOGrsyc/DmRAQ+Re6yeo6yX/yoNCG5KAEVg==",
		"license": "MIT"
	},
	"node_modules/ignore": {
		"version": "5.3.2",
		"integrity": "sha512-hsBTNUqQTDwkWtcdYI2i06Y/nUBEsNEDJKjWdigLvegy8kDuJAS8uRlpkkcQpyEXL0Z/pjDy5HBmMjRCJ2gq+g==",
		"license": "MIT",
		"engines": { "node": ">= 4" }
	},
	"node_modules/imurmurhash": {
		"version": "0.1.4",
		"integrity": "sha512-JmXMZ6wuvDmLiHEml9ykzqO6lwFbof0GG4IkcGaENdCRDDmMVnny7s5HsIgHCbaq0w2MyPhDqkhTUgS2LU2PHA==",
		"license": "MIT",
		"engines": { "node": ">=0.8.19" }
	},
	"node_modules/is-extglob": {
		"version": "2.1.1",
		"integrity": "sha512-SbKbANkN603Vi4jEZv49LeVJMn4yGwsbzZworEoyEiutsN3nJYdbO36zfhGJ6QEDpOZIFkDtnq5JRxmvl3jsoQ==",
		"license": "MIT",
		"engines": { "node": ">=0.10.0" }
	},
	"node_modules/is-glob": {
		"version": "4.0.3",
		"integrity": "sha512-xelSayHH36ZgE7ZWhli7pW34hNbNl8Ojv5KVmkJD4hBdD3th8Tfk9vYasLM+mXWOZhFkgZfxhLSnrwRr4elSSg==",
		"license": "MIT",
		"dependencies": { "is-extglob": "^2.1.1" },
		"engines": { "node": ">=0.10.0" }
	},
	"node_modules/isexe": {
		"version": "2.0.0",
		"integrity": "sha512-RHxMLp9lnKHGHRng9QFhRCMbYAcVpn69smSGcq3f36xjgVVWThj4qqLbTLlq7Ssj8B+fIQ1EuCEGI2lKsyQeIw==",
		"license": "ISC"
	},
	"node_modules/json-schema-traverse": {
		"version": "0.4.1",
		"integrity": "sha512-xbbCH5dCYU5T8LcEhhuh7HJ88HXuW3qsI3Y0zOZFKfZEHcpWiHU/Jxzk629Brsab/mMiHQti9wMP+845RPe3Vg==",
		"license": "MIT"
	},
	"node_modules/json-stable-stringify-without-jsonify": {
		"version": "1.0.1",
		"integrity": "sha512-Bdboy+l7tA3OGW6FjyFHWkP5LuByj1Tk33Ljyq0axyzdk9//JSi2u3fP1QSmd1KNwq6VOKYGlAu87CisVir6Pw==",
		"license": "MIT"
	},
	"node_modules/keyv": {
		"version": "5.6.0",
		"integrity": "sha512-CYDD3SOtsHtyXeEORYRx2qBtpDJFjRTGXUtmNEMGyzYOKj1TE3tycdlho7kA1Ufx9OYWZzg52QFBGALTirzDSw==",
		"license": "MIT",
		"dependencies": { "@keyv/serialize": "^1.1.1" }
	},
	"node_modules/levn": {
		"version": "0.4.1",
		"integrity": "sha512-+bT2uH4E5LGE7h/n3evcS/sQlJXCpIp6ym8OWJ5eV6+67Dsql/LaaT7qJBAt2rzfoa/5QBGBhxDix1dMt2kQKQ==",
		"license": "MIT",
		"dependencies": {
			"prelude-ls": "^1.2.1",
			"type-check": "~0.4.0"
		},
		"engines": { "node": ">= 0.8.0" }
	},
	"node_modules/locate-path": {
		"version": "6.0.0",
		"integrity": "sha512-iPZK6eYjbxRu3uB4/WZ3EsEIMJFMqAoopl3R+zuq0UjcAm/MO6KCweDgPfP3elTztoKP3KtnVHxTn2NHBSDVUw==",
		"license": "MIT",
		"dependencies": { "p-locate": "^5.0.0" },
		"engines": { "node": ">=10" },
		"funding": { "url": "https://github.com/sponsors/sindresorhus" }
	},
	"node_modules/minimatch": {
		"version": "11.0.9",
		"integrity": "sha512-KCFkfyjqerNlSstjlhIGNXIKZGA/6O4V4RlhZ+Dsr621SPPw0mzlypE9D9ZOoPiVefHID+j7/XuMMlqfD/F60Q==",
		"license": "BlueOak-1.0.0",
		"dependencies": {
			"@isaacs/nonrecursive-glob-match": "^1.1.0",
			"brace-expansion": "^5.0.12"
		},
		"engines": { "node": "20 || >=22" },
		"funding": { "url": "https://github.com/sponsors/isaacs" }
	},
	"node_modules/ms": {
		"version": "2.1.3",
		"integrity": "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==",
		"license": "MIT"
	},
	"node_modules/natural-compare": {
		"version": "1.4.0",
		"integrity": "sha512-OWND8ei3VtNC9h7V60qff3SVobHr996CTwgxubgyQYEpg290h9J0buyECNNJexkFm5sOajh5G116RYA1c8ZMSw==",
		"license": "MIT"
	},
	"node_modules/optionator": {
		"version": "0.9.4",
		"integrity": "sha512-6IpQ7mKUxRcZNLIObR0hz7lxsapSSIYNZJwXPGeF0mTVqGKFIXj1DQcMoT22S3ROcLyY/rz0PWaWZ9ayWmad9g==",
		"license": "MIT",
		"dependencies": {
			"deep-is": "^0.1.3",
			"fast-levenshtein": "^2.0.6",
			"levn": "^0.4.1",
			"prelude-ls": "^1.2.1",
			"type-check": "^0.4.0",
			"word-wrap": "^1.2.5"
		},
		"engines": { "node": ">= 0.8.0" }
	},
	"node_modules/p-limit": {
		"version": "3.1.0",
		"integrity": "sha512-TYOanM3wGwNGsZN2cVTYPArw454xnXj5qmWF1bEoAc4+cU/ol7GVh7odevjp1FNHduHc3KZMcFduxU5Xc6uJRQ==",
		"license": "MIT",
		"dependencies": { "yocto-queue": "^0.1.0" },
		"engines": { "node": ">=10" },
		"funding": { "url": "https://github.com/sponsors/sindresorhus" }
	},
	"node_modules/p-locate": {
		"version": "5.0.0",
		"integrity": "sha512-LaNjtRWUBY++zB5nE/NwcaoMylSPk+S+ZHNB1TzdbMJMny6dynpAGt7X/tl/QYq3TIeE6nxHppbo2LGymrG5Pw==",
		"license": "MIT",
		"dependencies": { "p-limit": "^3.0.2" },
		"engines": { "node": ">=10" },
		"funding": { "url": "https://github.com/sponsors/sindresorhus" }
	},
	"node_modules/path-exists": {
		"version": "4.0.0",
		"integrity": "sha512-ak9Qy5Q7jYb2Wwcey5Fpvg2KoAc/ZIhLSLOSBmRmygPsGwkVVt0fZa0qrtMz+m6tJTAHfZQ8FnmB4MG4LWy7/w==",
		"license": "MIT",
		"engines": { "node": ">=8" }
	},
	"node_modules/path-key": {
		"version": "3.1.1",
		"integrity": "sha512-ojmeN0qd+y0jszEtoY48r0Peq5dwMEkIlCOu6Q5f41lfkswXuKtYrhgoTpLnyIcHm24Uhqx+5Tqm2InSwLhE6Q==",
		"license": "MIT",
		"engines": { "node": ">=8" }
	},
	"node_modules/picomatch": {
		"version": "4.0.7",
		"integrity": "sha512-qcJu88Q2IWqJsDD529JKMdwGm/dvInW4HvQnRwiH9JtihJvzGOscDtHE3x1pBKeUOTysQ8kVmLnJ2kJu7yhcGA==",
		"license": "MIT",
		"engines": { "node": ">=12" },
		"funding": { "url": "https://github.com/sponsors/jonschlinkert" }
	},
	"node_modules/prelude-ls": {
		"version": "1.2.1",
		"integrity": "sha512-vkcDPrRZo1QZLbn5RLGPpg/WmIQ65qoWWhcGKf/b5eplkkarX0m9z8ppCat4mlOqUsWpyNuYgO3VRyrYHSzX5g==",
		"license": "MIT",
		"engines": { "node": ">= 0.8.0" }
	},
	"node_modules/punycode": {
		"version": "2.3.1",
		"integrity": "sha512-vYt7UD1U9Wg6138shLtLOvdAu+8DsC/ilFtEVHcH+wydcSpNE20AfSOduf6MkRFahL5FY7X1oU7nKVZFtfq8Fg==",
		"license": "MIT",
		"engines": { "node": ">=6" }
	},
	"node_modules/qified": {
		"version": "0.10.1",
		"integrity": "sha512-+Owyggi9IxT1ePKGafcI87ubSmxol6smwJ+RAHDQlx9+9cPwFWDiKFFCPuWhr9ignlGpZ9vDQLw67N4dcTVFEA==",
		"license": "MIT",
		"dependencies": { "hookified": "^2.1.1" },
		"engines": { "node": ">=20" }
	},
	"node_modules/qified/node_modules/hookified": {
		"version": "2.2.0",
		"integrity": "sha512-p/LgFzRN5FeoD3DLS6bkUapeye6E4SI6yJs6KetENd18S+FBthqYq2amJUWpt5z0EQwwHemidjY5OqJGEKm5uA==",
		"license": "MIT"
	},
	"node_modules/regexp-tree": {
		"version": "0.1.27",
		"integrity": "sha512-iETxpjK6YoRWJG5o6hXLwvjYAoW+FEZn9os0PD/b6AP6xQwsa/Y7lCVgIixBbUPMfhu+i2LtdeAqVTgGlQarfA==",
		"license": "MIT",
		"bin": { "regexp-tree": "bin/regexp-tree" }
	},
	"node_modules/safe-regex": {
		"version": "2.1.1",
		"integrity": "sha512-rx+x8AMzKb5Q5lQ95Zoi6ZbJqwCLkqi3XuJXp5P3rT8OEc6sZCJG5AE5dU3lsgRr/F4Bs31jSlVN+j5KrsGu9A==",
		"license": "MIT",
		"dependencies": { "regexp-tree": "~0.1.1" }
	},
	"node_modules/semver": {
		"version": "7.8.6",
		"integrity": "sha512-9lpSSU4Mly3mrtruwLs1eLK6+gzbzqeBFwRNjIjE+9LuDpWdYctrQlQ3ej1Ilgi7gknpsTRnPoLP8DpCHqHIJw==",
		"license": "ISC",
		"bin": { "semver": "bin/semver.js" },
		"engines": { "node": ">=10" }
	},
	"node_modules/shebang-command": {
		"version": "2.0.0",
		"integrity": "sha512-kHxr2zZpYtdmrN1qDjrrX/Z1rR1kG8Dx+gkpK1G4eXmvXswmcE1hTWBWYUzlraYw1/yZp6YuDY77YtvbN0dmDA==",
		"license": "MIT",
		"dependencies": { "shebang-regex": "^3.0.0" },
		"engines": { "node": ">=8" }
	},
	"node_modules/shebang-regex": {
		"version": "3.0.0",
		"integrity": "sha512-7++dFhtcx3353uBaq8DDR4NuxBetBzC7ZQOhmTQInHEd6bSrXdiEyzCvG07Z44UYdLShWUyXt5M/yhz8ekcb1A==",
		"license": "MIT",
		"engines": { "node": ">=8" }
	},
	"node_modules/tinyglobby": {
		"version": "0.2.17",
		"integrity": "sha512-wXR/dYpcqKmfWpEdZjiKJOwCNFndD0DMnrW/cYjVGttEkBfVgcLFHoNrlj47mjOVic9yyNu65alsgF4NQyTa2g==",
		"license": "MIT",
		"dependencies": {
			"fdir": "^6.5.0",
			"picomatch": "^4.0.4"
		},
		"engines": { "node": ">=12.0.0" },
		"funding": { "url": "https://github.com/sponsors/SuperchupuDev" }
	},
	"node_modules/ts-api-utils": {
		"version": "2.5.0",
		"integrity": "sha512-OJ/ibxhPlqrMM0UiNHJ/0CKQkoKF243/AEmplt3qpRgkW8VG7IfOS41h7V8TjITqdByHzrjcS/2si+y4lIh8NA==",
		"license": "MIT",
		"engines": { "node": ">=18.12" },
		"peerDependencies": { "typescript": ">=4.8.4" }
	},
	"node_modules/type-check": {
		"version": "0.4.0",
		"integrity": "sha512-XleUoc9uwGXqjWwXaUTZAmzMcFZ5858QA2vvx1Ur5xIcixXIP+8LnFDgRplU30us6teqdlskFfu+ae4K79Ooew==",
		"license": "MIT",
		"dependencies": { "prelude-ls": "^1.2.1" },
		"engines": { "node": ">= 0.8.0" }
	},
	"node_modules/typescript": {
		"version": "5.9.3",
		"integrity": "sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
		"license": "Apache-2.0",
		"bin": {
			"tsc": "bin/tsc",
			"tsserver": "bin/tsserver"
		},
		"engines": { "node": ">=14.17" }
	},
	"node_modules/typescript-eslint": {
		"version": "8.73.0",
		"integrity": "sha512-+EnKy9rkYPun4l+kG2bDuYWQ6y1tGVgdR/tY1U9AC6h21CjEwOoc7gsjwe0FXB8uWFzk4QiCFbuRWgX758PiAg==",
		"license": "MIT",
		"dependencies": {
			"@typescript-eslint/eslint-plugin": "8.73.0",
			"@typescript-eslint/parser": "8.73.0",
			"@typescript-eslint/typescript-estree": "8.73.0",
			"@typescript-eslint/utils": "8.73.0"
		},
		"engines": { "node": "^18.18.0 || ^20.9.0 || >=21.1.0" },
		"funding": {
			"type": "opencollective",
			"url": "https://opencollective.com/typescript-eslint"
		},
		"peerDependencies": {
			"eslint": "^8.57.0 || ^9.0.0 || ^10.0.0",
			"typescript": ">=4.8.4 <6.1.0"
		}
	},
	"node_modules/uri-js": {
		"version": "4.4.1",
		"integrity": "sha512-7rKUyy33Q1yc98pQ1DAmLtwX109F7TIfWlW1Ydo8Wl1ii1SeHieeh0HHfPeL2fMXK6z0s8ecKs9frCuLJvndBg==",
		"license": "BSD-2-Clause",
		"dependencies": { "punycode": "^2.1.0" }
	},
	"node_modules/which": {
		"version": "2.0.2",
		"integrity": "sha512-BLI3Tl1TW3Pvl70l3yq3Y64i+awpwXqsGBYWkkqMtnbXgrMD+yj7rhW0kuEDxzJaYXGjEW5ogapKNMEKNMjibA==",
		"license": "ISC",
		"dependencies": { "isexe": "^2.0.0" },
		"bin": { "node-which": "bin/node-which" },
		"engines": { "node": ">= 8" }
	},
	"node_modules/word-wrap": {
		"version": "1.2.5",
		"integrity": "sha512-BN22B5eaMMI9UMtjrGd5g5eCYPpCPDUy0FJXbYsaT5zYxjFOckS53SQDE3pWkVoWpHXVb3BrYcEN4Twa55B5cA==",
		"license": "MIT",
		"engines": { "node": ">=0.10.0" }
	},
	"node_modules/yocto-queue": {
		"version": "0.1.0",
		"integrity": "sha512-rVksvsnNCdJ/ohGc6xgPwyN8eheCxsiLM8mxuE/t/mOVqJewPuO1miLpTHQiRgTKCLexL4MeAFVagts7HmNZ2Q==",
		"license": "MIT",
		"engines": { "node": ">=10" },
		"funding": { "url": "https://github.com/sponsors/sindresorhus" }
	}
};
var package_lock_default = {
	name,
	lockfileVersion,
	requires,
	packages
};

export { package_lock_default as default, lockfileVersion, name, packages, requires };