package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"certkeeper/internal/keeper"
)

const (
	maxBody      = 16 << 10
	maxTelemetry = 8 << 10
	defaultLimit = 50
	maxLimit     = 200
)

// decode reads one JSON object strictly: size, media type, unknown fields and trailing content are all refused. It reports
// false after it has answered. An empty body is an object without fields where optional is set.
func (a *api) decode(w http.ResponseWriter, r *http.Request, limit int64, types []string, optional bool, into any) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		a.fail(w, r, problem{status: http.StatusRequestEntityTooLarge, code: "body_too_large",
			message: fmt.Sprintf("the body may have %d bytes", limit)})
		return false
	case err != nil:
		a.fail(w, r, malformed("the body could not be read"))
		return false
	case len(body) == 0 && optional:
		return true
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || !slices.Contains(types, media) {
		a.fail(w, r, problem{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type",
			message: "send Content-Type: application/json"})
		return false
	}
	if p := parse(body, into); p != nil {
		a.fail(w, r, *p)
		return false
	}
	return true
}

var onlyJSON = []string{"application/json"}

// parse is the pure part of decode; nil means that all is well.
func parse(body []byte, into any) *problem {
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		var wrongType *json.UnmarshalTypeError
		if errors.As(err, &wrongType) {
			p := invalid(keeper.FieldError{Field: wrongType.Field, Message: "must not be a JSON " + wrongType.Value})
			return &p
		}
		if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			p := invalid(keeper.FieldError{Field: strings.Trim(field, `"`), Message: "is not a field of this request"})
			return &p
		}
		p := malformed("the body is not valid JSON: " + err.Error())
		return &p
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		p := malformed("the body has more than one JSON value")
		return &p
	}
	return nil
}

func malformed(message string) problem {
	return problem{status: http.StatusBadRequest, code: "malformed_json", message: message}
}

// pathID reads {id}; what cannot be an id cannot be found either.
func pathID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, keeper.ErrNotFound
	}
	return id, nil
}

// query reads parameters and collects what is wrong with them.
type query struct {
	values   url.Values
	problems []keeper.FieldError
}

// newQuery refuses parameters that are not in known, or given twice.
func newQuery(r *http.Request, known ...string) *query {
	values, err := url.ParseQuery(r.URL.RawQuery)
	q := &query{values: values}
	if err != nil {
		q.bad("query", "is not correctly encoded")
	}
	for name, given := range values {
		switch {
		case !slices.Contains(known, name):
			q.bad(name, "is not a parameter here; known are "+strings.Join(known, ", "))
		case len(given) > 1:
			q.bad(name, "is given more than once")
		}
	}
	slices.SortFunc(q.problems, func(a, b keeper.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return q
}

func (q *query) bad(field, message string) {
	q.problems = append(q.problems, keeper.FieldError{Field: field, Message: message})
}

func (q *query) limit() int {
	text := q.values.Get("limit")
	if text == "" {
		return defaultLimit
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxLimit {
		q.bad("limit", fmt.Sprintf("must be a whole number from 1 to %d", maxLimit))
	}
	return n
}

func (q *query) cursor() int64 {
	text := q.values.Get("cursor")
	if text == "" {
		return 0
	}
	after, err := parseCursor(text)
	if err != nil {
		q.bad("cursor", "is not a cursor from next_cursor")
	}
	return after
}

func (q *query) id(name string) int64 {
	text := q.values.Get(name)
	if text == "" {
		return 0
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		q.bad(name, "must be a positive whole number")
	}
	return id
}

func (q *query) prefix(name string) string {
	text := strings.ToLower(q.values.Get(name))
	if len(text) > 253 || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		q.bad(name, "must have at most 253 printable ASCII characters")
	}
	return text
}

func (q *query) time(name string) time.Time {
	text := q.values.Get(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		q.bad(name, rfc3339Message)
	}
	return at.UTC()
}

const rfc3339Message = "must be a time such as 2027-01-31T00:00:00Z"

const cursorPrefix = "after:"

func makeCursor(after int64) *string {
	text := base64.RawURLEncoding.EncodeToString([]byte(cursorPrefix + strconv.FormatInt(after, 10)))
	return &text
}

func parseCursor(text string) (int64, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, err
	}
	number, ok := strings.CutPrefix(string(raw), cursorPrefix)
	after, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || after < 0 {
		return 0, fmt.Errorf("not a cursor")
	}
	return after, nil
}

// page is one page of a list.
type page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// paginate cuts a list that was read with one item more than the limit.
func paginate[T any](items []T, limit int, id func(T) int64) page[T] {
	if len(items) <= limit {
		return page[T]{Items: items}
	}
	items = items[:limit]
	return page[T]{Items: items, NextCursor: makeCursor(id(items[limit-1]))}
}
