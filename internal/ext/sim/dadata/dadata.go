// Package dadata plays a reference service of the shape of DaData's suggestions:
// the records of the tax service's dump, as JSON, under /dadata.
//
//	POST …/rs/findById/party   {"query": OGRN, OGRNIP or INN}
//	POST …/rs/suggest/party    {"query": a number or words of a name, "count"}
//	POST …/rs/suggest/address  {"query": words of an address, "count"}
//
// The key stands in Authorization: Token; without one 401, with a wrong one 403.
// Another method is 405, another content type 415, broken JSON 400.
package dadata

import (
	"crypto/subtle"
	"encoding/json"
	"mime"
	"net/http"
	"strings"

	"signdesk/internal/ext/sim/state"
)

// Register gives the records: the tax service's simulator.
type Register interface {
	Record(number string) (doc []byte, found bool, err error)
	Named(words string, count int) (numbers []string, err error)
}

// Service is the reference service.
type Service struct {
	*state.System
	Token   string
	Records Register
}

type query struct {
	Query string `json:"query"`
	Count int    `json:"count"`
}

type suggestion struct {
	Value        string `json:"value"`
	Unrestricted string `json:"unrestricted_value"`
	Data         any    `json:"data"`
}

// Handler serves the paths below prefix.
func (s *Service) Handler(prefix string) http.Handler {
	mux := http.NewServeMux()
	for path, find := range map[string]func(query) ([]suggestion, error){"/rs/findById/party": s.byNumber, "/rs/suggest/party": s.byName, "/rs/suggest/address": s.addresses} {
		mux.HandleFunc(prefix+path, func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, find) })
	}
	return mux
}

func (s *Service) answer(w http.ResponseWriter, r *http.Request, find func(query) ([]suggestion, error)) {
	refuse := func(status int, text string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "message": text})
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Token ")
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var q query
	switch {
	case r.Method != http.MethodPost:
		refuse(http.StatusMethodNotAllowed, "POST only")
		return
	case !ok:
		refuse(http.StatusUnauthorized, "no token")
		return
	case subtle.ConstantTimeCompare([]byte(token), []byte(s.Token)) != 1:
		refuse(http.StatusForbidden, "unknown token")
		return
	case kind != "application/json":
		refuse(http.StatusUnsupportedMediaType, "application/json only")
		return
	case s.Knobs().Refuse != "":
		refuse(http.StatusTooManyRequests, s.Knobs().Refuse)
		return
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || len([]rune(q.Query)) > 300 {
		refuse(http.StatusBadRequest, "bad request")
		return
	}
	if s.Knobs().WrongSignature { // nothing is signed here: what comes is no JSON
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<html>Ведутся работы</html>"))
		return
	}
	if q.Count <= 0 || q.Count > 20 {
		q.Count = 10
	}
	list, err := find(q)
	if err == nil {
		err = s.Store.Update(func(tx *state.Tx) error { return s.Count(tx, "suggestions") })
	}
	if err != nil {
		s.Log.Error("suggest", "err", err)
		refuse(http.StatusInternalServerError, "internal error")
		return
	}
	if list == nil {
		list = []suggestion{}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"suggestions": list})
}

func (s *Service) byNumber(q query) ([]suggestion, error) {
	doc, found, err := s.Records.Record(strings.TrimSpace(q.Query))
	if err != nil || !found {
		return nil, err
	}
	one, err := fromXML(doc, s.Now())
	if err != nil {
		return nil, err
	}
	return []suggestion{*one}, nil
}

func (s *Service) byName(q query) (list []suggestion, err error) {
	if list, err = s.byNumber(q); err != nil || len(list) > 0 {
		return list, err
	}
	numbers, err := s.Records.Named(q.Query, q.Count)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		one, err := s.byNumber(query{Query: n})
		if err != nil {
			return nil, err
		}
		list = append(list, one...)
	}
	return list, nil
}

// addresses finds the seats of the register's organisations whose address has
// the words.
func (s *Service) addresses(q query) (list []suggestion, err error) {
	numbers, err := s.Records.Named("", 200)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(strings.ToLower(q.Query))
next:
	for _, n := range numbers {
		one, err := s.byNumber(query{Query: n})
		if err != nil || len(one) == 0 {
			return nil, err
		}
		p := one[0].Data.(party)
		if p.Address == nil {
			continue
		}
		for _, w := range words {
			if !strings.Contains(strings.ToLower(p.Address.Unrestricted), w) {
				continue next
			}
		}
		if list = append(list, suggestion{p.Address.Value, p.Address.Unrestricted, p.Address.Data}); len(list) == q.Count {
			break
		}
	}
	return list, nil
}
