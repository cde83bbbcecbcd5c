package main

import (
	"fmt"
	"strings"
	"unicode"
)

// statement is one of a file, without the comments around it and without what ends it: the pipeline cuts files in the same way and compares fingerprints.
type statement struct {
	sql  string
	line int
}

// split cuts a file at each `;` that is not inside a string, a quoted name or a comment.
func split(text string) ([]statement, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	var found []statement
	start, end := -1, 0
	finish := func() {
		if start >= 0 {
			found = append(found, statement{text[start:end], lineOf(text, start)})
		}
		start = -1
	}
	for at := 0; at < len(text); {
		if start < 0 && isDelimiterLine(text[at:]) {
			return nil, fmt.Errorf("line %d: DELIMITER is not known here; stored programs are applied by the pipeline", lineOf(text, at))
		}
		if text[at] == ';' {
			finish()
			at++
			continue
		}
		next, code, err := piece(text, at)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", lineOf(text, at), err)
		}
		if code {
			if start < 0 {
				start = at
			}
			end = next
		}
		at = next
	}
	finish()
	return found, nil
}

// piece tells where the blank, comment, string, name or character at `at` ends, and whether the server is to see it.
func piece(text string, at int) (next int, code bool, err error) {
	rest := text[at:]
	switch {
	case unicode.IsSpace(rune(text[at])):
		return at + 1, false, nil
	// Two dashes begin a comment only before white space or the end: `5--3` is arithmetic.
	case text[at] == '#', strings.HasPrefix(rest, "--") && (len(rest) == 2 || unicode.IsSpace(rune(rest[2]))):
		if line := strings.IndexByte(rest, '\n'); line >= 0 {
			return at + line, false, nil
		}
		return len(text), false, nil
	case strings.HasPrefix(rest, "/*"):
		closed := strings.Index(rest[2:], "*/")
		if closed < 0 {
			return 0, false, fmt.Errorf("a comment that never ends")
		}
		// What stands in a comment such as /*!80000 … */ is run by the server.
		return at + 2 + closed + 2, strings.HasPrefix(rest, "/*!") || strings.HasPrefix(rest, "/*M!"), nil
	case text[at] == '\'', text[at] == '"', text[at] == '`':
		closed := quotedEnd(text, at)
		if closed < 0 {
			return 0, false, fmt.Errorf("a string or a quoted name that never ends")
		}
		return closed, true, nil
	}
	return at + 1, true, nil
}

func quotedEnd(text string, from int) int {
	quote := text[from]
	for at := from + 1; at < len(text); at++ {
		switch {
		case text[at] == '\\' && quote != '`':
			at++
		case text[at] == quote && at+1 < len(text) && text[at+1] == quote:
			at++
		case text[at] == quote:
			return at + 1
		}
	}
	return -1
}

func isDelimiterLine(text string) bool {
	const word = "delimiter"
	return len(text) > len(word) && strings.EqualFold(text[:len(word)], word) && (text[len(word)] == ' ' || text[len(word)] == '\t')
}

func lineOf(text string, at int) int {
	return 1 + strings.Count(text[:at], "\n")
}
