package main

import (
	"reflect"
	"testing"
)

func TestSplitCutsWhereTheServerWould(t *testing.T) {
	for text, want := range map[string][]statement{
		"":                                   nil,
		"-- only; a comment\n":               nil,
		"SELECT 1":                           {{"SELECT 1", 1}},
		"\ufeffA;\r\nB ;;":                   {{"A", 1}, {"B", 2}},
		"-- shiplock: phase=expand\n\nA;\nB": {{"A", 3}, {"B", 4}},
		"INSERT INTO t VALUES ('a;''b\\';', \"c;\", `d;``e`);B":    {{"INSERT INTO t VALUES ('a;''b\\';', \"c;\", `d;``e`)", 1}, {"B", 1}},
		"A /* ; */ B; # ;\nC -- ;\n;":                              {{"A /* ; */ B", 1}, {"C", 2}},
		"SELECT 5--3;B":                                            {{"SELECT 5--3", 1}, {"B", 1}},
		"/*!80000 ALTER TABLE t ADD COLUMN a INT */;":              {{"/*!80000 ALTER TABLE t ADD COLUMN a INT */", 1}},
		"CREATE TABLE delimiters (a INT);\nINSERT INTO delimiters": {{"CREATE TABLE delimiters (a INT)", 1}, {"INSERT INTO delimiters", 2}},
	} {
		got, err := split(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestSplitRefusesWhatItCannotCut(t *testing.T) {
	for _, text := range []string{"SELECT 'a", "SELECT `a", "A; /* b", "A;\nDELIMITER //\nCREATE PROCEDURE p() BEGIN END//"} {
		if got, err := split(text); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestLockNameIsThatOfThePipeline(t *testing.T) {
	if got := lockName("certkeeper"); got != "shiplock:certkeeper" {
		t.Error(got)
	}
	// As src/migrate/database.ts makes it: no name of a lock is longer than 64 characters.
	if got := lockName("d123456789d123456789d123456789d123456789d123456789d123456789"); len(got) != 41 {
		t.Error(got)
	}
}
