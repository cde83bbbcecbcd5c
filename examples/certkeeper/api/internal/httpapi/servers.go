package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"certkeeper/internal/keeper"
)

func (a *api) listServers(w http.ResponseWriter, r *http.Request) {
	q := newQuery(r, "limit", "cursor", "name")
	limit := q.limit()
	filter := keeper.ServerFilter{NamePrefix: q.prefix("name"), After: q.cursor(), Limit: limit + 1}
	if len(q.problems) > 0 {
		a.fail(w, r, invalid(q.problems...))
		return
	}
	list, err := a.Store.Servers(r.Context(), filter)
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	a.answer(w, r, http.StatusOK, paginate(list, limit, func(v keeper.Server) int64 { return v.ID }))
}

type newServer struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

func (n newServer) check() []keeper.FieldError {
	problems := []keeper.FieldError{}
	if err := keeper.CheckName(n.Name); err != nil {
		problems = append(problems, keeper.FieldError{Field: "name", Message: err.Error()})
	}
	if err := keeper.CheckAddress(n.Address); err != nil {
		problems = append(problems, keeper.FieldError{Field: "address", Message: err.Error()})
	}
	return problems
}

func (a *api) createServer(w http.ResponseWriter, r *http.Request) {
	var n newServer
	if !a.decode(w, r, maxBody, onlyJSON, false, &n) {
		return
	}
	if problems := n.check(); len(problems) > 0 {
		a.fail(w, r, invalid(problems...))
		return
	}
	v, err := a.Store.CreateServer(r.Context(), keeper.Server{Name: n.Name, Address: n.Address}, a.Now())
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	a.changed(r.Context(), "server", v.ID)
	w.Header().Set("Location", fmt.Sprintf("/api/v1/servers/%d", v.ID))
	a.answer(w, r, http.StatusCreated, v)
}

func (a *api) getServer(w http.ResponseWriter, r *http.Request) {
	v, err := cached(r, a, "server", a.Store.Server)
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	a.answer(w, r, http.StatusOK, v)
}

// cached reads the row named by the path through the cache.
func cached[T any](r *http.Request, a *api, entity string, load func(context.Context, int64) (T, error)) (T, error) {
	var v T
	id, err := pathID(r)
	if err != nil {
		return v, err
	}
	content, err := a.Cache.Get(r.Context(), entity, id, func(ctx context.Context) ([]byte, error) {
		row, err := load(ctx, id)
		if err != nil {
			return nil, err
		}
		return json.Marshal(row)
	})
	if err != nil {
		return v, err
	}
	err = json.Unmarshal(content, &v)
	return v, err
}

// changed drops a row from the cache after a write. The write stands in any case.
func (a *api) changed(ctx context.Context, entity string, id int64) {
	if err := a.Cache.Invalidate(ctx, entity, id); err != nil {
		a.Log.WarnContext(ctx, "cache not invalidated; an old row may be shown until its TTL", "key", a.Cache.Key(entity, id), "error", err.Error())
	}
}
