package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// GARHit is one line offered to who types an address.
type GARHit struct {
	GUID     string
	Level    int    // 1–8 as the register counts, 10 a house
	Name     string // with its kind: «г Братск», «д. 12 к. 1»
	Where    string // what it lies in
	Archived bool   // a former name, or an object that is no more
	Now      string // of a former name: the present one
	objectid int64
	path     []int64
}

// garLook bounds the words of an index that one typed word has looked at, and
// so all that is read for an answer.
const garLook = 500

// Places finds settlements, and districts of cities, by the beginnings of words
// of the name in any order, with or without the kind; further words name what it
// lies in («омская Ивановка», «Братск Центральный р-н»). Where nothing is found
// so, one slip in a word is forgiven, and the other keyboard layout is tried.
// Archived names come last.
func Places(ctx context.Context, d *db.DB, query string, limit int) ([]GARHit, error) {
	return garSearch(ctx, d, query, limit, 0)
}

// Streets finds streets of a settlement or of its district, as Places does.
func Streets(ctx context.Context, d *db.DB, place, query string, limit int) ([]GARHit, error) {
	id, err := garID(ctx, d, place)
	if err != nil || id == 0 {
		return nil, err
	}
	return garSearch(ctx, d, query, limit, id)
}

// garQuest is one search: in the country's settlements (scope 0) or in what
// lies in one.
type garQuest struct {
	tx    bun.IDB
	scope int64
	limit int
	hits  []GARHit
	seen  map[string]bool
}

func garSearch(ctx context.Context, d *db.DB, query string, limit int, scope int64) ([]GARHit, error) {
	var hits []GARHit
	err := garRead(ctx, d, func(ctx context.Context, tx bun.IDB) error {
		s := &garQuest{tx: tx, scope: scope, limit: limit, seen: map[string]bool{}}
		typed := []garTyped{readGAR(query), readGAR(SwapLayout(query))}
		for i := 0; i < 4 && len(s.hits) == 0; i++ { // as typed, in the other layout, then with a slip
			t := typed[i%2]
			if len(t.words) == 0 && scope == 0 {
				continue
			}
			ways, err := s.ways(ctx, t, i >= 2)
			if err == nil && ways != nil {
				err = s.find(ctx, t, ways)
			}
			if err != nil {
				return err
			}
		}
		// what was found by several steps: the living before the archived
		slices.SortStableFunc(s.hits, func(a, b GARHit) int {
			switch {
			case a.Archived == b.Archived:
				return 0
			case a.Archived:
				return 1
			}
			return -1
		})
		hits = s.hits
		return garWhere(ctx, tx, hits)
	})
	return hits, err
}

// garRead bounds what it reads in time, and by indexes.
func garRead(ctx context.Context, d *db.DB, fn func(context.Context, bun.IDB) error) error {
	err := d.Read(ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d; SET LOCAL enable_seqscan = off; SET LOCAL jit = off", SearchTime.Milliseconds())); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
	if timedOut(err) {
		return nil // what was found until then
	}
	return err
}

// find goes from the likeliest to the less likely until there is enough.
func (s *garQuest) find(ctx context.Context, t garTyped, ways [][]garWay) error {
	if s.scope == 0 {
		if err := s.step(ctx, t, garCities(t)); err != nil || len(s.hits) >= s.limit {
			return err
		}
	}
	where := "level >= 7"
	if s.scope == 0 {
		where = "place"
	}
	if err := s.step(ctx, t, garByWords(s.scope, where, ways)); err != nil || len(s.hits) >= s.limit || s.scope != 0 || len(t.words) < 2 {
		return err
	}
	return s.districts(ctx, t, ways)
}

const garCitiesNamed = `SELECT objectid, norm FROM (SELECT id FROM gar_word WHERE scope = 0 AND word IN (?) LIMIT ?) w JOIN gar_object o ON o.id = w.id
	WHERE o.place AND o.level <= 6 AND string_to_array(o.norm, ' ') <@ ARRAY[?]::text[] ORDER BY o.alive DESC, o.level, length(o.norm) DESC LIMIT 20`

// districts finds what lies in a city whose name is among the words.
func (s *garQuest) districts(ctx context.Context, t garTyped, ways [][]garWay) error {
	var cities []struct {
		Objectid int64
		Norm     string
	}
	var exact []string
	for _, list := range ways {
		for _, w := range list {
			exact = append(exact, w.word)
		}
	}
	if err := s.tx.NewRaw(garCitiesNamed, bun.List(exact), garLook, bun.List(exact)).Scan(ctx, &cities); err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, c := range cities {
		var rest [][]garWay
		for _, list := range ways {
			if !slices.ContainsFunc(list, func(w garWay) bool { return slices.Contains(strings.Fields(c.Norm), w.word) }) {
				rest = append(rest, list)
			}
		}
		if seen[c.Objectid] || len(rest) == 0 || len(rest) == len(ways) {
			continue
		}
		seen[c.Objectid] = true
		if err := s.step(ctx, t, garByWords(c.Objectid, "place", rest)); err != nil || len(s.hits) >= s.limit {
			return err
		}
	}
	return nil
}

// step runs one query and adds what it finds.
func (s *garQuest) step(ctx context.Context, t garTyped, q garQuery) error {
	var list []struct {
		Objectid int64
		GUID     string
		Level    int
		Name     string
		Typename string
		Alive    bool
		Path     []int64 `bun:",array"`
	}
	sql, args := q.ranked(t, s.scope, s.limit)
	if err := s.tx.NewRaw(sql, args...).Scan(ctx, &list); err != nil {
		return err
	}
	for _, o := range list {
		h := GARHit{GUID: o.GUID, Level: o.Level, Name: garTitle(o.Name, o.Typename), Archived: !o.Alive, objectid: o.Objectid, path: o.Path}
		if key := h.GUID + h.Name; !s.seen[key] && len(s.hits) < s.limit {
			s.seen[key] = true
			s.hits = append(s.hits, h)
		}
	}
	return nil
}

// garTitle writes a name with its kind: regions and districts have it behind.
func garTitle(name, kind string) string {
	switch strings.TrimSuffix(kind, ".") {
	case "обл", "край", "р-н", "м.р-н", "АО", "Аобл", "м.о", "г.о", "вн.р-н", "жилрайон":
		return joinWords(name, kind)
	}
	return joinWords(kind, name)
}

// Value is what the hit becomes in a form: a district stands after its city.
func (h GARHit) Value() string {
	if city, _, _ := strings.Cut(h.Where, ","); h.Level == 7 && city != "" {
		return city + ", " + h.Name
	}
	return h.Name
}
