package registry

import (
	"cmp"
	"strings"
)

// neverMade is the day that a record claiming a day to come is filed under: any
// other replaces it and it replaces none, so that a slip of the pen does not keep
// the truth out for years.
const neverMade Date = "0001-01-01"

// futureDoubt stands on a record that claims a day to come.
const futureDoubt = "дата выписки ещё не наступила"

// version orders the records of one number whatever file brings them first: by
// the day written down, then by the last entry, by the day of the dump; of two
// that tie the one graver in status counts, and a digest settles the rest.
type version struct {
	extracted Date
	entry     Date
	number    string // of the entry
	made      Date
	gravity   int
	digest    int64
}

// versionOf is of a record in a dump made on that day; latest is the last day
// that is not yet to come anywhere in the country. Strings are copied: those of
// a record keep all its text in memory.
func versionOf(r *Record, made, latest Date, digest int64) version {
	v := version{extracted: Date(strings.Clone(string(r.Extracted))), made: made, gravity: gravity[r.Status.State], digest: digest}
	if r.Extracted > latest {
		v.extracted = neverMade
	}
	if made == "" {
		v.made = v.extracted
	}
	if r.LastEntry != nil {
		v.entry, v.number = Date(strings.Clone(string(r.LastEntry.Date))), strings.Clone(r.LastEntry.Number)
	}
	return v
}

func (v version) compare(o version) int {
	return cmp.Or(
		cmp.Compare(v.extracted, o.extracted), cmp.Compare(v.entry, o.entry),
		cmp.Compare(len(v.number), len(o.number)), cmp.Compare(v.number, o.number),
		cmp.Compare(v.made, o.made), cmp.Compare(v.gravity, o.gravity), cmp.Compare(v.digest, o.digest),
	)
}
