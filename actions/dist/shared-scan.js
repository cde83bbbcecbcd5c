import { i as __toESM, t as __commonJSMin } from "./shared-rolldown-runtime.js";
import { Et as _enum, Jn as string, Lt as boolean, Nt as array, Pn as number, Sn as looseObject, Un as record, or as union, qn as strictObject, sr as unknown, xn as literal } from "./shared-schemas.js";
import { o as datetime } from "./shared-libraries.js";
import { $r as BadVex, Bs as cleanLine, Jr as VEX_STATUSES, Qr as isBelow, Zr as judge, _s as builtInSettings, ai as ofScore, ii as atLeast, oi as worse, ti as withVex, vs as defaultScanConfig, ws as SEVERITIES } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { a as runScanners, c as treeOf, f as GarbledOutput, m as inForm, o as copyTree, p as asJson, s as lineReader, u as fingerprintOf } from "./shared-install.js";
import { c as formatDuration } from "./shared-scalars.js";
import { r as parsedJson } from "./shared-json.js";
import { mkdir, mkdtemp, open, readFile, realpath, rm } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";

// node_modules/spdx-license-ids/index.json
var require_spdx_license_ids = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = [
		"0BSD",
		"3D-Slicer-1.0",
		"AAL",
		"ADSL",
		"AFL-1.1",
		"AFL-1.2",
		"AFL-2.0",
		"AFL-2.1",
		"AFL-3.0",
		"AGPL-1.0-only",
		"AGPL-1.0-or-later",
		"AGPL-3.0-only",
		"AGPL-3.0-or-later",
		"ALGLIB-Documentation",
		"AMD-newlib",
		"AMDPLPA",
		"AML",
		"AML-glslang",
		"AMPAS",
		"ANTLR-PD",
		"ANTLR-PD-fallback",
		"APAFML",
		"APL-1.0",
		"APSL-1.0",
		"APSL-1.1",
		"APSL-1.2",
		"APSL-2.0",
		"ASWF-Digital-Assets-1.0",
		"ASWF-Digital-Assets-1.1",
		"Abstyles",
		"AdaCore-doc",
		"Adobe-2006",
		"Adobe-Display-PostScript",
		"Adobe-Glyph",
		"Adobe-Utopia",
		"Advanced-Cryptics-Dictionary",
		"Afmparse",
		"Aladdin",
		"Apache-1.0",
		"Apache-1.1",
		"Apache-2.0",
		"App-s2p",
		"Arphic-1999",
		"Artistic-1.0",
		"Artistic-1.0-Perl",
		"Artistic-1.0-cl8",
		"Artistic-2.0",
		"Artistic-dist",
		"Aspell-RU",
		"BOLA-1.1",
		"BSD-1-Clause",
		"BSD-2-Clause",
		"BSD-2-Clause-Darwin",
		"BSD-2-Clause-Patent",
		"BSD-2-Clause-Views",
		"BSD-2-Clause-first-lines",
		"BSD-2-Clause-pkgconf-disclaimer",
		"BSD-2-Clause-pos-unchanged",
		"BSD-3-Clause",
		"BSD-3-Clause-Attribution",
		"BSD-3-Clause-Clear",
		"BSD-3-Clause-HP",
		"BSD-3-Clause-LBNL",
		"BSD-3-Clause-Modification",
		"BSD-3-Clause-No-Military-License",
		"BSD-3-Clause-No-Nuclear-License",
		"BSD-3-Clause-No-Nuclear-License-2014",
		"BSD-3-Clause-No-Nuclear-Warranty",
		"BSD-3-Clause-Open-MPI",
		"BSD-3-Clause-OpenWebUI",
		"BSD-3-Clause-Sun",
		"BSD-3-Clause-Tso",
		"BSD-3-Clause-acpica",
		"BSD-3-Clause-flex",
		"BSD-4-Clause",
		"BSD-4-Clause-Shortened",
		"BSD-4-Clause-UC",
		"BSD-4.3RENO",
		"BSD-4.3TAHOE",
		"BSD-Advertising-Acknowledgement",
		"BSD-Attribution-HPND-disclaimer",
		"BSD-Inferno-Nettverk",
		"BSD-Mark-Modifications",
		"BSD-Protection",
		"BSD-Source-Code",
		"BSD-Source-Code-no-disclaimer",
		"BSD-Source-alt-GPL",
		"BSD-Source-beginning-file",
		"BSD-Systemics",
		"BSD-Systemics-W3Works",
		"BSD-ask-to-endorse",
		"BSL-1.0",
		"BUSL-1.1",
		"Baekmuk",
		"Bahyph",
		"Barr",
		"Beerware",
		"BitTorrent-1.0",
		"BitTorrent-1.1",
		"Bitstream-Charter",
		"Bitstream-Vera",
		"BlueOak-1.0.0",
		"Boehm-GC",
		"Boehm-GC-without-fee",
		"Borceux",
		"Brian-Gladman-2-Clause",
		"Brian-Gladman-3-Clause",
		"Brian-Gladman-3-Clause-no-conversion",
		"Buddy",
		"Bugroff",
		"C-UDA-1.0",
		"CAL-1.0",
		"CAL-1.0-Combined-Work-Exception",
		"CAPEC-tou",
		"CATOSL-1.1",
		"CC-BY-1.0",
		"CC-BY-2.0",
		"CC-BY-2.5",
		"CC-BY-2.5-AU",
		"CC-BY-3.0",
		"CC-BY-3.0-AT",
		"CC-BY-3.0-AU",
		"CC-BY-3.0-DE",
		"CC-BY-3.0-IGO",
		"CC-BY-3.0-NL",
		"CC-BY-3.0-US",
		"CC-BY-4.0",
		"CC-BY-NC-1.0",
		"CC-BY-NC-2.0",
		"CC-BY-NC-2.5",
		"CC-BY-NC-3.0",
		"CC-BY-NC-3.0-DE",
		"CC-BY-NC-3.0-IGO",
		"CC-BY-NC-4.0",
		"CC-BY-NC-ND-1.0",
		"CC-BY-NC-ND-2.0",
		"CC-BY-NC-ND-2.5",
		"CC-BY-NC-ND-3.0",
		"CC-BY-NC-ND-3.0-DE",
		"CC-BY-NC-ND-3.0-IGO",
		"CC-BY-NC-ND-4.0",
		"CC-BY-NC-SA-1.0",
		"CC-BY-NC-SA-2.0",
		"CC-BY-NC-SA-2.0-DE",
		"CC-BY-NC-SA-2.0-FR",
		"CC-BY-NC-SA-2.0-UK",
		"CC-BY-NC-SA-2.5",
		"CC-BY-NC-SA-3.0",
		"CC-BY-NC-SA-3.0-DE",
		"CC-BY-NC-SA-3.0-IGO",
		"CC-BY-NC-SA-4.0",
		"CC-BY-ND-1.0",
		"CC-BY-ND-2.0",
		"CC-BY-ND-2.5",
		"CC-BY-ND-3.0",
		"CC-BY-ND-3.0-DE",
		"CC-BY-ND-4.0",
		"CC-BY-SA-1.0",
		"CC-BY-SA-2.0",
		"CC-BY-SA-2.0-UK",
		"CC-BY-SA-2.1-JP",
		"CC-BY-SA-2.5",
		"CC-BY-SA-3.0",
		"CC-BY-SA-3.0-AT",
		"CC-BY-SA-3.0-DE",
		"CC-BY-SA-3.0-IGO",
		"CC-BY-SA-4.0",
		"CC-PDDC",
		"CC-PDM-1.0",
		"CC-SA-1.0",
		"CC0-1.0",
		"CDDL-1.0",
		"CDDL-1.1",
		"CDL-1.0",
		"CDLA-Permissive-1.0",
		"CDLA-Permissive-2.0",
		"CDLA-Sharing-1.0",
		"CECILL-1.0",
		"CECILL-1.1",
		"CECILL-2.0",
		"CECILL-2.1",
		"CECILL-B",
		"CECILL-C",
		"CERN-OHL-1.1",
		"CERN-OHL-1.2",
		"CERN-OHL-P-2.0",
		"CERN-OHL-S-2.0",
		"CERN-OHL-W-2.0",
		"CFITSIO",
		"CMU-Mach",
		"CMU-Mach-nodoc",
		"CNRI-Jython",
		"CNRI-Python",
		"CNRI-Python-GPL-Compatible",
		"COIL-1.0",
		"CPAL-1.0",
		"CPL-1.0",
		"CPOL-1.02",
		"CUA-OPL-1.0",
		"Caldera",
		"Caldera-no-preamble",
		"Catharon",
		"ClArtistic",
		"Clips",
		"Community-Spec-1.0",
		"Condor-1.1",
		"Cornell-Lossless-JPEG",
		"Cronyx",
		"Crossword",
		"CryptoSwift",
		"CrystalStacker",
		"Cube",
		"D-FSL-1.0",
		"DEC-3-Clause",
		"DL-DE-BY-2.0",
		"DL-DE-ZERO-2.0",
		"DOC",
		"DRL-1.0",
		"DRL-1.1",
		"DSDP",
		"DocBook-DTD",
		"DocBook-Schema",
		"DocBook-Stylesheet",
		"DocBook-XML",
		"Dotseqn",
		"ECL-1.0",
		"ECL-2.0",
		"EFL-1.0",
		"EFL-2.0",
		"EPICS",
		"EPL-1.0",
		"EPL-2.0",
		"ESA-PL-permissive-2.4",
		"ESA-PL-strong-copyleft-2.4",
		"ESA-PL-weak-copyleft-2.4",
		"EUDatagrid",
		"EUPL-1.0",
		"EUPL-1.1",
		"EUPL-1.2",
		"Elastic-2.0",
		"Entessa",
		"ErlPL-1.1",
		"Eurosym",
		"FBM",
		"FDK-AAC",
		"FDK-MPEG-H",
		"FSFAP",
		"FSFAP-no-warranty-disclaimer",
		"FSFUL",
		"FSFULLR",
		"FSFULLRSD",
		"FSFULLRWD",
		"FSL-1.1-ALv2",
		"FSL-1.1-MIT",
		"FTL",
		"Fair",
		"Ferguson-Twofish",
		"Frameworx-1.0",
		"FreeBSD-DOC",
		"FreeImage",
		"Furuseth",
		"GCR-docs",
		"GD",
		"GFDL-1.1-invariants-only",
		"GFDL-1.1-invariants-or-later",
		"GFDL-1.1-no-invariants-only",
		"GFDL-1.1-no-invariants-or-later",
		"GFDL-1.1-only",
		"GFDL-1.1-or-later",
		"GFDL-1.2-invariants-only",
		"GFDL-1.2-invariants-or-later",
		"GFDL-1.2-no-invariants-only",
		"GFDL-1.2-no-invariants-or-later",
		"GFDL-1.2-only",
		"GFDL-1.2-or-later",
		"GFDL-1.3-invariants-only",
		"GFDL-1.3-invariants-or-later",
		"GFDL-1.3-no-invariants-only",
		"GFDL-1.3-no-invariants-or-later",
		"GFDL-1.3-only",
		"GFDL-1.3-or-later",
		"GL2PS",
		"GLWTPL",
		"GPL-1.0-only",
		"GPL-1.0-or-later",
		"GPL-2.0-only",
		"GPL-2.0-or-later",
		"GPL-3.0-only",
		"GPL-3.0-or-later",
		"Game-Programming-Gems",
		"Giftware",
		"Glide",
		"Glulxe",
		"Graphics-Gems",
		"Gutmann",
		"HDF5",
		"HIDAPI",
		"HP-1986",
		"HP-1989",
		"HPND",
		"HPND-DEC",
		"HPND-Fenneberg-Livingston",
		"HPND-INRIA-IMAG",
		"HPND-Intel",
		"HPND-Kevlin-Henney",
		"HPND-MIT-disclaimer",
		"HPND-Markus-Kuhn",
		"HPND-Netrek",
		"HPND-Pbmplus",
		"HPND-SMC",
		"HPND-UC",
		"HPND-UC-export-US",
		"HPND-doc",
		"HPND-doc-sell",
		"HPND-export-US",
		"HPND-export-US-acknowledgement",
		"HPND-export-US-modify",
		"HPND-export2-US",
		"HPND-merchantability-variant",
		"HPND-sell-MIT-disclaimer-xserver",
		"HPND-sell-regexpr",
		"HPND-sell-variant",
		"HPND-sell-variant-MIT-disclaimer",
		"HPND-sell-variant-MIT-disclaimer-rev",
		"HPND-sell-variant-critical-systems",
		"HTMLTIDY",
		"HaskellReport",
		"Hippocratic-2.1",
		"Hippocratic-3.0-core",
		"IBM-pibs",
		"ICU",
		"IEC-Code-Components-EULA",
		"IJG",
		"IJG-short",
		"IPA",
		"IPL-1.0",
		"ISC",
		"ISC-Veillard",
		"ISO-permission",
		"ImageMagick",
		"Imlib2",
		"Info-ZIP",
		"Informatica",
		"Inner-Net-2.0",
		"InnoSetup",
		"Intel",
		"Intel-ACPI",
		"Interbase-1.0",
		"JPL-image",
		"JPNIC",
		"JSON",
		"Jam",
		"JasPer-2.0",
		"Kastrup",
		"Kazlib",
		"Knuth-CTAN",
		"LAL-1.2",
		"LAL-1.3",
		"LGPL-2.0-only",
		"LGPL-2.0-or-later",
		"LGPL-2.1-only",
		"LGPL-2.1-or-later",
		"LGPL-3.0-only",
		"LGPL-3.0-or-later",
		"LGPLLR",
		"LOOP",
		"LPD-document",
		"LPL-1.0",
		"LPL-1.02",
		"LPPL-1.0",
		"LPPL-1.1",
		"LPPL-1.2",
		"LPPL-1.3a",
		"LPPL-1.3c",
		"LZMA-SDK-9.11-to-9.20",
		"LZMA-SDK-9.22",
		"Latex2e",
		"Latex2e-translated-notice",
		"Leptonica",
		"LiLiQ-P-1.1",
		"LiLiQ-R-1.1",
		"LiLiQ-Rplus-1.1",
		"Libpng",
		"Linux-OpenIB",
		"Linux-man-pages-1-para",
		"Linux-man-pages-copyleft",
		"Linux-man-pages-copyleft-2-para",
		"Linux-man-pages-copyleft-var",
		"Lucida-Bitmap-Fonts",
		"MIPS",
		"MIT",
		"MIT-0",
		"MIT-CMU",
		"MIT-Click",
		"MIT-Festival",
		"MIT-Khronos-old",
		"MIT-Modern-Variant",
		"MIT-STK",
		"MIT-Wu",
		"MIT-advertising",
		"MIT-enna",
		"MIT-feh",
		"MIT-open-group",
		"MIT-testregex",
		"MITNFA",
		"MMIXware",
		"MMPL-1.0.1",
		"MPEG-SSG",
		"MPL-1.0",
		"MPL-1.1",
		"MPL-2.0",
		"MPL-2.0-no-copyleft-exception",
		"MS-LPL",
		"MS-PL",
		"MS-RL",
		"MTLL",
		"MVT-1.1",
		"Mackerras-3-Clause",
		"Mackerras-3-Clause-acknowledgment",
		"MakeIndex",
		"Martin-Birgmeier",
		"McPhee-slideshow",
		"Minpack",
		"MirOS",
		"Motosoto",
		"MulanPSL-1.0",
		"MulanPSL-2.0",
		"Multics",
		"Mup",
		"NAIST-2003",
		"NASA-1.3",
		"NBPL-1.0",
		"NCBI-PD",
		"NCGL-UK-2.0",
		"NCL",
		"NCSA",
		"NGPL",
		"NICTA-1.0",
		"NIST-PD",
		"NIST-PD-TNT",
		"NIST-PD-fallback",
		"NIST-Software",
		"NLOD-1.0",
		"NLOD-2.0",
		"NLPL",
		"NOSL",
		"NPL-1.0",
		"NPL-1.1",
		"NPOSL-3.0",
		"NRL",
		"NTIA-PD",
		"NTP",
		"NTP-0",
		"Naumen",
		"NetCDF",
		"Newsletr",
		"Nokia",
		"Noweb",
		"O-UDA-1.0",
		"OAR",
		"OCCT-PL",
		"OCLC-2.0",
		"ODC-By-1.0",
		"ODbL-1.0",
		"OFFIS",
		"OFL-1.0",
		"OFL-1.0-RFN",
		"OFL-1.0-no-RFN",
		"OFL-1.1",
		"OFL-1.1-RFN",
		"OFL-1.1-no-RFN",
		"OGC-1.0",
		"OGDL-Taiwan-1.0",
		"OGL-Canada-2.0",
		"OGL-UK-1.0",
		"OGL-UK-2.0",
		"OGL-UK-3.0",
		"OGTSL",
		"OLDAP-1.1",
		"OLDAP-1.2",
		"OLDAP-1.3",
		"OLDAP-1.4",
		"OLDAP-2.0",
		"OLDAP-2.0.1",
		"OLDAP-2.1",
		"OLDAP-2.2",
		"OLDAP-2.2.1",
		"OLDAP-2.2.2",
		"OLDAP-2.3",
		"OLDAP-2.4",
		"OLDAP-2.5",
		"OLDAP-2.6",
		"OLDAP-2.7",
		"OLDAP-2.8",
		"OLFL-1.3",
		"OML",
		"OPL-1.0",
		"OPL-UK-3.0",
		"OPUBL-1.0",
		"OSC-1.0",
		"OSET-PL-2.1",
		"OSL-1.0",
		"OSL-1.1",
		"OSL-2.0",
		"OSL-2.1",
		"OSL-3.0",
		"OSSP",
		"OpenMDW-1.0",
		"OpenPBS-2.3",
		"OpenSSL",
		"OpenSSL-standalone",
		"OpenVision",
		"PADL",
		"PDDL-1.0",
		"PHP-3.0",
		"PHP-3.01",
		"PPL",
		"PSF-2.0",
		"ParaType-Free-Font-1.3",
		"Parity-6.0.0",
		"Parity-7.0.0",
		"Pixar",
		"Plexus",
		"PolyForm-Noncommercial-1.0.0",
		"PolyForm-Small-Business-1.0.0",
		"PostgreSQL",
		"Python-2.0",
		"Python-2.0.1",
		"QPL-1.0",
		"QPL-1.0-INRIA-2004",
		"Qhull",
		"RHeCos-1.1",
		"RPL-1.1",
		"RPL-1.5",
		"RPSL-1.0",
		"RSA-MD",
		"RSCPL",
		"Rdisc",
		"Ruby",
		"Ruby-pty",
		"SAX-PD",
		"SAX-PD-2.0",
		"SCEA",
		"SGI-B-1.0",
		"SGI-B-1.1",
		"SGI-B-2.0",
		"SGI-OpenGL",
		"SGMLUG-PM",
		"SGP4",
		"SHL-0.5",
		"SHL-0.51",
		"SISSL",
		"SISSL-1.2",
		"SL",
		"SMAIL-GPL",
		"SMLNJ",
		"SMPPL",
		"SNIA",
		"SOFA",
		"SPL-1.0",
		"SSH-OpenSSH",
		"SSH-short",
		"SSLeay-standalone",
		"SSPL-1.0",
		"SUL-1.0",
		"SWL",
		"Saxpath",
		"SchemeReport",
		"Sendmail",
		"Sendmail-8.23",
		"Sendmail-Open-Source-1.1",
		"SimPL-2.0",
		"Sleepycat",
		"Soundex",
		"Spencer-86",
		"Spencer-94",
		"Spencer-99",
		"SugarCRM-1.1.3",
		"Sun-PPP",
		"Sun-PPP-2000",
		"SunPro",
		"Symlinks",
		"TAPR-OHL-1.0",
		"TCL",
		"TCP-wrappers",
		"TGPPL-1.0",
		"TMate",
		"TORQUE-1.1",
		"TOSL",
		"TPDL",
		"TPL-1.0",
		"TTWL",
		"TTYP0",
		"TU-Berlin-1.0",
		"TU-Berlin-2.0",
		"TekHVC",
		"TermReadKey",
		"ThirdEye",
		"TrustedQSL",
		"UCAR",
		"UCL-1.0",
		"UMich-Merit",
		"UPL-1.0",
		"URT-RLE",
		"Ubuntu-font-1.0",
		"UnRAR",
		"Unicode-3.0",
		"Unicode-DFS-2015",
		"Unicode-DFS-2016",
		"Unicode-TOU",
		"UnixCrypt",
		"Unlicense",
		"Unlicense-libtelnet",
		"Unlicense-libwhirlpool",
		"VOSTROM",
		"VSL-1.0",
		"Vim",
		"Vixie-Cron",
		"W3C",
		"W3C-19980720",
		"W3C-20150513",
		"WTFNMFPL",
		"WTFPL",
		"Watcom-1.0",
		"Widget-Workshop",
		"WordNet",
		"Wsuipa",
		"X11",
		"X11-distribute-modifications-variant",
		"X11-no-permit-persons",
		"X11-swapped",
		"XFree86-1.1",
		"XSkat",
		"Xdebug-1.03",
		"Xerox",
		"Xfig",
		"Xnet",
		"YPL-1.0",
		"YPL-1.1",
		"ZPL-1.1",
		"ZPL-2.0",
		"ZPL-2.1",
		"Zed",
		"Zeeff",
		"Zend-2.0",
		"Zimbra-1.3",
		"Zimbra-1.4",
		"Zlib",
		"any-OSI",
		"any-OSI-perl-modules",
		"atc-game",
		"bcrypt-Solar-Designer",
		"blessing",
		"bzip2-1.0.6",
		"check-cvs",
		"checkmk",
		"copyleft-next-0.3.0",
		"copyleft-next-0.3.1",
		"curl",
		"cve-tou",
		"diffmark",
		"dtoa",
		"dvipdfm",
		"eGenix",
		"etalab-2.0",
		"fwlw",
		"gSOAP-1.3b",
		"generic-xts",
		"gnuplot",
		"gtkbook",
		"hdparm",
		"hyphen-bulgarian",
		"iMatix",
		"jove",
		"libpng-1.6.35",
		"libpng-2.0",
		"libselinux-1.0",
		"libtiff",
		"libutil-David-Nugent",
		"lsof",
		"magaz",
		"mailprio",
		"man2html",
		"metamail",
		"mpi-permissive",
		"mpich2",
		"mplus",
		"ngrep",
		"pkgconf",
		"pnmstitch",
		"psfrag",
		"psutils",
		"python-ldap",
		"radvd",
		"snprintf",
		"softSurfer",
		"ssh-keyscan",
		"swrule",
		"threeparttable",
		"ulem",
		"w3m",
		"wwl",
		"xinetd",
		"xkeyboard-config-Zinoviev",
		"xlock",
		"xpp",
		"xzoom",
		"zlib-acknowledgement"
	];
}));

// node_modules/spdx-license-ids/deprecated.json
var require_deprecated = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = [
		"AGPL-1.0",
		"AGPL-3.0",
		"BSD-2-Clause-FreeBSD",
		"BSD-2-Clause-NetBSD",
		"GFDL-1.1",
		"GFDL-1.2",
		"GFDL-1.3",
		"GPL-1.0",
		"GPL-2.0",
		"GPL-2.0-with-GCC-exception",
		"GPL-2.0-with-autoconf-exception",
		"GPL-2.0-with-bison-exception",
		"GPL-2.0-with-classpath-exception",
		"GPL-2.0-with-font-exception",
		"GPL-3.0",
		"GPL-3.0-with-GCC-exception",
		"GPL-3.0-with-autoconf-exception",
		"LGPL-2.0",
		"LGPL-2.1",
		"LGPL-3.0",
		"Net-SNMP",
		"Nunit",
		"StandardML-NJ",
		"bzip2-1.0.5",
		"eCos-2.0",
		"wxWindows"
	];
}));

// node_modules/spdx-exceptions/index.json
var require_spdx_exceptions = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = [
		"389-exception",
		"Asterisk-exception",
		"Autoconf-exception-2.0",
		"Autoconf-exception-3.0",
		"Autoconf-exception-generic",
		"Autoconf-exception-generic-3.0",
		"Autoconf-exception-macro",
		"Bison-exception-1.24",
		"Bison-exception-2.2",
		"Bootloader-exception",
		"Classpath-exception-2.0",
		"CLISP-exception-2.0",
		"cryptsetup-OpenSSL-exception",
		"DigiRule-FOSS-exception",
		"eCos-exception-2.0",
		"Fawkes-Runtime-exception",
		"FLTK-exception",
		"fmt-exception",
		"Font-exception-2.0",
		"freertos-exception-2.0",
		"GCC-exception-2.0",
		"GCC-exception-2.0-note",
		"GCC-exception-3.1",
		"Gmsh-exception",
		"GNAT-exception",
		"GNOME-examples-exception",
		"GNU-compiler-exception",
		"gnu-javamail-exception",
		"GPL-3.0-interface-exception",
		"GPL-3.0-linking-exception",
		"GPL-3.0-linking-source-exception",
		"GPL-CC-1.0",
		"GStreamer-exception-2005",
		"GStreamer-exception-2008",
		"i2p-gpl-java-exception",
		"KiCad-libraries-exception",
		"LGPL-3.0-linking-exception",
		"libpri-OpenH323-exception",
		"Libtool-exception",
		"Linux-syscall-note",
		"LLGPL",
		"LLVM-exception",
		"LZMA-exception",
		"mif-exception",
		"OCaml-LGPL-linking-exception",
		"OCCT-exception-1.0",
		"OpenJDK-assembly-exception-1.0",
		"openvpn-openssl-exception",
		"PS-or-PDF-font-exception-20170817",
		"QPL-1.0-INRIA-2004-exception",
		"Qt-GPL-exception-1.0",
		"Qt-LGPL-exception-1.1",
		"Qwt-exception-1.0",
		"SANE-exception",
		"SHL-2.0",
		"SHL-2.1",
		"stunnel-exception",
		"SWI-exception",
		"Swift-exception",
		"Texinfo-exception",
		"u-boot-exception-2.0",
		"UBDL-exception",
		"Universal-FOSS-exception-1.0",
		"vsftpd-openssl-exception",
		"WxWindows-exception-3.1",
		"x11vnc-openssl-exception"
	];
}));

// node_modules/spdx-expression-parse/scan.js
var require_scan = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	var licenses = [].concat(require_spdx_license_ids()).concat(require_deprecated());
	var exceptions = require_spdx_exceptions();
	module.exports = function(source) {
		var index = 0;
		function hasMore() {
			return index < source.length;
		}
		function read(value) {
			if (value instanceof RegExp) {
				var match = source.slice(index).match(value);
				if (match) {
					index += match[0].length;
					return match[0];
				}
			} else if (source.indexOf(value, index) === index) {
				index += value.length;
				return value;
			}
		}
		function skipWhitespace() {
			read(/[ ]*/);
		}
		function operator() {
			var string;
			var possibilities = [
				/^WITH/i,
				/^AND/i,
				/^OR/i,
				"(",
				")",
				":",
				"+"
			];
			for (var i = 0; i < possibilities.length; i++) {
				string = read(possibilities[i]);
				if (string) break;
			}
			if (string === "+" && index > 1 && source[index - 2] === " ") throw new Error("Space before `+`");
			return string && {
				type: "OPERATOR",
				string: string.toUpperCase()
			};
		}
		function idstring() {
			return read(/[A-Za-z0-9-.]+/);
		}
		function expectIdstring() {
			var string = idstring();
			if (!string) throw new Error("Expected idstring at offset " + index);
			return string;
		}
		function documentRef() {
			if (read("DocumentRef-")) return {
				type: "DOCUMENTREF",
				string: expectIdstring()
			};
		}
		function licenseRef() {
			if (read("LicenseRef-")) return {
				type: "LICENSEREF",
				string: expectIdstring()
			};
		}
		function identifier() {
			var begin = index;
			var string = idstring();
			if (licenses.indexOf(string) !== -1) return {
				type: "LICENSE",
				string
			};
			else if (exceptions.indexOf(string) !== -1) return {
				type: "EXCEPTION",
				string
			};
			index = begin;
		}
		function parseToken() {
			return operator() || documentRef() || licenseRef() || identifier();
		}
		var tokens = [];
		while (hasMore()) {
			skipWhitespace();
			if (!hasMore()) break;
			var token = parseToken();
			if (!token) throw new Error("Unexpected `" + source[index] + "` at offset " + index);
			tokens.push(token);
		}
		return tokens;
	};
}));

// node_modules/spdx-expression-parse/parse.js
var require_parse = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = function(tokens) {
		var index = 0;
		function hasMore() {
			return index < tokens.length;
		}
		function token() {
			return hasMore() ? tokens[index] : null;
		}
		function next() {
			if (!hasMore()) throw new Error();
			index++;
		}
		function parseOperator(operator) {
			var t = token();
			if (t && t.type === "OPERATOR" && operator === t.string) {
				next();
				return t.string;
			}
		}
		function parseWith() {
			if (parseOperator("WITH")) {
				var t = token();
				if (t && t.type === "EXCEPTION") {
					next();
					return t.string;
				}
				throw new Error("Expected exception after `WITH`");
			}
		}
		function parseLicenseRef() {
			var begin = index;
			var string = "";
			var t = token();
			if (t.type === "DOCUMENTREF") {
				next();
				string += "DocumentRef-" + t.string + ":";
				if (!parseOperator(":")) throw new Error("Expected `:` after `DocumentRef-...`");
			}
			t = token();
			if (t.type === "LICENSEREF") {
				next();
				string += "LicenseRef-" + t.string;
				return { license: string };
			}
			index = begin;
		}
		function parseLicense() {
			var t = token();
			if (t && t.type === "LICENSE") {
				next();
				var node = { license: t.string };
				if (parseOperator("+")) node.plus = true;
				var exception = parseWith();
				if (exception) node.exception = exception;
				return node;
			}
		}
		function parseParenthesizedExpression() {
			if (!parseOperator("(")) return;
			var expr = parseExpression();
			if (!parseOperator(")")) throw new Error("Expected `)`");
			return expr;
		}
		function parseAtom() {
			return parseParenthesizedExpression() || parseLicenseRef() || parseLicense();
		}
		function makeBinaryOpParser(operator, nextParser) {
			return function parseBinaryOp() {
				var left = nextParser();
				if (!left) return;
				if (!parseOperator(operator)) return left;
				var right = parseBinaryOp();
				if (!right) throw new Error("Expected expression");
				return {
					left,
					conjunction: operator.toLowerCase(),
					right
				};
			};
		}
		var parseExpression = makeBinaryOpParser("OR", makeBinaryOpParser("AND", parseAtom));
		var node = parseExpression();
		if (!node || hasMore()) throw new Error("Syntax error");
		return node;
	};
}));

// node_modules/spdx-expression-parse/index.js
var require_spdx_expression_parse = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	var scan = require_scan();
	var parse = require_parse();
	module.exports = function(source) {
		return parse(scan(source));
	};
}));

// src/scan/licences/policy.ts
var import_spdx_expression_parse = /* @__PURE__ */ __toESM(require_spdx_expression_parse(), 1);
/**
* What a policy says of a licence, given as an SPDX expression. Of `A OR B` the better counts, since one may choose; of `A AND B` the
* worse. An exception (`WITH`) is part of the licence: `GPL-2.0-only WITH Classpath-exception-2.0` is allowed by that name, or by
* that of the licence alone, and denied only by its whole name. What is no expression of the SPDX list is unknown. Pure.
*/
function judgeLicence(expression, policy) {
	const node = parsed(expression);
	return node === void 0 ? "unknown" : answer(node, policy);
}
/** From best to worst. */
const ORDER = [
	"allowed",
	"unknown",
	"not-allowed",
	"denied"
];
function answer(node, policy) {
	if ("conjunction" in node) {
		const both = [answer(node.left, policy), answer(node.right, policy)].map((one) => ORDER.indexOf(one));
		return ORDER[node.conjunction === "or" ? Math.min(...both) : Math.max(...both)] ?? "unknown";
	}
	if (!("license" in node)) return "unknown";
	const { license, plus, exception } = node;
	const name = plus === true ? `${license}+` : license;
	const whole = exception === void 0 ? name : `${name} WITH ${exception}`;
	if (policy.deny.includes(whole)) return "denied";
	if (policy.allow.length === 0) return "allowed";
	return [
		whole,
		name,
		license
	].some((one) => policy.allow.includes(one)) ? "allowed" : "not-allowed";
}
function parsed(expression) {
	if (expression === void 0) return void 0;
	try {
		return (0, import_spdx_expression_parse.default)(expression);
	} catch {
		return;
	}
}
/** Whether a text names one licence of the SPDX list, with an exception or without. Pure. */
function isLicenceName(text) {
	const node = parsed(text);
	return node !== void 0 && "license" in node;
}

// src/scan/inputs.ts
/**
* What the configuration says of it. `baseDir` is the directory of shiplock.yaml.
* @throws ProblemError when a licence is none of the SPDX list
*/
function inputsOf(config, baseDir) {
	const file = (name) => ({
		name,
		path: resolve(baseDir, name)
	});
	const { licences, exploitability, osv, npmRegistry, kubernetesSchemas, semgrep, trivy } = config;
	if (licences !== void 0) checkNames(licences);
	return {
		osv: osv === void 0 ? null : resolve(baseDir, osv),
		npmRegistry: npmRegistry ?? null,
		kubernetesSchemas: kubernetesSchemas === void 0 ? null : resolve(baseDir, kubernetesSchemas),
		semgrepRules: semgrep === void 0 ? null : resolve(baseDir, semgrep.rules),
		trivy: trivy === void 0 ? null : {
			database: resolve(baseDir, trivy.database),
			maxAge: trivy.maxAge
		},
		images: config.images.map(file),
		sarif: config.sarif.map(file),
		vex: config.vex.map(file),
		licences: licences === void 0 ? null : {
			policy: {
				allow: licences.allow,
				deny: licences.deny
			},
			materials: licences.materials.map(file)
		},
		exploitability: exploitability === void 0 ? null : {
			maxAge: exploitability.maxAge,
			...exploitability.epss === void 0 ? {} : { epss: file(exploitability.epss) },
			...exploitability.kev === void 0 ? {} : { kev: file(exploitability.kev) }
		}
	};
}
function checkNames(licences) {
	const wrong = ["allow", "deny"].flatMap((list) => licences[list].filter((name) => !isLicenceName(name)).map((name) => ({
		list,
		name
	})));
	if (wrong.length === 0) return;
	throw new ProblemError(wrong.map(({ list, name }) => ({
		code: "config.unknown-licence",
		where: `scan.licences.${list}`,
		found: name,
		expected: "one licence by its name in the SPDX list, such as Apache-2.0",
		remedy: "look it up at https://spdx.org/licenses/"
	})));
}

// src/scan/given/exploitability.ts
/** How likely it is that a vulnerability is made use of: EPSS of FIRST (https://www.first.org/epss/data_stats) and the catalogue of CISA (KEV). */
/** Largest file that is unpacked, bytes: EPSS had 10 MB in 2025. */
const LARGEST = 268435456;
/** It is not in the form that its publisher describes. */
var BadData = class extends Error {
	constructor(message) {
		super(message);
		this.name = "BadData";
	}
};
/**
* Scores of the vulnerabilities that are asked for, and when they were made. The form is FIRST's: one line
* `#model_version:v2025.03.14,score_date:2026-11-22T12:55:00Z`, one with the names of the columns `cve,epss,percentile`, then a line
* for each CVE; plain or packed with gzip. Pure.
* @throws BadData for any other form, and for a file that ends in the middle
*/
function readEpss(bytes, wanted) {
	const text = unpacked(bytes);
	const lines = text.split("\n");
	const made = Date.parse(/^#.*\bscore_date:([^,\s]+)/.exec(lines[0] ?? "")?.[1]?.replace(/\+0000$/, "Z") ?? "");
	if (Number.isNaN(made)) throw new BadData("the first line has no score_date");
	if ((lines[1] ?? "").trim() !== "cve,epss,percentile") throw new BadData("the second line is not `cve,epss,percentile`");
	if (lines.length < 3 || !text.endsWith("\n")) throw new BadData("it ends in the middle");
	const scores = /* @__PURE__ */ new Map();
	for (const [at, line] of lines.entries()) {
		if (at < 2 || line === "") continue;
		const [, cve, score] = /^(CVE-\d{4}-\d{4,}),(\d(?:\.\d+)?(?:[eE]-\d+)?),\d(?:\.\d+)?(?:[eE]-\d+)?\r?$/.exec(line) ?? [];
		const number = Number(score);
		if (cve === void 0 || !(number >= 0 && number <= 1)) throw new BadData(`line ${at + 1} is not a CVE and two numbers from 0 to 1`);
		if (wanted.has(cve)) scores.set(cve, number);
	}
	return {
		scores,
		made
	};
}
function unpacked(bytes) {
	try {
		const plain = bytes[0] === 31 && bytes[1] === 139 ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes;
		return new TextDecoder("utf-8", { fatal: true }).decode(plain);
	} catch (error) {
		throw new BadData(`it cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
	}
}
/** CISA's schema of its JSON feed, as far as it is used. */
const catalogue = looseObject({
	dateReleased: string(),
	count: number().int(),
	vulnerabilities: array(looseObject({
		cveID: string().regex(/^CVE-\d{4}-\d{4,}$/),
		dateAdded: string().date(),
		knownRansomwareCampaignUse: string().optional()
	}))
});
/** The catalogue of vulnerabilities that have been exploited. Pure. @throws BadData for another form, or when entries are missing */
function readKev(text) {
	const read = catalogue.safeParse(json(text));
	if (!read.success) {
		const [issue] = read.error.issues;
		throw new BadData(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
	}
	const { dateReleased, count, vulnerabilities } = read.data;
	const made = Date.parse(dateReleased);
	if (Number.isNaN(made)) throw new BadData("dateReleased is no time");
	if (count !== vulnerabilities.length) throw new BadData(`it names ${count} entries and has ${vulnerabilities.length}`);
	const entries = vulnerabilities.map(({ cveID, dateAdded, knownRansomwareCampaignUse: use }) => [cveID, {
		added: dateAdded,
		ransom: use === "Known"
	}]);
	return {
		entries: new Map(entries),
		made
	};
}
function json(text) {
	try {
		return JSON.parse(text);
	} catch {
		throw new BadData("it is no JSON");
	}
}
/** Names of CVE among the names of findings. Pure. */
function cvesOf(findings) {
	return new Set(findings.flatMap((one) => [one.rule, ...one.aliases]).filter((name) => /^CVE-\d{4}-\d{4,}$/.test(name)));
}
/** The finding with what is known of its exploitation: of several CVE the worst. Pure. */
function withExploitability(finding, { epss, kev }) {
	const cves = [...cvesOf([finding])];
	const scores = cves.flatMap((cve) => epss?.get(cve) ?? []);
	const [entry] = cves.flatMap((cve) => kev?.get(cve) ?? []);
	if (scores.length === 0 && entry === void 0) return finding;
	const exploitability = {
		...scores.length === 0 ? {} : { epss: Math.max(...scores) },
		...entry === void 0 ? {} : { kev: entry }
	};
	return {
		...finding,
		exploitability
	};
}
/** What is older than it may be. Pure. `now` and `maxAge` in milliseconds. */
function staleData({ made }, files, { now, maxAge }) {
	return ["epss", "kev"].flatMap((which) => {
		const when = made[which];
		if (when === void 0 || now - when <= maxAge) return [];
		return [{
			code: "scan.stale-data",
			where: files[which] ?? which,
			found: `figures of ${new Date(when).toISOString().slice(0, 10)}`,
			expected: `none older than ${formatDuration(maxAge)}: what is exploited since then is not in them`,
			remedy: "fetch the file anew, or raise `scan.exploitability.maxAge`"
		}];
	});
}

// src/scan/vex/cyclonedx.ts
/** VEX in CycloneDX (1.4 and newer), read. https://cyclonedx.org/capabilities/vex/ */
const STATE_NAMES = [
	"resolved",
	"resolved_with_pedigree",
	"exploitable",
	"in_triage",
	"false_positive",
	"not_affected"
];
const REASON_NAMES = [
	"code_not_present",
	"code_not_reachable",
	"requires_configuration",
	"requires_dependency",
	"requires_environment",
	"protected_by_compiler",
	"protected_at_runtime",
	"protected_at_perimeter",
	"protected_by_mitigating_control"
];
/** Its states and what OpenVEX calls them. */
const STATES = {
	resolved: "fixed",
	resolved_with_pedigree: "fixed",
	exploitable: "affected",
	in_triage: "under_investigation",
	false_positive: "not_affected",
	not_affected: "not_affected"
};
/** Its reasons and those of OpenVEX that come nearest. */
const REASONS = {
	code_not_present: "vulnerable_code_not_present",
	code_not_reachable: "vulnerable_code_not_in_execute_path",
	requires_configuration: "vulnerable_code_cannot_be_controlled_by_adversary",
	requires_dependency: "vulnerable_code_cannot_be_controlled_by_adversary",
	requires_environment: "vulnerable_code_cannot_be_controlled_by_adversary",
	protected_by_compiler: "inline_mitigations_already_exist",
	protected_at_runtime: "inline_mitigations_already_exist",
	protected_at_perimeter: "inline_mitigations_already_exist",
	protected_by_mitigating_control: "inline_mitigations_already_exist"
};
const component$2 = looseObject({
	"bom-ref": string().optional(),
	purl: string().optional(),
	name: string()
});
const documentSchema$1 = looseObject({
	bomFormat: literal("CycloneDX"),
	specVersion: string().regex(/^1\.(?:[4-9]|\d\d)$/, "CycloneDX 1.4 or newer"),
	metadata: looseObject({
		timestamp: datetime({ offset: true }),
		component: component$2.optional(),
		authors: array(looseObject({
			name: string().optional(),
			email: string().optional()
		})).optional(),
		supplier: looseObject({ name: string().optional() }).optional(),
		manufacturer: looseObject({ name: string().optional() }).optional()
	}),
	components: array(component$2).optional(),
	vulnerabilities: array(looseObject({
		id: string().min(1),
		references: array(looseObject({ id: string() })).optional(),
		updated: datetime({ offset: true }).optional(),
		analysis: looseObject({
			state: _enum(STATE_NAMES).optional(),
			justification: _enum(REASON_NAMES).optional(),
			detail: string().optional(),
			lastUpdated: datetime({ offset: true }).optional()
		}).optional(),
		affects: array(looseObject({ ref: string() })).optional()
	}))
});
/** Is it meant to be CycloneDX? Pure. */
function isCycloneDx(value) {
	return looseObject({ bomFormat: literal("CycloneDX") }).safeParse(value).success;
}
/**
* Statements of a document; `file` is its name in the configuration. Vulnerabilities without an analysis say nothing. What they affect
* is a package URL, or the name of a component in the same document that has one. Pure.
* @throws BadVex for another form, without an author, and for `not_affected` without a reason
*/
function readCycloneDx(value, file) {
	const read = documentSchema$1.safeParse(value);
	if (!read.success) {
		const [issue] = read.error.issues;
		throw new BadVex(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
	}
	const { metadata, components = [], vulnerabilities } = read.data;
	const [person] = metadata.authors ?? [];
	const author = person?.name ?? person?.email ?? metadata.supplier?.name ?? metadata.manufacturer?.name;
	if (author === void 0) throw new BadVex("metadata names neither an author nor a supplier: nobody says it");
	const purls = new Map([...components, ...metadata.component === void 0 ? [] : [metadata.component]].flatMap(({ "bom-ref": ref, purl }) => ref === void 0 || purl === void 0 ? [] : [[ref, purl]]));
	return vulnerabilities.flatMap(({ id, references = [], analysis, affects = [], updated }) => {
		if (analysis?.state === void 0) return [];
		const status = STATES[analysis.state];
		const justification = analysis.justification === void 0 ? void 0 : REASONS[analysis.justification];
		if (status === "not_affected" && justification === void 0 && (analysis.detail ?? "") === "") throw new BadVex(`${id}: ${analysis.state} without a justification or a detail`);
		const word = {
			status,
			...justification === void 0 ? {} : { justification },
			...analysis.detail === void 0 ? {} : { note: analysis.detail },
			author,
			at: Date.parse(analysis.lastUpdated ?? updated ?? metadata.timestamp),
			file
		};
		const about = affects.flatMap(({ ref }) => ref.startsWith("pkg:") ? ref : purls.get(inDocument(ref)) ?? []);
		return [{
			names: [id, ...references.map((one) => one.id)],
			purls: about,
			word
		}];
	});
}
/** A BOM-link names the document before the component: `urn:cdx:UUID/1#REF`. */
function inDocument(ref) {
	const [, name] = /^urn:cdx:[^#]+#(.+)$/.exec(ref) ?? [];
	return name === void 0 ? ref : decodeURIComponent(name);
}

// src/scan/vex/openvex.ts
/** OpenVEX 0.2.0, read. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md */
const JUSTIFICATIONS = [
	"component_not_present",
	"vulnerable_code_not_present",
	"vulnerable_code_not_in_execute_path",
	"vulnerable_code_cannot_be_controlled_by_adversary",
	"inline_mitigations_already_exist"
];
const part = looseObject({
	"@id": string().optional(),
	identifiers: looseObject({ purl: string().optional() }).optional()
});
const documentSchema = looseObject({
	"@context": string().regex(/^https:\/\/openvex\.dev\/ns(?:\/v0\.2\.\d+)?$/, "OpenVEX 0.2"),
	"@id": string().min(1),
	author: string().min(1),
	timestamp: datetime({ offset: true }),
	version: number().int().min(1),
	statements: array(looseObject({
		vulnerability: looseObject({
			name: string().min(1),
			aliases: array(string()).optional()
		}),
		timestamp: datetime({ offset: true }).optional(),
		last_updated: datetime({ offset: true }).optional(),
		products: array(looseObject({
			...part.shape,
			subcomponents: array(part).optional()
		})).optional(),
		status: _enum(VEX_STATUSES),
		justification: _enum(JUSTIFICATIONS).optional(),
		impact_statement: string().optional(),
		action_statement: string().optional(),
		status_notes: string().optional()
	})).min(1)
});
/** Is it meant to be OpenVEX? Pure. */
function isOpenVex(value) {
	const known = looseObject({ "@context": string() }).safeParse(value);
	return known.success && known.data["@context"].includes("openvex.dev");
}
/**
* Statements of a document; `file` is its name in the configuration. A statement without products says nothing about any package here.
* Where a product has parts that are named, it is about the parts. Pure.
* @throws BadVex for another form, and for `not_affected` without a reason
*/
function readOpenVex(value, file) {
	const read = documentSchema.safeParse(value);
	if (!read.success) {
		const [issue] = read.error.issues;
		throw new BadVex(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
	}
	const { author, timestamp, statements } = read.data;
	return statements.map((one) => {
		const { name, aliases = [] } = one.vulnerability;
		const { status, justification, impact_statement: impact, action_statement: action, status_notes: notes } = one;
		if (status === "not_affected" && justification === void 0 && (impact ?? "") === "") throw new BadVex(`${name}: not_affected without a justification or an impact_statement`);
		const note = impact ?? action ?? notes;
		const word = {
			status,
			...justification === void 0 ? {} : { justification },
			...note === void 0 ? {} : { note },
			author,
			at: Date.parse(one.last_updated ?? one.timestamp ?? timestamp),
			file
		};
		return {
			names: [name, ...aliases],
			purls: (one.products ?? []).flatMap(purlsOf),
			word
		};
	});
}
function purlsOf(product) {
	const parts = product.subcomponents ?? [];
	return (parts.length === 0 ? [product] : parts).flatMap((one) => [one.identifiers?.purl ?? "", one["@id"] ?? ""]).filter((text) => text.startsWith("pkg:"));
}

// src/scan/given/sarif-form.ts
/** SARIF 2.1.0 (OASIS), as far as findings are concerned. What is not named here is not looked at. */
const text$1 = looseObject({
	text: string().optional(),
	id: string().optional(),
	markdown: string().optional()
});
const properties = looseObject({
	tags: array(string()).optional(),
	"security-severity": union([string(), number()]).optional()
}).optional();
const LEVELS = _enum([
	"none",
	"note",
	"warning",
	"error"
]);
const componentRef = looseObject({
	index: number().int().optional(),
	name: string().optional()
});
const ruleRef = looseObject({
	id: string().optional(),
	index: number().int().optional(),
	toolComponent: componentRef.optional()
});
const rule = looseObject({
	id: string(),
	shortDescription: text$1.optional(),
	help: text$1.optional(),
	helpUri: string().optional(),
	messageStrings: record(string(), text$1).optional(),
	defaultConfiguration: looseObject({ level: LEVELS.optional() }).optional(),
	relationships: array(looseObject({ target: ruleRef })).optional(),
	properties
});
const component$1 = looseObject({
	name: string().min(1),
	version: string().optional(),
	semanticVersion: string().optional(),
	rules: array(rule).optional()
});
const artifactLocation = looseObject({
	uri: string().optional(),
	uriBaseId: string().optional(),
	index: number().int().optional()
});
const location = looseObject({ physicalLocation: looseObject({
	artifactLocation: artifactLocation.optional(),
	region: looseObject({
		startLine: number().int().positive().optional(),
		startColumn: number().int().positive().optional()
	}).optional()
}).optional() });
const result = looseObject({
	ruleId: string().optional(),
	ruleIndex: number().int().optional(),
	rule: ruleRef.optional(),
	kind: _enum([
		"notApplicable",
		"pass",
		"fail",
		"review",
		"open",
		"informational"
	]).optional(),
	level: LEVELS.optional(),
	message: text$1,
	locations: array(location).optional(),
	fingerprints: record(string(), string()).optional(),
	partialFingerprints: record(string(), string()).optional(),
	baselineState: _enum([
		"new",
		"unchanged",
		"updated",
		"absent"
	]).optional(),
	suppressions: array(looseObject({
		kind: _enum(["inSource", "external"]),
		status: _enum([
			"accepted",
			"underReview",
			"rejected"
		]).optional(),
		justification: string().optional()
	})).optional(),
	taxa: array(ruleRef).optional(),
	properties
});
const run = looseObject({
	tool: looseObject({
		driver: component$1,
		extensions: array(component$1).optional()
	}),
	invocations: array(looseObject({
		executionSuccessful: boolean(),
		toolExecutionNotifications: array(looseObject({
			level: LEVELS.optional(),
			message: text$1
		})).optional()
	})).optional(),
	results: array(result).nullish(),
	artifacts: array(looseObject({ location: artifactLocation.optional() })).optional(),
	originalUriBaseIds: record(string(), artifactLocation).optional(),
	versionControlProvenance: array(looseObject({ revisionId: string().optional() })).optional(),
	externalPropertyFileReferences: looseObject({ results: array(unknown()).optional() }).optional()
});
const sarifSchema = looseObject({
	version: literal("2.1.0"),
	runs: array(run).min(1)
});

// src/scan/given/sarif.ts
const LONGEST = 100;
const LEVEL_SEVERITY = {
	error: "high",
	warning: "medium",
	note: "low",
	none: "info"
};
/**
* The runs of a log, each as a scanner that has or has not done its work. A log that is no SARIF, has no run, says itself that its tool
* failed, names another commit or keeps its results in other files has not scanned: it never passes for clean. Pure.
* `name` is the file as the configuration names it.
*/
function sarifRuns(text, name, place) {
	try {
		const { runs } = inForm(sarifSchema, asJson(text));
		return runs.map((run) => asRun(run, name, place));
	} catch (error) {
		if (!(error instanceof GarbledOutput)) throw error;
		return [failed$1(name, name, error.message)];
	}
}
/** A log that could not be read at all. Pure. */
function missingLog(name, why) {
	return failed$1(name, name, why);
}
function asRun(run, name, place) {
	const { driver } = run.tool;
	const tool = toolName(run);
	try {
		believe(run, place.head);
		return {
			scanner: tool,
			subject: "code",
			end: {
				kind: "scanned",
				findings: (run.results ?? []).flatMap((result) => asFinding(result, run, place)),
				version: driver.semanticVersion ?? driver.version ?? "unknown"
			},
			took: 0
		};
	} catch (error) {
		if (!(error instanceof GarbledOutput)) throw error;
		return failed$1(tool, name, error.message);
	}
}
/** As it names itself; the text comes from outside. */
function toolName({ tool }) {
	return cleanLine(tool.driver.name, LONGEST);
}
/** @throws GarbledOutput when the run is not one that has looked at all of this commit */
function believe({ invocations = [], results, externalPropertyFileReferences, versionControlProvenance = [] }, head) {
	const broken = invocations.find(({ executionSuccessful }) => !executionSuccessful);
	if (broken !== void 0) {
		const said = (broken.toolExecutionNotifications ?? []).map(({ message }) => message.text ?? "").filter((one) => one !== "");
		throw new GarbledOutput(`its tool says that it failed${said.length === 0 ? "" : `: ${said.join("; ").slice(0, 200)}`}`);
	}
	if ((externalPropertyFileReferences?.results ?? []).length > 0) throw new GarbledOutput("its results lie in other files");
	if (results === void 0 || results === null) throw new GarbledOutput("no list of results: the tool did not look");
	const [commit] = versionControlProvenance.flatMap(({ revisionId }) => revisionId ?? []);
	if (head !== null && commit !== void 0 && !head.startsWith(commit) && !commit.startsWith(head)) throw new GarbledOutput(`it is about commit ${commit.slice(0, 40)}, not ${head}`);
}
function asFinding(result, run, place) {
	const { baselineState: state, kind = "fail" } = result;
	if (state === "absent" || kind === "pass" || kind === "notApplicable" || kind === "informational") return [];
	const rule = ruleOf(result, run);
	const id = cleanLine(result.ruleId ?? result.rule?.id ?? rule?.id ?? "unnamed", LONGEST);
	const physical = result.locations?.[0]?.physicalLocation;
	const file = physical?.artifactLocation === void 0 ? void 0 : fileOf(physical.artifactLocation, run, place.directory);
	const { startLine, startColumn } = physical?.region ?? {};
	const accepted = (result.suppressions ?? []).find(({ status = "accepted" }) => status === "accepted");
	const turnedDown = (result.suppressions ?? []).some(({ status }) => status === "rejected" || status === "underReview");
	const isSuppressed = accepted !== void 0 && !turnedDown;
	const message = messageOf(result, rule) || id;
	const cwe = weaknessesOf(result, rule);
	const prints = result.fingerprints ?? result.partialFingerprints ?? {};
	const identity = Object.entries(prints).toSorted(([one], [other]) => one.localeCompare(other, "en"));
	return [{
		scanner: toolName(run),
		subject: "code",
		rule: id,
		cwe,
		severity: isSuppressed ? "info" : severityOf(result, rule),
		message: isSuppressed ? `let pass by its tool${accepted.justification === void 0 ? "" : ` (${accepted.justification})`}: ${message}` : message,
		...file === void 0 ? {} : { file },
		...file === void 0 || startLine === void 0 ? {} : { line: startLine },
		...file === void 0 || startLine === void 0 || startColumn === void 0 ? {} : { column: startColumn },
		...identity.length === 0 ? {} : { identity: JSON.stringify(identity) },
		...state === "unchanged" || state === "updated" ? { known: true } : {},
		...rule?.helpUri === void 0 ? {} : { documentation: rule.helpUri }
	}];
}
/** By number in CVSS where the tool gives one, as GitHub reads it; else by its level. */
function severityOf(result, rule) {
	const given = result.properties?.["security-severity"] ?? rule?.properties?.["security-severity"];
	const score = typeof given === "string" ? Number.parseFloat(given) : given;
	if (score !== void 0 && Number.isFinite(score)) return ofScore(score);
	const kind = result.kind ?? "fail";
	const level = result.level ?? (kind === "fail" ? rule?.defaultConfiguration?.level ?? "warning" : "note");
	return LEVEL_SEVERITY[level] ?? "medium";
}
function ruleOf({ ruleId, ruleIndex, rule }, { tool }) {
	const { driver, extensions = [] } = tool;
	const reference = rule?.toolComponent;
	const home = (reference?.index === void 0 ? void 0 : extensions[reference.index]) ?? extensions.find(({ name }) => name === reference?.name) ?? driver;
	const index = rule?.index ?? ruleIndex;
	if (index !== void 0 && index >= 0) return home.rules?.[index];
	const id = ruleId ?? rule?.id;
	return [
		home,
		driver,
		...extensions
	].flatMap(({ rules = [] }) => rules).find((one) => one.id === id);
}
/** SARIF 3.11: a text, or the name of one of the rule's texts. Its placeholders stay: they are for people. */
function messageOf({ message }, rule) {
	const named = message.id === void 0 ? void 0 : rule?.messageStrings?.[message.id]?.text;
	return message.text ?? named ?? rule?.shortDescription?.text ?? "";
}
/** From tags as CodeQL and Semgrep write them, and from taxa. */
function weaknessesOf(result, rule) {
	const tags = [...result.properties?.tags ?? [], ...rule?.properties?.tags ?? []];
	const taxa = [...result.taxa ?? [], ...(rule?.relationships ?? []).map(({ target }) => target)].filter(({ toolComponent }) => toolComponent?.name === "CWE").flatMap(({ id }) => id === void 0 ? [] : [`CWE-${id.replace(/^CWE-/i, "")}`]);
	const numbers = [...tags, ...taxa].flatMap((text) => /\bcwe-0*(\d+)\b/i.exec(text)?.[1] ?? []);
	return [...new Set(numbers.map((number) => `CWE-${number}`))];
}
/** Below the directory that is scanned; undefined: it lies elsewhere, or is no file. */
function fileOf(given, run, directory) {
	const at = given.uri === void 0 && given.index !== void 0 ? run.artifacts?.[given.index]?.location : given;
	if (at?.uri === void 0) return void 0;
	const base = at.uriBaseId === void 0 ? void 0 : run.originalUriBaseIds?.[at.uriBaseId]?.uri;
	const path = pathOf(at.uri) ?? void 0;
	if (path === void 0) return void 0;
	const from = base === void 0 ? void 0 : pathOf(base);
	const absolute = isAbsolute(path) ? path : resolve(from !== void 0 && isBelowDirectory(from, directory) ? from : directory, path);
	return isBelowDirectory(absolute, directory) ? relative(directory, absolute) : void 0;
}
function isBelowDirectory(path, directory) {
	const way = relative(directory, path);
	return way !== "" ? !way.startsWith("..") && !isAbsolute(way) : true;
}
function pathOf(uri) {
	try {
		if (uri.startsWith("file:")) return fileURLToPath(uri);
		return /^[a-z][a-z0-9+.-]*:/i.test(uri) ? void 0 : decodeURIComponent(uri);
	} catch {
		return;
	}
}
function failed$1(scanner, file, found) {
	return {
		scanner,
		subject: "code",
		end: {
			kind: "not-scanned",
			problem: {
				code: "scan.bad-sarif",
				where: file,
				found,
				expected: "a log of SARIF 2.1.0 of a tool that has done its work on this commit",
				remedy: "run the tool again and look at how it ended; or take the file out of `scan.sarif`"
			}
		},
		took: 0
	};
}

// src/scan/given/load.ts
/** Reads the files that the configuration names. One that cannot be read is a scanner that has not done its work. */
/** Runs of scanners that others have made. */
async function loadSarif(files, place) {
	return (await Promise.all(files.map(async ({ name, path }) => {
		const text = await textOf(path);
		return "why" in text ? [missingLog(name, text.why)] : sarifRuns(text.text, name, place);
	}))).flat();
}
/** What VEX documents say. `faults` are documents that say nothing that can be believed. */
async function loadVex(files) {
	const statements = [];
	const faults = [];
	for (const { name, path } of files) {
		const text = await textOf(path);
		try {
			if ("why" in text) throw new BadVex(text.why);
			statements.push(...readVex(text.text, name));
		} catch (error) {
			if (!(error instanceof BadVex)) throw error;
			faults.push(fault("vex", {
				code: "scan.bad-vex",
				where: name,
				found: error.message.slice(0, 500),
				expected: "a VEX document: OpenVEX 0.2, or CycloneDX 1.4 or newer with vulnerabilities",
				remedy: "mend it, or take it out of `scan.vex`"
			}));
		}
	}
	return {
		statements,
		faults
	};
}
function readVex(text, name) {
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		throw new BadVex("it is no JSON");
	}
	if (isOpenVex(value)) return readOpenVex(value, name);
	if (isCycloneDx(value)) return readCycloneDx(value, name);
	throw new BadVex("neither `@context` of OpenVEX nor `bomFormat` of CycloneDX");
}
/** Figures of the vulnerabilities that are asked for. */
async function loadExploitability({ epss, kev }, wanted) {
	const faults = [];
	const attempt = async (file, read) => {
		if (file === void 0) return void 0;
		try {
			return read(await readFile(file.path).catch((error) => {
				throw new BadData(error instanceof Error ? error.message : String(error));
			}));
		} catch (error) {
			if (!(error instanceof BadData)) throw error;
			faults.push(fault("exploitability", {
				code: "scan.bad-data",
				where: file.name,
				found: error.message.slice(0, 500),
				expected: "the scores of EPSS as FIRST publishes them, or the catalogue of CISA in JSON",
				remedy: "fetch the file anew, or take it out of `scan.exploitability`"
			}));
			return;
		}
	};
	const scores = await attempt(epss, (bytes) => readEpss(bytes, wanted));
	const entries = await attempt(kev, (bytes) => readKev(new TextDecoder().decode(bytes)));
	return {
		faults,
		data: {
			epss: scores?.scores ?? null,
			kev: entries?.entries ?? null,
			made: {
				...scores === void 0 ? {} : { epss: scores.made },
				...entries === void 0 ? {} : { kev: entries.made }
			}
		}
	};
}
/** A file's text, or why it cannot be had. */
async function textOf(path) {
	return readFile(path, "utf8").then((text) => ({ text }), (error) => ({ why: error instanceof Error ? error.message : String(error) }));
}
function fault(scanner, problem) {
	return {
		scanner,
		subject: "dependencies",
		end: {
			kind: "not-scanned",
			problem
		},
		took: 0
	};
}

// src/scan/licences/licences.ts
const lock = looseObject({
	lockfileVersion: number(),
	packages: record(string(), looseObject({
		version: string().optional(),
		license: unknown().optional(),
		link: boolean().optional(),
		name: string().optional()
	})).optional()
});
const licence = union([looseObject({ expression: string() }), looseObject({ license: looseObject({
	id: string().optional(),
	name: string().optional()
}) })]);
const component = looseObject({
	name: string(),
	group: string().optional(),
	version: string().optional(),
	purl: string().optional(),
	type: string(),
	licenses: array(licence).optional(),
	evidence: looseObject({ licenses: array(licence).optional() }).optional()
});
const materials = looseObject({
	bomFormat: literal("CycloneDX"),
	components: array(component).optional()
});
/**
* What the policy says of all packages. A lock file or a bill of materials that cannot be read makes it "not scanned". Pure but for
* the tree.
*/
function licenceRun(tree, bills, policy) {
	const locks = tree.files.filter((file) => file.split("/").at(-1) === "package-lock.json");
	if (locks.length === 0 && bills.length === 0) return {
		scanner: "licences",
		subject: "licences",
		end: { kind: "nothing-there" },
		took: 0
	};
	const faults = [];
	const all = [...locks.map((file) => ({
		file,
		text: tree.text(file),
		read: packagesOfLock
	})), ...bills.map(({ name, text }) => ({
		file: name,
		text,
		read: packagesOfBill
	}))].flatMap(({ file, text, read }) => {
		try {
			if (text === void 0) throw new GarbledOutput("it cannot be read");
			return read(text, file);
		} catch (error) {
			if (!(error instanceof GarbledOutput)) throw error;
			faults.push(`${file}: ${error.message}`);
			return [];
		}
	});
	if (faults.length > 0) return failed(faults);
	return {
		scanner: "licences",
		subject: "licences",
		end: {
			kind: "scanned",
			findings: all.flatMap((one) => finding(one, policy)),
			version: "built in"
		},
		took: 0
	};
}
/** Packages of a lock file of npm, version 2 or 3. @throws GarbledOutput for any other form */
function packagesOfLock(text, file) {
	const { packages, lockfileVersion } = inForm(lock, asJson(text));
	if (packages === void 0) throw new GarbledOutput(`lockfileVersion ${lockfileVersion} has no licences: write it with npm 7 or newer`);
	return Object.entries(packages).flatMap(([at, { version = "unknown", license, link, name }]) => {
		const last = at.lastIndexOf("node_modules/");
		if (last < 0 || link === true) return [];
		return [{
			ecosystem: "npm",
			name: name ?? at.slice(last + 13),
			version,
			licence: typeof license === "string" ? license : void 0,
			file
		}];
	});
}
/** Components of a CycloneDX document. @throws GarbledOutput for any other form */
function packagesOfBill(text, file) {
	const { components = [] } = inForm(materials, asJson(text));
	return components.filter(({ type }) => type === "library" || type === "framework" || type === "application").map(({ name, group, version = "unknown", purl, licenses, evidence }) => {
		const given = (licenses ?? evidence?.licenses ?? []).map((one) => "expression" in one && typeof one.expression === "string" ? one.expression : nameOf(one));
		return {
			ecosystem: /^pkg:([a-z0-9.+-]+)\//i.exec(purl ?? "")?.[1] ?? "generic",
			name: group === void 0 || group === "" ? name : `${group}/${name}`,
			version,
			licence: given.length === 0 ? void 0 : given.length === 1 ? given[0] : given.map((one) => `(${one})`).join(" AND "),
			file
		};
	});
}
function nameOf(one) {
	if (!("license" in one)) return "";
	const inner = looseObject({
		id: string().optional(),
		name: string().optional()
	}).parse(one.license);
	return inner.id ?? inner.name ?? "";
}
const WORDS = {
	denied: "is denied",
	"not-allowed": "is not among those that are allowed",
	unknown: "is no licence of the SPDX list"
};
function finding({ ecosystem, name, version, licence: given, file }, policy) {
	const said = judgeLicence(given, policy);
	if (said === "allowed") return [];
	const what = given === void 0 || given === "" ? "no licence is given" : `${given} ${WORDS[said]}`;
	return [{
		scanner: "licences",
		subject: "licences",
		rule: `licence-${said}`,
		severity: said === "unknown" && policy.allow.length === 0 ? "medium" : "high",
		message: `${name} ${version}: ${what}`,
		file,
		package: {
			ecosystem,
			name,
			version
		},
		remedy: "do without the package, or have the policy changed by who answers for it; `scan.waivers` can let one package pass for a time"
	}];
}
function failed(faults) {
	return {
		scanner: "licences",
		subject: "licences",
		took: 0,
		end: {
			kind: "not-scanned",
			problem: {
				code: "scan.no-licences",
				where: faults[0]?.split(":")[0] ?? "licences",
				found: faults.join("; ").slice(0, 500),
				expected: "lock files of npm, version 2 or 3, and bills of materials in the form of CycloneDX",
				remedy: "mend or make the file anew, or take it out of `scan.licences.materials`"
			}
		}
	};
}

// src/scan/merge.ts
/** What all scanners say, each thing once, worst first. Pure but for `lineText`. */
function mergeFindings(raw, lineText) {
	const groups = /* @__PURE__ */ new Set();
	const byKey = /* @__PURE__ */ new Map();
	for (const finding of raw) {
		const exact = keysOf(finding).flatMap((key) => byKey.get(key) ?? []);
		const alike = byKey.get(alikeKey(finding) ?? "")?.find((group) => group.every((one) => one.scanner !== finding.scanner));
		const found = new Set(alike === void 0 ? exact : [...exact, alike]);
		for (const group of found) groups.delete(group);
		const group = [...new Set([...found].flat()), finding];
		groups.add(group);
		for (const one of group) {
			for (const key of keysOf(one)) byKey.set(key, [group]);
			const key = alikeKey(one);
			if (key === null) continue;
			const others = (byKey.get(key) ?? []).filter((other) => groups.has(other) && other !== group);
			byKey.set(key, [...others, group]);
		}
	}
	const seen = /* @__PURE__ */ new Map();
	return [...groups].map((group) => joined(group, lineText, seen)).toSorted((one, other) => rank(one, other) || text(one).localeCompare(text(other), "en"));
}
/**
* Two findings are the same when they share one of these: a vulnerability by any of its names in the same package and version; a secret by
* itself; a weakness by its number in CWE at the same line; else only by the same rule of the same scanner at the same place. What scanners say in words
* that they share (`same`) is put together where one of each says it.
*/
function keysOf(finding) {
	const { subject, scanner, rule, aliases = [], cwe = [], file = "", line = 0, column = 0, manifest = file } = finding;
	if (finding.package !== void 0) {
		const { ecosystem, name, version } = finding.package;
		return [rule, ...aliases].map((id) => JSON.stringify([
			subject,
			id,
			ecosystem,
			name,
			version,
			manifest
		]));
	}
	if (finding.secret !== void 0) return [JSON.stringify([subject, finding.secret])];
	return [JSON.stringify([
		subject,
		scanner,
		rule,
		file,
		line,
		column,
		finding.message
	]), ...cwe.map((id) => JSON.stringify([
		subject,
		id,
		file,
		line
	]))];
}
/** What it says in words that other scanners share; null: it does not. Pure. */
function alikeKey({ subject, same, file = "" }) {
	return same === void 0 ? null : JSON.stringify([
		subject,
		"same",
		same,
		file
	]);
}
function joined(group, lineText, seen) {
	const [first, ...others] = group.toSorted((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) || Number(one.commit !== void 0) - Number(other.commit !== void 0) || (one.file ?? "").localeCompare(other.file ?? "", "en"));
	if (first === void 0) throw new Error("a group of findings is never empty");
	const line = first.file === void 0 || first.line === void 0 ? void 0 : lineText(first.file, first.line);
	const all = (of) => [...new Set(group.flatMap(of))].toSorted();
	const named = first.package === void 0 ? first : {
		...first,
		aliases: all((one) => [one.rule, ...one.aliases ?? []])
	};
	const plain = fingerprintOf(named, line, 0);
	const nth = seen.get(plain) ?? 0;
	seen.set(plain, nth + 1);
	const { scanner: _scanner, aliases: _aliases, cwe: _cwe, reach: _reach, secret: _secret, same: _same, ...outer } = first;
	const { identity: _identity, known: _known, manifest: _manifest, ...rest } = outer;
	const reaches = all((one) => one.reach === void 0 ? [] : [one.reach]);
	const called = group.find(({ reach }) => reach === "called");
	const known = group.every((one) => one.known === true);
	const fixed = group.map((one) => one.package?.fixed).find((version) => version !== void 0);
	return {
		...rest,
		...called?.file === void 0 ? {} : { file: called.file },
		...called?.line === void 0 ? {} : { line: called.line },
		...known ? { known } : {},
		...rest.package === void 0 || fixed === void 0 ? {} : { package: {
			...rest.package,
			fixed
		} },
		...reaches.length === 0 ? {} : { reach: reaches.includes("called") ? "called" : "present" },
		severity: others.reduce((worst, one) => worse(worst, one.severity), first.severity),
		scanners: all((one) => [one.scanner]),
		aliases: all((one) => [one.rule, ...one.aliases ?? []]).filter((name) => name !== first.rule),
		cwe: all((one) => one.cwe ?? []),
		fingerprint: nth === 0 ? plain : fingerprintOf(named, line, nth)
	};
}
function rank(one, other) {
	if (one.severity === other.severity) return 0;
	return atLeast(one.severity, other.severity) ? -1 : 1;
}
function text({ file = "", line = 0, rule, message }) {
	return `${file}:${String(line).padStart(7, "0")}:${rule}:${message}`;
}

// src/scan/scan.ts
/**
* @throws ProblemError when the base is no commit
* @throws the reason of the signal once it is aborted, when no scanner works any more
*/
async function scan(given) {
	const { directory, base, signal } = given;
	const exec = signal === void 0 ? given.exec : stoppable(given.exec, signal);
	const options = {
		...given,
		exec
	};
	const from = base === null ? null : await mergeBase(exec, directory, base);
	const repository = options.history ? await repositoryOf(exec, directory) : null;
	const scratch = await realpath(await mkdtemp(join(tmpdir(), "shiplock-tree-")));
	try {
		const commits = from === null ? null : `${from}..HEAD`;
		const source = from === null ? null : await baseFiles(options, from, scratch);
		const old = from === null ? null : await treeBefore(options, source, scratch);
		const now = await look(options, directory, join(scratch, "now"), {
			repository,
			commits,
			before: old
		}, options.onEnd);
		signal?.throwIfAborted();
		const found = new Set(now.runs.flatMap(({ scanner, end }) => saidSomething(end) ? [scanner] : []));
		const wanted = options.wanted.filter((id) => found.has(id));
		const before = from === null ? null : await lookBefore({
			...options,
			wanted
		}, source, scratch);
		signal?.throwIfAborted();
		const known = before === null ? null : new Set(before.findings.map(({ fingerprint }) => fingerprint));
		const { findings, faults, warnings } = await weighed(now.findings, options);
		return judge(findings, [...now.runs, ...faults], options.policy, {
			today: options.today,
			whole: options.whole,
			base: known,
			warnings
		});
	} finally {
		await rm(scratch, {
			recursive: true,
			force: true
		});
	}
}
/** Commands that end when the signal says so. */
function stoppable(exec, signal) {
	return { read: (argv, options = {}) => {
		const { signal: own } = options;
		return exec.read(argv, {
			...options,
			signal: own === void 0 ? signal : AbortSignal.any([own, signal])
		});
	} };
}
/** Findings with what others say of them: whether they are exploited, and whether they matter here. */
async function weighed(findings, { inputs, clock }) {
	const { statements, faults } = await loadVex(inputs.vex);
	const spoken = findings.map((finding) => withVex(finding, statements));
	const files = inputs.exploitability;
	if (files === null) return {
		findings: spoken,
		faults,
		warnings: []
	};
	const loaded = await loadExploitability(files, cvesOf(findings));
	const names = {
		...files.epss === void 0 ? {} : { epss: files.epss.name },
		...files.kev === void 0 ? {} : { kev: files.kev.name }
	};
	return {
		findings: spoken.map((finding) => withExploitability(finding, loaded.data)),
		faults: [...faults, ...loaded.faults],
		warnings: staleData(loaded.data, names, {
			now: clock.now(),
			maxAge: files.maxAge
		})
	};
}
function saidSomething(end) {
	return end.kind === "scanned" && end.findings.length > 0;
}
async function look(options, directory, into, { before, ...git }, onEnd) {
	const { exec, clock, wanted, timeoutMs, vulnerabilities, exclude, path, inputs, signal } = options;
	const { osv, npmRegistry, kubernetesSchemas, semgrepRules, trivy } = inputs;
	const images = directory === options.directory ? inputs.images : [];
	await mkdir(into, { recursive: true });
	const tree = await copyTree(exec, {
		directory,
		into,
		exclude
	});
	const runs = [
		...await runScanners({
			tree,
			before,
			wanted,
			timeoutMs,
			exec,
			clock,
			path,
			signal,
			builtIn: options.builtIn ?? builtInSettings(defaultScanConfig()),
			images,
			settings: {
				vulnerabilities,
				osv,
				npmRegistry,
				kubernetesSchemas,
				semgrepRules,
				trivy,
				...git
			},
			...onEnd === void 0 ? {} : { onEnd }
		}),
		...await licences(tree, inputs),
		...await logs(options, directory)
	];
	const left = runs.flatMap(({ end }) => end.kind === "scanned" ? end.findings : []).filter(({ file }) => file === void 0 || !exclude.some((one) => isBelow(file, one)));
	return {
		findings: mergeFindings(left, lineReader(tree, (file) => readFileSync(file, "utf8"))),
		runs
	};
}
async function licences(tree, { licences: wanted }) {
	if (wanted === null) return [];
	const bills = await Promise.all(wanted.materials.map(async ({ name, path }) => {
		const read = await textOf(path);
		return {
			name,
			text: "why" in read ? void 0 : read.text
		};
	}));
	return [licenceRun(tree, bills, wanted.policy)];
}
/** What others have found is about what is here now, not about the base: such a log says itself what is new. */
async function logs({ inputs, exec, directory }, looked) {
	if (inputs.sarif.length === 0 || looked !== directory) return [];
	const head = await exec.read([
		"git",
		"-C",
		directory,
		"rev-parse",
		"HEAD"
	]).catch(() => ({
		exitCode: 127,
		stdout: ""
	}));
	return loadSarif(inputs.sarif, {
		directory,
		head: head.exitCode === 0 ? head.stdout.trim() : null
	});
}
/** The files that the base has; null: the directory was not there. */
async function baseFiles(options, commit, scratch) {
	const { exec, directory } = options;
	const source = join(scratch, "base-source");
	const file = join(scratch, "base.tar");
	await mkdir(source, { recursive: true });
	const prefix = await exec.read([
		"git",
		"-C",
		directory,
		"rev-parse",
		"--show-prefix"
	]);
	if ((await exec.read([
		"git",
		"-C",
		directory,
		"archive",
		"--format=tar",
		`--output=${file}`,
		`${commit}:${prefix.stdout.trim()}`
	], { timeoutMs: 12e4 })).exitCode !== 0) return null;
	await exec.read([
		"tar",
		"-x",
		"-f",
		file,
		"-C",
		source
	], { timeoutMs: 12e4 });
	return source;
}
/** For those who compare what is used: all of it is new where there is nothing. */
async function treeBefore({ exec, exclude }, source, scratch) {
	const into = join(scratch, "before");
	await mkdir(into, { recursive: true });
	return source === null ? treeOf(into, []) : copyTree(exec, {
		directory: source,
		into,
		exclude
	});
}
/** The same look at the files that the base has. What cannot be looked at there counts as new. */
async function lookBefore(options, source, scratch) {
	if (source === null || options.wanted.length === 0) return {
		findings: [],
		runs: []
	};
	return look(options, source, join(scratch, "base"), {
		repository: null,
		commits: null,
		before: null
	});
}
async function mergeBase(exec, directory, base) {
	const { exitCode, stdout, stderr } = await exec.read([
		"git",
		"-C",
		directory,
		"merge-base",
		"--",
		base,
		"HEAD"
	]);
	if (exitCode === 0) return stdout.trim();
	throw new ProblemError({
		code: "cli.usage",
		where: "--base",
		found: `${base}: ${stderr.trim().split("\n")[0] || "no commit in common"}`,
		expected: "a branch or commit that this one comes from",
		remedy: "fetch it with its history first, for instance `git fetch origin main`"
	});
}
/** The whole repository that a directory lies in; null: it lies in none. */
async function repositoryOf(exec, directory) {
	const asked = await exec.read([
		"git",
		"-C",
		directory,
		"rev-parse",
		"--show-toplevel"
	]).catch(() => ({
		exitCode: 127,
		stdout: ""
	}));
	return asked.exitCode === 0 ? asked.stdout.trim() : null;
}

// src/scan/trend/entry.ts
/** What is kept of a scan so that one can see where things go: which findings were open, by their fingerprints. */
const COUNTED = [
	"critical",
	"high",
	"medium",
	"low"
];
const list = array(string());
/** One line of the file. docs/formats/scan-trend.schema.json. */
const trendEntrySchema = strictObject({
	v: literal(1),
	/** When the scan was over, RFC 3339 in UTC. */
	time: datetime(),
	/** Null: not in a repository. */
	commit: string().nullable(),
	verdict: _enum([
		"clean",
		"findings",
		"not-scanned"
	]),
	/** All scanners have looked that the configuration wants: only then a finding that is gone is one that is mended. */
	complete: boolean(),
	waived: number().int().nonnegative(),
	/** Beginnings of the fingerprints of open findings. Notes are not counted: they are style. */
	open: strictObject({
		critical: list,
		high: list,
		medium: list,
		low: list
	})
});
/** Enough of a fingerprint to tell thousands of findings apart. */
const DIGITS = 12;
/** What is kept of a scan. `now` in milliseconds since 1970; `whole`: all scanners were asked. Pure. */
function trendEntry({ verdict, findings, waived, runs }, { now, commit, whole }) {
	const of = (severity) => findings.filter(({ finding }) => finding.severity === severity).map(({ finding }) => finding.fingerprint.slice(0, DIGITS)).toSorted();
	return {
		v: 1,
		time: new Date(now).toISOString(),
		commit,
		verdict,
		complete: whole && runs.every(({ end }) => end.kind !== "not-scanned"),
		waived: waived.length,
		open: {
			critical: of("critical"),
			high: of("high"),
			medium: of("medium"),
			low: of("low")
		}
	};
}
/** The last whole scan of each day beside the one of the day before it that has one, oldest first. Pure. */
function trendDays(entries) {
	const days = /* @__PURE__ */ new Map();
	for (const entry of entries.toSorted((one, other) => one.time.localeCompare(other.time, "en"))) {
		const day = entry.time.slice(0, 10);
		days.set(day, [...days.get(day) ?? [], entry]);
	}
	const out = [];
	let before;
	for (const [day, all] of days) {
		const last = all.findLast(({ complete }) => complete);
		if (last === void 0) continue;
		out.push({
			day,
			open: bySeverity((severity) => last.open[severity].length),
			waived: last.waived,
			appeared: before === void 0 ? null : difference(last, before),
			gone: before === void 0 ? null : difference(before, last),
			incomplete: all.filter(({ complete }) => !complete).length
		});
		before = last;
	}
	return out;
}
/** How many of `one` are not open in `other` under any severity: a finding that is rated anew is no new one. */
function difference(one, other) {
	const there = new Set(COUNTED.flatMap((severity) => other.open[severity]));
	return bySeverity((severity) => one.open[severity].filter((print) => !there.has(print)).length);
}
function bySeverity(count) {
	return {
		critical: count("critical"),
		high: count("high"),
		medium: count("medium"),
		low: count("low")
	};
}
/** From worst to least, without notes. */
const COUNTED_SEVERITIES = SEVERITIES.filter((one) => one !== "info");

// src/scan/trend/file.ts
/** The file of the trend: one line of JSON a scan, only ever appended to. */
/** Where it lies in a state directory. */
function trendFile(store) {
	return join(store, "scans", "trend.jsonl");
}
/**
* Appends one line and waits until the disk has it. A line that a crash has cut before is ended first, so that it can spoil nothing but
* itself.
*/
async function appendTrend(file, entry) {
	await mkdir(dirname(file), { recursive: true });
	const handle = await open(file, "a+", 416);
	try {
		const { size } = await handle.stat();
		const last = Buffer.alloc(1);
		if (size > 0) await handle.read(last, 0, 1, size - 1);
		const torn = size > 0 && last[0] !== 10;
		await handle.write(`${torn ? "\n" : ""}${JSON.stringify(entry)}\n`);
		await handle.sync();
	} finally {
		await handle.close();
	}
}
/**
* All entries, and how many lines a crash has cut. No file is no entry.
* @throws ProblemError for a whole line in another form
*/
async function readTrend(file) {
	const text = await readFile(file, "utf8").catch((error) => {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
		throw error;
	});
	const entries = [];
	let torn = 0;
	for (const [at, line] of text.split("\n").entries()) {
		if (line === "") continue;
		const value = parsedJson(line);
		if (value === void 0) {
			torn += 1;
			continue;
		}
		const read = trendEntrySchema.safeParse(value);
		if (!read.success) throw new ProblemError({
			code: "scan.bad-trend",
			where: `${file}:${at + 1}`,
			found: `${read.error.issues[0]?.path.join(".") ?? ""}: ${read.error.issues[0]?.message ?? ""}`,
			expected: "a line that `shiplock scan --record` of this version has written",
			remedy: "use the version that wrote it, or move the file away"
		});
		entries.push(read.data);
	}
	return {
		entries,
		torn
	};
}

export { trendDays as a, repositoryOf as c, COUNTED_SEVERITIES as i, scan as l, readTrend as n, trendEntry as o, trendFile as r, trendEntrySchema as s, appendTrend as t, inputsOf as u };