package httpapi

import (
	"fmt"
	"net/http"
	"time"

	"certkeeper/internal/auth"
	"certkeeper/internal/keeper"
)

func (a *api) listKeys(w http.ResponseWriter, r *http.Request) {
	if q := newQuery(r); len(q.problems) > 0 {
		a.fail(w, r, invalid(q.problems...))
		return
	}
	list, err := a.Store.Keys(r.Context())
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	a.answer(w, r, http.StatusOK, struct {
		Items []keeper.APIKey `json:"items"`
	}{list})
}

type newKey struct {
	Name      string      `json:"name"`
	Role      keeper.Role `json:"role"`
	ExpiresAt string      `json:"expires_at"`
}

func (n newKey) check(now time.Time) (keeper.APIKey, []keeper.FieldError) {
	v, problems := keeper.APIKey{Name: n.Name, Role: n.Role}, []keeper.FieldError{}
	bad := func(field, message string) {
		problems = append(problems, keeper.FieldError{Field: field, Message: message})
	}
	if err := keeper.CheckLabel(n.Name, 64); err != nil {
		bad("name", err.Error())
	}
	if !n.Role.Known() {
		bad("role", "must be reader, operator or admin")
	}
	if n.ExpiresAt != "" {
		at, err := time.Parse(time.RFC3339, n.ExpiresAt)
		switch at = at.UTC().Truncate(time.Millisecond); {
		case err != nil:
			bad("expires_at", rfc3339Message)
		case !at.After(now) || at.Year() > 2099:
			bad("expires_at", "must lie in the future and before the year 2100")
		default:
			v.ExpiresAt = &at
		}
	}
	return v, problems
}

// createKey makes a key and shows it this once.
func (a *api) createKey(w http.ResponseWriter, r *http.Request) {
	var n newKey
	if !a.decode(w, r, maxBody, onlyJSON, false, &n) {
		return
	}
	v, problems := n.check(a.Now())
	if len(problems) > 0 {
		a.fail(w, r, invalid(problems...))
		return
	}
	key := auth.NewKey()
	v.Hash = auth.Hash(key)
	v, err := a.Store.CreateKey(r.Context(), v, a.Now())
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	a.Log.InfoContext(r.Context(), "key created", "id", v.ID, "name", v.Name, "role", string(v.Role), "by", principal(r.Context()).Name)
	w.Header().Set("Location", fmt.Sprintf("/api/v1/keys/%d", v.ID))
	a.answer(w, r, http.StatusCreated, struct {
		keeper.APIKey
		Key string `json:"key"`
	}{v, key})
}

func (a *api) revokeKey(w http.ResponseWriter, r *http.Request) {
	id, err := pathID(r)
	if err == nil {
		err = a.Store.RevokeKey(r.Context(), id, a.Now())
	}
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	a.Auth.Forget()
	a.Log.InfoContext(r.Context(), "key revoked", "id", id, "by", principal(r.Context()).Name)
	w.WriteHeader(http.StatusNoContent)
}
