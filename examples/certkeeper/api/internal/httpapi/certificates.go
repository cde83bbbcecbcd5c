package httpapi

import (
	"fmt"
	"net/http"
	"time"

	"certkeeper/internal/keeper"
	"certkeeper/internal/store"
)

func (a *api) listCertificates(w http.ResponseWriter, r *http.Request) {
	q := newQuery(r, "limit", "cursor", "server_id", "domain", "status", "expires_before")
	limit, now := q.limit(), a.Now().UTC()
	filter := keeper.CertificateFilter{
		ServerID: q.id("server_id"), DomainPrefix: q.prefix("domain"), Status: keeper.Status(q.values.Get("status")),
		Now: now, ExpiresBefore: q.time("expires_before"), After: q.cursor(), Limit: limit + 1,
	}
	switch filter.Status {
	case "", keeper.Pending, keeper.Valid, keeper.Expiring, keeper.Expired:
	default:
		q.bad("status", "must be pending, valid, expiring or expired")
	}
	if len(q.problems) > 0 {
		a.fail(w, r, invalid(q.problems...))
		return
	}
	list, err := a.Store.Certificates(r.Context(), filter)
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	for i := range list {
		list[i].Status = list[i].StatusAt(now)
	}
	a.answer(w, r, http.StatusOK, paginate(list, limit, func(v keeper.Certificate) int64 { return v.ID }))
}

type newCertificate struct {
	ServerID  int64  `json:"server_id"`
	Domain    string `json:"domain"`
	Issuer    string `json:"issuer"`
	NotBefore string `json:"not_before"`
	NotAfter  string `json:"not_after"`
}

func (n newCertificate) check() (keeper.Certificate, []keeper.FieldError) {
	v, problems := keeper.Certificate{ServerID: n.ServerID, Domain: n.Domain, Issuer: n.Issuer}, []keeper.FieldError{}
	bad := func(field, message string) {
		problems = append(problems, keeper.FieldError{Field: field, Message: message})
	}
	if n.ServerID <= 0 {
		bad("server_id", "must be the id of a server")
	}
	if err := keeper.CheckDomain(n.Domain); err != nil {
		bad("domain", err.Error())
	}
	if err := keeper.CheckLabel(n.Issuer, 128); err != nil {
		bad("issuer", err.Error())
	}
	var periodProblems []keeper.FieldError
	v.NotBefore, v.NotAfter, periodProblems = period(n.NotBefore, n.NotAfter)
	return v, append(problems, periodProblems...)
}

// period reads two times; milliseconds are kept, as in the database.
func period(from, to string) (notBefore, notAfter time.Time, problems []keeper.FieldError) {
	for _, end := range []struct {
		field, text string
		at          *time.Time
	}{{"not_before", from, &notBefore}, {"not_after", to, &notAfter}} {
		at, err := time.Parse(time.RFC3339, end.text)
		if err != nil {
			problems = append(problems, keeper.FieldError{Field: end.field, Message: rfc3339Message})
			continue
		}
		*end.at = at.UTC().Truncate(time.Millisecond)
	}
	if len(problems) == 0 {
		problems = keeper.CheckPeriod(notBefore, notAfter)
	}
	return notBefore, notAfter, problems
}

func (a *api) createCertificate(w http.ResponseWriter, r *http.Request) {
	var n newCertificate
	if !a.decode(w, r, maxBody, onlyJSON, false, &n) {
		return
	}
	v, problems := n.check()
	if len(problems) > 0 {
		a.fail(w, r, invalid(problems...))
		return
	}
	v, err := a.Store.CreateCertificate(r.Context(), v, a.Now())
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	a.changed(r.Context(), "certificate", v.ID)
	w.Header().Set("Location", fmt.Sprintf("/api/v1/certificates/%d", v.ID))
	a.answerCertificate(w, r, http.StatusCreated, v)
}

func (a *api) getCertificate(w http.ResponseWriter, r *http.Request) {
	v, err := cached(r, a, "certificate", a.Store.Certificate)
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	a.answerCertificate(w, r, http.StatusOK, v)
}

type renewal struct {
	NotBefore string `json:"not_before"`
	NotAfter  string `json:"not_after"`
}

// renewCertificate gives a certificate a new period; without dates, RenewalPeriod from now.
func (a *api) renewCertificate(w http.ResponseWriter, r *http.Request) {
	id, err := pathID(r)
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	var n renewal
	if !a.decode(w, r, maxBody, onlyJSON, true, &n) {
		return
	}
	now := a.Now().UTC()
	if n.NotBefore == "" {
		n.NotBefore = now.Format(time.RFC3339)
	}
	if n.NotAfter == "" {
		n.NotAfter = now.Add(keeper.RenewalPeriod).Format(time.RFC3339)
	}
	notBefore, notAfter, problems := period(n.NotBefore, n.NotAfter)
	if len(problems) > 0 {
		a.fail(w, r, invalid(problems...))
		return
	}
	v, err := a.Store.Renew(r.Context(), store.Renewal{
		ID: id, NotBefore: notBefore, NotAfter: notAfter, Actor: principal(r.Context()).Name, Now: now})
	if err != nil {
		a.failWith(w, r, err)
		return
	}
	a.changed(r.Context(), "certificate", id)
	a.answerCertificate(w, r, http.StatusOK, v)
}

func (a *api) answerCertificate(w http.ResponseWriter, r *http.Request, status int, v keeper.Certificate) {
	v.Status = v.StatusAt(a.Now())
	a.answer(w, r, status, v)
}
