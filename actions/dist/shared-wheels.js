// tools/checkov/wheels.json
var wheels_default = {
	version: "3.3.30",
	packages: [
		{
			"name": "aiodns",
			"version": "3.6.1",
			"digests": ["46233ccad25f2037903828c5d05b64590eaa756e51d12b4a5616e2defcbc98c7"]
		},
		{
			"name": "aiohappyeyeballs",
			"version": "2.7.1",
			"digests": ["9243213661e29250eb41368e5daa826fc017156c3b8a11440826b2e3ed376472"]
		},
		{
			"name": "aiohttp",
			"version": "3.14.5",
			"digests": [
				"32e8fa6644e541fcd7e02430588c7fc93b602c1778ea0bc345505db76b61cfb4",
				"50a195903119008fe9cc68710535eb37f556ffffd6a7759afe70a2c145587045",
				"abfda5cb094a829f7bc25216a32f7db2e85cc65bd59910f8e7b40b3d9b224764",
				"20f085697d7e911f1f73c43ed03fafbed1e7121797e2eb5428efa80398060584",
				"74efb69332b85675b1eabd760a8cfc2e2cf42c60607c66f88014c1bdfb40942d",
				"1ffa3a523a36d8628f98c06492ae16a31a23d14c0b4ec721757b477319f656d6",
				"1eb8167961ec4dfcc8cb9dd50bd0ee72519f7ef496be95203e49e27b01618382",
				"94684b879ac1d71e4238850c99b62dc1b28d9086b156a2555f082010b85a865c"
			]
		},
		{
			"name": "aiomultiprocess",
			"version": "0.9.1",
			"digests": ["3a7b3bb3c38dbfb4d9d1194ece5934b6d32cf0280e8edbe64a7d215bba1322c6"]
		},
		{
			"name": "aiosignal",
			"version": "1.4.0",
			"digests": ["053243f8b92b990551949e63930a839ff0cf0b0ebbe0597b0f3fb19e1a0fe82e"]
		},
		{
			"name": "annotated-types",
			"version": "0.8.0",
			"digests": ["f072f4d804ea359e4eaf198b1af7a8b0943881a87f31bb764f8bf219bb9419e0"]
		},
		{
			"name": "argcomplete",
			"version": "3.7.2",
			"digests": ["6029205678bdd9c1c728a155f5f9ecf5812393f969eef58807641a2bc2aa5b19"]
		},
		{
			"name": "asteval",
			"version": "1.0.6",
			"digests": ["5e119ed306e39199fd99c881cea0e306b3f3807f050c9be79829fe274c6378dc"]
		},
		{
			"name": "attrs",
			"version": "26.1.0",
			"digests": ["c647aa4a12dfbad9333ca4e71fe62ddc36f4e63b2d260a37a8b83d2f043ac309"]
		},
		{
			"name": "bc-detect-secrets",
			"version": "1.5.52",
			"digests": ["772353c949a131b7b5efd2b20473e0128af9c25ea27cdb15a3a6a6727ca73c4e"]
		},
		{
			"name": "bc-jsonpath-ng",
			"version": "1.6.1",
			"digests": ["2c85bb1d194376808fe1fc49558dd484e39024b15c719995e22de811e6ba4dc8"]
		},
		{
			"name": "bc-python-hcl2",
			"version": "0.4.3",
			"digests": ["b0cce4cea16823f7da7fefa0f8177dfb91f51a1befe64ef59d8fe4d5ac616eec"]
		},
		{
			"name": "beartype",
			"version": "0.23.1",
			"digests": ["4461b4dc57e3fdd6c8a8464b22cf118002eea107c33e9fef651c69068ab3cce3"]
		},
		{
			"name": "beautifulsoup4",
			"version": "4.15.0",
			"digests": ["d6f88de62e1d4e38ecb1077eb9724cd0eff29d2a08ca16a401e9b9e93f117cf9"]
		},
		{
			"name": "boolean.py",
			"version": "5.0",
			"digests": ["ef28a70bd43115208441b53a045d1549e2f0ec6e3d08a9d142cbc41c1938e8d9"]
		},
		{
			"name": "boto3",
			"version": "1.35.49",
			"digests": ["b660c649a27a6b47a34f6f858f5bd7c3b0a798a16dec8dda7cbebeee80fd1f60"]
		},
		{
			"name": "botocore",
			"version": "1.35.99",
			"digests": ["b22d27b6b617fc2d7342090d6129000af2efd20174215948c0d7ae2da0fab445"]
		},
		{
			"name": "cached-property",
			"version": "2.0.1",
			"digests": ["f617d70ab1100b7bcf6e42228f9ddcb78c676ffa167278d9f730d1c2fba69ccb"]
		},
		{
			"name": "cachetools",
			"version": "5.5.2",
			"digests": ["d26a22bcc62eb95c3beabd9f1ee5e820d3d2704fe2967cbe350e20c8ffcd3f0a"]
		},
		{
			"name": "certifi",
			"version": "2026.10.18",
			"digests": ["73191c47aaa79da394e8fee2dbc2ec827432cab56311122c9e47abf79e390f62"]
		},
		{
			"name": "cffi",
			"version": "2.1.1",
			"digests": [
				"3311ed60d36f83378794e1009ac6258bafbf81f7888b4caa7b35a521e3f95813",
				"34e261f78cb6ceaaa36f42f2613f4380d94d9c759a9c73c769ee6e0247364632",
				"68e62fe11f30d5ca8289242866f0a5291402d8529ca2178ab8afc5c9694ae890",
				"c1453022f490d2459a11819d83ad1d586e9ff65a12ac3e705ffebd46d3685dcf",
				"f16c709686a78c727bbbf059f92b0bf41c6fc60deec706d2dc19f529175a6125",
				"a931079504ecc49efed7744c476a5c343a92fabf66dec2db95edb1b2fdc770e2",
				"58acb8ab8e295e6c5ea12f888cbb13cf21511ef2a3303a23f4325c29d17fe5c1",
				"b0431303acaea1089ad4b3e9ce4e6518193def1118d4073ca848635ee4ea2e96"
			]
		},
		{
			"name": "charset-normalizer",
			"version": "3.5.2",
			"digests": [
				"d760fe2a4d7c3b226cb9026d6a842868d52a7901bd98420e1baf14e80da85cf5",
				"211d5a3eb6af8f513b8d4ca19a8c1b7accab1b5f0d3175f9826b03c1a920dc1f",
				"b91363207bd9dc966a691e959bb47f64b30f7ac4b072be9968b366982f7db77c",
				"3d31298449090ab8d47b7b1b2a555ff73cac7ed438a08b7ac160980c7ebed649",
				"849df64e889b2e17230d58410a03dba311a65b163508fd33679b2b737d4b7858",
				"7218e8f32b0956cfcd048fd42d9d5779809745ca1d86113ca56f66e7ae1549c4",
				"8d86d6fc60743dc916eb79e2eb1ec4818e21e427731543af40a3021851174a13",
				"34276fd796040bf0993ab33a369aa572e6979c7aab225a88893667ad8eac8f7a"
			]
		},
		{
			"name": "checkov",
			"version": "3.3.30",
			"digests": ["32c3d6a808399f3fd6ec83e68a337050d17f019336f4d8f3b23aae469ba79408"]
		},
		{
			"name": "click",
			"version": "8.5.1",
			"digests": ["8bb5376d2006950386f8c6427613334a2acadc5f559cb80e638d00b4df957e37"]
		},
		{
			"name": "click-option-group",
			"version": "0.5.9",
			"digests": ["ad2599248bd373e2e19bec5407967c3eec1d0d4fc4a5e77b08a0481e75991080"]
		},
		{
			"name": "cloudsplaining",
			"version": "0.7.0",
			"digests": ["8e93c7b1671c8353f520627cdf7917ec543581c9b9936b3d344817bb4747174e"]
		},
		{
			"name": "colorama",
			"version": "0.4.6",
			"digests": ["4f1d9991f5acc0ca119f9d443620b77f9d6b33703e51011c16baf57afb285fc6"]
		},
		{
			"name": "ConfigArgParse",
			"version": "1.9.0",
			"digests": ["e4ecc54d821ca97c43e6152403f40e158aff79d809c3447746fa92b136dc1e31"]
		},
		{
			"name": "contextlib2",
			"version": "21.6.0",
			"digests": ["3fbdb64466afd23abaf6c977627b75b6139a5a3e8ce38405c5b413aed7a0471f"]
		},
		{
			"name": "cyclonedx-python-lib",
			"version": "7.6.2",
			"digests": ["c42fab352cc0f7418d1b30def6751d9067ebcf0e8e4be210fc14d6e742a9edcc"]
		},
		{
			"name": "decorator",
			"version": "5.3.1",
			"digests": ["f47fe6fdbd2edd623ecfe36875d37aba411624e2670dd395dddae1358689bb3c"]
		},
		{
			"name": "defusedxml",
			"version": "0.7.1",
			"digests": ["a352e7e428770286cc899e2542b6cdaedb2b4953ff269a210103ec58f6198a61"]
		},
		{
			"name": "docker",
			"version": "7.2.0",
			"digests": ["a3f45fdeb9165e2d25d9a1d02ddf3bc70fb572cf5ebbf9b58558c22caf29b71f"]
		},
		{
			"name": "dockerfile-parse",
			"version": "2.0.1",
			"digests": ["bdffd126d2eb26acf1066acb54cb2e336682e1d72b974a40894fac76a4df17f6"]
		},
		{
			"name": "dpath",
			"version": "2.1.3",
			"digests": ["d9560e03ccd83b3c6f29988b0162ce9b34fd28b9d8dbda46663b20c68d9cdae3"]
		},
		{
			"name": "ecdsa",
			"version": "0.19.2",
			"digests": ["840f5dc5e375c68f36c1a7a5b9caad28f95daa65185c9253c0c08dd952bb7399"]
		},
		{
			"name": "frozenlist",
			"version": "1.8.0",
			"digests": [
				"957e7c38f250991e48a9a73e6423db1bb9dd14e722a10f6b8bb8e16a0f55f695",
				"2552f44204b744fba866e573be4c1f9048d6a324dfe14475103fd51613eb1d1f",
				"96f423a119f4777a4a056b66ce11527366a8bb92f54e541ade21f2374433f6d4",
				"494a5952b1c597ba44e0e78113a7266e656b9794eec897b19ead706bd7074383",
				"eaa352d7047a31d87dafcacbabe89df0aa506abb5b1b85a2fb91bc3faa02d822",
				"fb30f9626572a76dfe4293c7194a09fb1fe93ba94c7d4f720dfae3b646b45027",
				"778a11b15673f6f1df23d9586f83c4846c471a8af693a22e066508b77d201ec8",
				"cba69cb73723c3f329622e34bdbf5ce1f80c21c290ff04256cff1cd3c2036ed2"
			]
		},
		{
			"name": "gitdb",
			"version": "4.0.12",
			"digests": ["67073e15955400952c6565cc3e707c554a4eea2e428946f7a4c162fab9bd9bcf"]
		},
		{
			"name": "GitPython",
			"version": "3.2.1",
			"digests": ["d66b0832aa8755c1a84892937282df0befb16c97e5a64aeebd68be9c5e323f53"]
		},
		{
			"name": "idna",
			"version": "3.20",
			"digests": ["ab7ae7122974553370f0bdb919e1a960b2cd1bc1ef0276416d896db81c14582c"]
		},
		{
			"name": "importlib_metadata",
			"version": "7.2.1",
			"digests": ["ffef94b0b66046dd8ea2d619b701fe978d9264d38f3998bc4c27ec3b146a87c8"]
		},
		{
			"name": "Jinja2",
			"version": "3.1.6",
			"digests": ["85ece4451f492d0c13c5dd7c13a64681a86afae63a5f347908daf103ce6d2f67"]
		},
		{
			"name": "jmespath",
			"version": "1.1.0",
			"digests": ["a5663118de4908c91729bea0acadca56526eb2698e83de10cd116ae0f4e97c64"]
		},
		{
			"name": "jsonschema",
			"version": "4.26.0",
			"digests": ["d489f15263b8d200f8387e64b4c3a75f06629559fb73deb8fdfb525f2dab50ce"]
		},
		{
			"name": "jsonschema-specifications",
			"version": "2025.9.1",
			"digests": ["98802fee3a11ee76ecaca44429fda8a41bff98b00a0f2838151b113f210cc6fe"]
		},
		{
			"name": "junit-xml",
			"version": "1.9",
			"digests": ["ec5ca1a55aefdd76d28fcc0b135251d156c7106fa979686a4b48d62b761b4732"]
		},
		{
			"name": "lark",
			"version": "1.3.1",
			"digests": ["c629b661023a014c37da873b4ff58a817398d12635d3bbb2c5a03be7fe5d1e12"]
		},
		{
			"name": "license-expression",
			"version": "30.4.4",
			"digests": ["421788fdcadb41f049d2dc934ce666626265aeccefddd25e162a26f23bcbf8a4"]
		},
		{
			"name": "Markdown",
			"version": "3.11.3",
			"digests": ["e1a31a112232504d753e5c01bb8c2de90d3f0ba986b063e10770cf7695b09e73"]
		},
		{
			"name": "MarkupSafe",
			"version": "3.0.4",
			"digests": [
				"849dd2bb0e5e4ab2b71c7191726a4a8d5aa8a610daa584728cbee0b710ddc4ef",
				"6da83a088f8ef93b2d483a8232a4dbf4d69d3d8496b568a03c56becac43e1808",
				"6a45c3d514f2436064db00d7fc8778d888f0236ebfed649b53d13a59e69ad51b",
				"8e124f974786f831d6043728e38296969d3579db8896fe004682f5758e613581",
				"7018d4af1cd272e847aa5917983ab5e83e4f6579f9dbfecd4a79c0ca80b144c2",
				"434139499bb20b502ed3baa1f169e618f924a97e7a777fea1a49446d80106cf6",
				"1caa2fa5a6184fb233153b35f654e6687bd555476f6170f29d8ee9be1a8b0af9",
				"a8e9f292fcda89b324f2f5c91d13f1424a153e40fc2756f38ee23b15835ff300"
			]
		},
		{
			"name": "multidict",
			"version": "7.2.1",
			"digests": [
				"295a15ccb8cfde9351dd6062b80af4e839460636b3c46813b4aa443905ded86a",
				"3b7542fad2706595c1b1853b46f2c3c4ae5cc5a6252b7225f294d607a29e1bdf",
				"fa0ecd064b0ae18d235283abb5adbc4e07304dba8f2aa7c0d61f28bebcc70d4c",
				"1fb8c1a3480c130c3a6422d5f16f3cad6552bf08c2089dd288ba7134649183b5",
				"335f715f8c111654f29e4bf19086bdf0245579d2b4f4f59ca8dd9b3003b859c1",
				"cd69c99affd1b4debc1f9a53058ea6e3a9b34f2e733840bb45891666cd8ede0a",
				"6efdeed2723431999cf3bcbc84c72dbe0f65d16bb1f84e15a657f5b60ff18ca6",
				"822a7fcd33f6922b650e1b26594f09d53c5d011fe655fea7ded27b2728ce2a1b"
			]
		},
		{
			"name": "networkx",
			"version": "2.6.3",
			"digests": ["80b6b89c77d1dfb64a4c7854981b60aeea6360ac02c6d4e4913319e0a313abef"]
		},
		{
			"name": "numpy",
			"version": "2.4.6",
			"digests": [
				"0ab0a9c4ffb1a6d95ef519fe4247dba8eb6b18ad93999f76b7f657039acabd47",
				"89cd468399cfd2504718f0ba50e410dca55a170b61a02ad92bb18c8a65186e93",
				"5f9fb9157b4ce2971008323afe46053787b526ef624fea915b261468a8421a0f",
				"90f9849678c75fe7afa2d348ac842c168b0a4d3d61919687216dfc547976d853",
				"72fbe16c6fac95aedf5937fa873445cec2110be35d8a4e9433d7501fd98dae6b",
				"a7830bab239b79cda9c08c2da014761cafb48da6150e1da17ac06283f43b6089",
				"40fdc1ae7125e518ea98e53e69a4ebc27e1fd50510c47b7ea130cf21e5e1d42b",
				"a2c306dea656c12c68f51f4cea133cbe78ca7435eb28c735eac1d3ebe73be6e8"
			]
		},
		{
			"name": "orjson",
			"version": "3.13.0",
			"digests": [
				"dd9d9a101bd8dbfad112170f009cd155e52bb8c936468821a0d03cbb96c0e426",
				"89bcf2d4bc6c9a7e1763c8cf534f38712e66b76a0fefda7fb7785462f0d635e4",
				"ae1d895cf7bbfd50ef34bb63bb727b14514f259f3e3f8dd010783bd38e864c6e",
				"bceadfd314bd238f584fc229a4bbaf0e573597e7a026dec5429fbf29fd66c641",
				"b081f0e7b600ff24513dec4ca75507fa05e904607847e386e8310d5b7b96b6c7",
				"cbed5f4c4b88d94bcc36115f4c3bb3aa25da1563a5c3328aa3acebce2b083040",
				"c749ab3ac30b5ab1ffb7677f8b92eacfdfdc5260210baa398f845bc3714c05d8",
				"58a9619d88f8818d9ab6b39d70d203789457ba13c1ed5d274f33ce9ae7e81a36"
			]
		},
		{
			"name": "packageurl-python",
			"version": "0.13.4",
			"digests": ["62aa13d60a0082ff115784fefdfe73a12f310e455365cca7c6d362161067f35f"]
		},
		{
			"name": "packaging",
			"version": "23.2",
			"digests": ["8c491190033a9af7e1d931d0b5dacc2ef47509b34dd0de67ed209b5203fc88c7"]
		},
		{
			"name": "platformdirs",
			"version": "4.14.7",
			"digests": ["391513b74707c42335fff3ea17eaac657a7ee9ffcadd809634d34ea594d0122c"]
		},
		{
			"name": "ply",
			"version": "3.11",
			"digests": ["096f9b8350b65ebd2fd1346b12452efe5b9607f7482813ffca50c22722a807ce"]
		},
		{
			"name": "policy_sentry",
			"version": "0.13.2",
			"digests": ["e82c3bc1783606449399c4221f67d05f6b08d8a184ba2fee87d04541d7282b86"]
		},
		{
			"name": "prettytable",
			"version": "3.18.0",
			"digests": ["b3346e0e6f79180833aebaac088ae926340586cf6d7d991b9eb125b65f72313a"]
		},
		{
			"name": "propcache",
			"version": "0.5.4",
			"digests": [
				"62530ca89187827e4a4fe733f971abe81a7542eeea48ff61995f19b64d7199c8",
				"6e9368e87a3efc285e559131092c5db643eb8e56de4ee42064d5baec22ef2bb5",
				"60a64cbccaa11b7760ce705a14ada17ba459e7ca9f23ba587eb013821032d7ef",
				"2814ecd8e818f487bee4b0f921bc4d1c176cc5fc71ac0f072d0fa67eda4ac14b",
				"dbab5f5ff6897c81f355d079010cdae85b02e5a0b518b5251523b8ad8ae9ac3c",
				"f85915e00dcb1cd9f2f890ead064ed40a27df06f0db65be427b29482ae357572",
				"251c63dd46a0659bb875cb254dc4c1e79ee91a847c737cd62373295afc2235dc",
				"cc07876cfb079b6f6f36d21ce75784ad6c2c6b563eeac0ed26c2fa2669b85df9"
			]
		},
		{
			"name": "py-serializable",
			"version": "1.1.2",
			"digests": ["801be61b0a1ba64c3861f7c624f1de5cfbbabf8b458acc9cdda91e8f7e5effa1"]
		},
		{
			"name": "pycares",
			"version": "4.11.0",
			"digests": [
				"3bd81ad69f607803f531ff5cfa1262391fa06e78488c13495cee0f70d02e0287",
				"cb711a66246561f1cae51244deef700eef75481a70d99611fd3c8ab5bd69ab49",
				"84fde689557361764f052850a2d68916050adbfd9321f6105aca1d8f1a9bd49b",
				"2d5cac829da91ade70ce1af97dad448c6cd4778b48facbce1b015e16ced93642",
				"bac55842047567ddae177fb8189b89a60633ac956d5d37260f7f71b517fd8b87",
				"aa160dc9e785212c49c12bb891e242c949758b99542946cc8e2098ef391f93b0",
				"80752133442dc7e6dd9410cec227c49f69283c038c316a8585cca05ec32c2766",
				"ee751409322ff10709ee867d5aea1dc8431eec7f34835f0f67afd016178da134"
			]
		},
		{
			"name": "pycep-parser",
			"version": "0.5.1",
			"digests": ["8c3f99c0dc1301193b1bcbe0a44c6b2763f6d2daf24964ca48dcdfbb73087fa0"]
		},
		{
			"name": "pycparser",
			"version": "3.12",
			"digests": ["a076f3f489b39b43ed13563a1dafe42447445bec2e294154ec5c57fcdda4c85e"]
		},
		{
			"name": "pydantic",
			"version": "2.14.3",
			"digests": ["3f7b347782ab7e4cf4c798496ae3a82787d9f21ec12676a9c564355eeef8daa8"]
		},
		{
			"name": "pydantic_core",
			"version": "2.50.4",
			"digests": [
				"30d4dc35bc0eea52202a90b3820445ee0072c820241bfa710a623a078c9b267b",
				"0574866e05f6adeecc520d87e87dd06210c0a51706341f6ef8421572f5a64444",
				"16902a147b3da4840612164a5e67947104d63e978f7a57c395877a5e26690b9c",
				"c81d98e27d9d9261909dcccab1ba5d6ea1c98b0bb9470e368604614fd1d36ddd",
				"a9ee990bf2cfbd81574c5d4f9f6c9d480a14b5b43d2c4f2ca13f4c6f48089394",
				"fb2bb5b557080da398b866408117d98fe9731a12334afd0cdff221b458cdc5dc",
				"70dbc9f83c41f37a4faa62dae5203853847223a891da446f48ef2efcfd5df806",
				"f1d62fb172db35c6478c9323da34ff37d1f3d37d7d44337a9d94ba8c583e5730"
			]
		},
		{
			"name": "pyparsing",
			"version": "3.3.3",
			"digests": ["ece8c00a69cf01b45d0b1dedabb469c90d8caf996d4fda40f147627a122849a4"]
		},
		{
			"name": "python-dateutil",
			"version": "2.9.0.post0",
			"digests": ["a8b2bc7bffae282281c8140a97d3aa9c14da0b136dfe83f850eea9a5f7470427"]
		},
		{
			"name": "PyYAML",
			"version": "6.0.3",
			"digests": [
				"10892704fc220243f5305762e276552a0395f7beb4dbf9b14ec8fd43b57f126c",
				"b8bb0864c5a28024fac8a632c443c87c5aa6f215c0b126c449ae1a150412f31d",
				"9149cad251584d5fb4981be1ecde53a1ca46c891a79788c0df828d2f166bda28",
				"ba1cc08a7ccde2d2ec775841541641e4548226580ab850948cbfda66a1befcdc",
				"ee2922902c45ae8ccada2c5b501ab86c36525b883eff4255313a253a3160861c",
				"0f29edc409a6392443abf94b9cf89ce99889a1dd5376d94316ae5145dfedd5d6",
				"501a031947e3a9025ed4405a168e6ef5ae3126c59f90ce0cd6f2bfc477be31b7",
				"c458b6d084f9b935061bc36216e8a69a7e293a2f1e68bf956dcd9e6cbcd143f5"
			]
		},
		{
			"name": "rdflib",
			"version": "7.6.0",
			"digests": ["30c0a3ebf4c0e09215f066be7246794b6492e054e782d7ac2a34c9f70a15e0dd"]
		},
		{
			"name": "referencing",
			"version": "0.37.0",
			"digests": ["381329a9f99628c9069361716891d34ad94af76e461dcb0335825aecc7692231"]
		},
		{
			"name": "regex",
			"version": "2026.11.15",
			"digests": [
				"caeba590c348e1960ef9ce99589af4ab53b481f68b35ebd7f536abec2b072d54",
				"aafeb64c8569d69edfbf772feba49d2a001d3dca0f43e6a71e3735587ecb8222",
				"ce6afc332face9c5978dccf74c9bbee095d43b9794bc256f5acec1565c3e3fde",
				"f3758c3b1689ab778f3e1ae0f9aa4d22b8e4efc362e2e4cfdbbc5a208fed0bc1",
				"ff36007d31a0ba241f7bb09fd179febe221f52b3bf11798ab1b48e8b20a43220",
				"7ad141cdbb94ee48a9128b7118bf82b4df2b80f3b3caa22c36045da49e765481",
				"99e61a4f575b3439de59de524bed94d144b22a11877407c81c702ce98fb4e1d3",
				"bbe5efba8a008a2a684173286be44b85b2cfc3427107662440903ccce6ec00d5"
			]
		},
		{
			"name": "requests",
			"version": "2.34.2",
			"digests": ["2a0d60c172f83ac6ab31e4554906c0f3b3588d37b5cb939b1c061f4907e278e0"]
		},
		{
			"name": "rpds-py",
			"version": "2026.9.1",
			"digests": [
				"e01b3c878c8641913e688edd1b3f08658c6783d29cf6b826bd3c0d1ae7a1ffaa",
				"136a1c3fe4402b7008bc81cb62ee538481795b61a7e83df88dff3b3f02b726ff",
				"2693b2728bbcc48d09a981a356954b0c47c53ff25b545856f28a889ea619f69a",
				"addeda51556dac7c1a2f14cda62db8b621cd12afba3091d03a96c72932387eab",
				"457866b85daf5034296666168b84a69e0b2e89dc4f1af102b46f6448a60b9063",
				"7868b85224291c6cb6759f9b5adb9745f486d226f62b16a614dd5a2a5ab2b35b",
				"07deecbfce94c78473018bc7d10b337cc651d12df87a1eb2cb3e4024bc9c33d0",
				"eac2f5dbafd585dfe31f86a23ebf0d3ba480a9d49ebc87947267b5608d4ea0cd"
			]
		},
		{
			"name": "rustworkx",
			"version": "0.18.1",
			"digests": ["c42a0a52463ff78c0dd03426efa7b40b17b433689c2a5ab6aaaf14173c2a9e31", "1ebd2441a51c68a784df8c62dc2e6f1a9f58c0eb1c2e21fd59776e08f55c0c0b"]
		},
		{
			"name": "s3transfer",
			"version": "0.10.4",
			"digests": ["244a76a24355363a68164241438de1b72f8781664920260c48465896b712a41e"]
		},
		{
			"name": "schema",
			"version": "0.7.5",
			"digests": ["f3ffdeeada09ec34bf40d7d79996d9f7175db93b7a5065de0faa7f41083c1e6c"]
		},
		{
			"name": "semantic-version",
			"version": "2.10.0",
			"digests": ["de78a3b8e0feda74cabc54aab2da702113e33ac9d9eb9d2389bcf1f58b7d9177"]
		},
		{
			"name": "six",
			"version": "1.17.0",
			"digests": ["4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274"]
		},
		{
			"name": "smmap",
			"version": "5.0.3",
			"digests": ["c106e05d5a61449cf6ba9a1e650227ecfb141590d2a98412103ff35d89fc7b2f"]
		},
		{
			"name": "sortedcontainers",
			"version": "2.4.0",
			"digests": ["a163dcaede0f1c021485e957a39245190e74249897e2ae4b2aa38595db237ee0"]
		},
		{
			"name": "soupsieve",
			"version": "2.10",
			"digests": ["8596eb8967d744174820280fa62b4542a2e955bfaccca73ed8a13c6eb8e9b502"]
		},
		{
			"name": "spdx-tools",
			"version": "0.8.5",
			"digests": ["7c2d5865941be9d2e898f5b084e8d5422dd298dc5a29320ddb198fec304f59c4"]
		},
		{
			"name": "tabulate",
			"version": "0.9.0",
			"digests": ["024ca478df22e9340661486f85298cff5f6dcdba14f3813e8830015b9ed1948f"]
		},
		{
			"name": "termcolor",
			"version": "2.3.0",
			"digests": ["3afb05607b89aed0ffe25202399ee0867ad4d3cb4180d98aaf8eefa6a5f7d475"]
		},
		{
			"name": "tqdm",
			"version": "4.70.1",
			"digests": ["c293e525e6fef9c20e8728fd4612df02a0aa31bb5fe91ecd93e123b1b7bffa73"]
		},
		{
			"name": "typing_extensions",
			"version": "4.16.0",
			"digests": ["481caa481374e813c1b176ada14e97f1f67a4539ce9cfeb3f350d78d6370c2e8"]
		},
		{
			"name": "typing-inspection",
			"version": "0.4.5",
			"digests": ["bc210535442b39e1bf2805e0c7a17dfd6a4ace760c84c7f7d16245d23a6b1c39"]
		},
		{
			"name": "unidiff",
			"version": "1.0.1",
			"digests": ["5e2ca461eda8a4c761ad0922e3e8a65742f359dc60301a3a055b70fd7c158680"]
		},
		{
			"name": "uritools",
			"version": "6.1.4",
			"digests": ["7e48617975c3ccd3ee11da4641af8f8c9b97dcd7e75969a4cdfd7c8ce177f4e3"]
		},
		{
			"name": "urllib3",
			"version": "2.8.0",
			"digests": ["0cf3cae568d36aa9576b28dfb35f11328f1cb974ca7647d9475ebb86c75ac6e3"]
		},
		{
			"name": "wcwidth",
			"version": "0.9.4",
			"digests": ["093469e01d881bff3db93ff3f56c364dc87c441ea01f9f41c22de0c0bdf5c6ef", "b185c8b927b23af2721be1783499d1cfa5c028b098b0858951b4ae224477f1c2"]
		},
		{
			"name": "xmltodict",
			"version": "1.0.4",
			"digests": ["a4a00d300b0e1c59fc2bfccb53d7b2e88c32f200df138a0dd2229f842497026a"]
		},
		{
			"name": "yarl",
			"version": "1.25.1",
			"digests": [
				"acae6b45d1ace09b6ba3876da43b88366ef368f73b988c7f57e14231753d4420",
				"d5add7b4ca7afeea91d52e4d4e4db3b1fe9885b71f07054560d8c4296b7441a2",
				"4d781294bb815ecb5ea57ff6bbf8038e0a31a95fdf3e1788f66e0dc100d64b58",
				"c6f117789d22dce188e5754e8bc65b7e6ebf8cb73963b9fa761f672a5883769d",
				"14b79a30a93a3ce2e8832603fd0ab780ada281b0ba5110b519a634f2d7d7d1fc",
				"be80550d9bfe83d9b62398a37081a90434e6df2d978ec345c3d2820de6beddab",
				"77e5099b99b37f3cf79c246998ca9f7313a78054cd1809ec46bc1afad47e1c4c",
				"30eec96e8a91bd588ce897c9543f6d5d8d34b28fbcba28a4dedf20ebeae9fe57"
			]
		},
		{
			"name": "zipp",
			"version": "4.1.2",
			"digests": ["b30cb6cd253122169c47de245ca24a86bac2a5d3802ba15bf7ba6414eb9e144d"]
		}
	]
};

export { wheels_default as default };