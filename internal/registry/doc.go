package registry

import (
	"strings"
)

// doc is a record's line in registry_doc: what a line of an answer shows, what
// filters ask, and the words it is found by.
type doc struct {
	ogrn, inn, kpp, kind, region, state, form, okved, name, norm, more, head, place string
}

// docOf is the line of a valid record.
func docOf(r *Record) doc {
	d := doc{
		ogrn: r.OGRN, inn: r.INN, kpp: r.KPP, kind: string(r.Kind), region: r.Region(), state: string(r.Status.State),
		form: r.okopf(), name: r.Name(), norm: cutWords(Normalize(r.Name()), 400), head: r.headNames(), place: r.place(),
	}
	if len(r.Activities) > 0 && r.Activities[0].Main {
		d.okved = r.Activities[0].Code
	}
	if r.FullName != r.Name() {
		d.more = moreWords(d.norm, cutWords(Normalize(r.FullName), 1000))
	}
	return d
}

// sameWords tells that the search tables need not know of the change from was.
func (d *doc) sameWords(was *doc) bool {
	return d.norm == was.norm && d.more == was.more && d.head == was.head && d.region == was.region
}

// moreWords are the words of full that norm has not.
func moreWords(norm, full string) string {
	known := strings.Fields(norm)
	seen := make(map[string]bool, len(known))
	for _, word := range known {
		seen[word] = true
	}
	var more []string
	for word := range strings.FieldsSeq(full) {
		if !seen[word] {
			seen[word] = true
			more = append(more, word)
		}
	}
	return strings.Join(more, " ")
}

// cutWords keeps at most that many letters: a b-tree takes no more than some.
func cutWords(s string, letters int) string {
	if len(s) <= letters {
		return s
	}
	n := 0
	for i := range s {
		if n == letters {
			return strings.TrimRight(s[:i], " ")
		}
		n++
	}
	return s
}

// okopf is the legal form by ОКОПФ; the register codes entrepreneurs otherwise.
func (r *Record) okopf() string {
	switch {
	case r.Kind == Entrepreneur && r.Form.Code == "2":
		return "50101" // head of a farm
	case r.Kind == Entrepreneur:
		return "50102"
	case r.Form.Classifier == "ОКОПФ":
		return r.Form.Code
	}
	return ""
}

// headNames are the first persons that head an organisation; an entrepreneur
// has no head but himself.
func (r *Record) headNames() string {
	var names []string
	for _, h := range r.Heads {
		if h.Person != nil && len(names) < 3 {
			if name := h.Person.FullName(); name != "" {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, ", ")
}

// place is the settlement, or the region when that is all that is known.
func (r *Record) place() string {
	if a := r.Address; a != nil && first(a.Locality, a.City, a.Region) != "" {
		return first(a.Locality, a.City, a.Region)
	}
	if r.Seat != nil {
		return r.Seat.Region
	}
	return ""
}

// bucketBits of ord are the place within the bucket: 33.5 million of them, more
// than the country has records.
const bucketBits = 25

// bucket is the coarse order of relevance, 0 the first of 64: what is alive
// before what is closed, organisations before entrepreneurs, large before small.
func (r *Record) bucket() int {
	b := 15 - min(r.size(), 15)
	if r.Kind == Entrepreneur {
		b += 16
	}
	if r.Status.State == Closed {
		b += 32
	}
	return b
}

// size guesses in points how many people know the organisation: by capital,
// branches, licences and age. Each threshold crossed is a point.
func (r *Record) size() (points int) {
	over := func(n int64, steps ...int64) {
		for _, s := range steps {
			if n >= s {
				points++
			}
		}
	}
	if r.Capital != nil {
		over(r.Capital.Kopecks/100, 20_000, 100_000, 1_000_000, 100_000_000, 1_000_000_000, 10_000_000_000)
	}
	over(int64(len(r.Branches)), 1, 5, 20, 100)
	over(int64(len(r.Licences)), 1, 5, 20)
	if since := first(string(r.Registered)); since != "" && since < "2003" {
		points += 2
	} else if since != "" && since < "2012" {
		points++
	}
	return points
}
